"""Extraction of a body: text, tickers, images and source line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.body.content import TickerMention
from finews_crawler.content.body.extract import extract_body
from finews_crawler.items import Image
from tests.support.source_document import take_apart

K_LINE = (
    '<!-- EM_StockImg_Start --><p style="text-align:center;"><a href="http://quote.eastmoney.com/unify/r/1.600999"'
    ' data-code="600999|1|1" data-code2="600999|1|2|" class="EmImageRemark" target="_blank">'
    '<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=1.600999&imageType=k" border="0"'
    ' alt="K图 600999_0]" data-code="K 600999|1|1" width="578" height="276" /></a></p><!-- EM_StockImg_End -->'
)
INLINE = (
    '<span id="stock_1.600999"><a href="http://quote.eastmoney.com/unify/r/1.600999" class="keytip"'
    ' data-code="1,600999">江城重工</a></span><span id="quote_1.600999"></span>'
)
BARE = '<span class="em_stock_key_common" data-code="002999">海川电子</span>'
pieces = st.lists(st.sampled_from([K_LINE, INLINE, BARE, "<p>", "</p>", "<td>", "<br>", '"<', "　　甲", " ", "<span>"]))


def test_a_block_is_a_line_and_cells_are_separated_by_tabs() -> None:
    table = "<table><tr><th>简称</th><th> 家数 </th></tr><tr><td>江城重工</td><td><p>12</p></td></tr></table>"
    body = f"<p>\u3000\u3000据悉，\n 订单<br />饱满。</p>\n <p>&nbsp;</p>{table}<center>图：江城重工</center>尾"
    assert extract_body(body).text == "据悉， 订单\n饱满。\n简称\t家数\n江城重工\n12\n图：江城重工\n尾"


def test_hidden_elements_are_not_part_of_the_text() -> None:
    hidden = '<p style="display:none;">甲</p><script>乙</script><style>丙</style><!-- 丁 -->'
    assert extract_body(f"{hidden}<p>戊 &lt;己&gt; &amp;amp;</p>").text == "戊 <己> &amp;"


def test_the_source_line_and_its_ticker_are_not_part_of_the_article() -> None:
    read = extract_body(f'<p>正文。</p><p class="em_media">（文章来源：上海{BARE}  报）</p>')
    assert (read.text, read.mentions, read.source_line) == ("正文。", [], "上海海川电子  报")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("<p>（文章来源：证券时报）</p>", "证券时报"),
        ("<p>(文章来源:证券时报网)</p>", "证券时报网"),
        ("<p>（文章来源：21世纪经济报道  南财财经）</p>", "21世纪经济报道  南财财经"),
        ("<p>（文章来源：上海证券报（节选））</p>", "上海证券报（节选）"),
        ("<p>据（文章来源：证券时报）</p>", ""),
        ("<p>（文章来源：）</p>", ""),
        ("<p>一<br>（文章来源：证券时报）</p>", "证券时报"),
        ("一<br>（文章来源：证券时报）", "证券时报"),
        ("<p>（文章来源：证券时报）</p><p>一</p>", "证券时报"),
    ],
)
def test_extract_body_recognises_the_source_line(line: str, name: str) -> None:
    assert extract_body(f"<p>正文。</p>{line}").source_line == name


def test_extract_body_returns_every_mention_with_its_position() -> None:
    read = extract_body(f"{K_LINE}<p>\u3000\u3000{BARE}与{INLINE}走强，{INLINE}称订单饱满。</p>")
    assert read.text == "海川电子与江城重工走强，江城重工称订单饱满。"
    assert read.mentions == [
        *[TickerMention("600999.SH", "kline", "", 0)] * 2,
        TickerMention("002999.SZ", "inline", "海川电子", 0),
        TickerMention("600999.SH", "inline", "江城重工", 5),
        TickerMention("600999.SH", "inline", "江城重工", 12),
    ]


def test_a_name_may_consist_of_several_pieces_of_text() -> None:
    (mention,) = extract_body('<p>昨日 <span data-code="1,600999"> <strong>江城</strong>重工\n</span></p>').mentions
    assert (mention.name.split(), mention.position) == (["江城重工"], 3)


def test_a_data_code_of_unknown_format_is_reported() -> None:
    read = extract_body('<p><b data-code="7:600999">江城重工</b><i data-code="">空</i></p>')
    assert (read.mentions, read.unknown_codes) == ([], ["7:600999"])


def test_images_and_their_size() -> None:
    picture = '<img src="https://dfscdn.dfcfw.com/download/D1_w800h555.jpg" alt="Image" width="552" />'
    other = '<img src="http://127.0.0.1/a?b=1&amp;c=2" width="30px" height="50%"><img src=" "><img alt="b">'
    k_line, *rest = extract_body(K_LINE + picture + other).images
    assert (k_line.width, k_line.height) == (578, 276)
    assert rest == [
        Image("https://dfscdn.dfcfw.com/download/D1_w800h555.jpg", 800, 555),
        Image("http://127.0.0.1/a?b=1&c=2", 30, None),
    ]


@given(st.text() | pieces.map("".join))
def test_extract_body_never_raises_and_positions_are_those_of_the_names(body: str) -> None:
    read = extract_body(body)
    read.text.encode()
    for mention in read.mentions:
        if mention.position is not None and mention.name.strip():
            assert read.text[mention.position] == mention.name.strip()[0]


@pytest.mark.parametrize(
    "body",
    [
        "<span data-code='1,600999'>x" * 20_000,
        "<div>" * 60_000,
        "<b>x</b>" * 40_000,
        "<p data-code='" + "9" * 250_000 + "'>",
        "（文章来源：" * 40_000,
        "<td>" * 70_000,
    ],
    ids=["spans", "divs", "pieces", "code", "sources", "cells"],
)
def test_unclosed_mark_up_is_extracted_in_linear_time(body: str) -> None:
    begun = time.process_time()
    extract_body(body)
    assert time.process_time() - begun < 10, "linear: a fraction of a second"


def test_json_has_no_mentions_or_images() -> None:
    read = extract_body('["data-code", "<img"]')
    assert (read.mentions, read.images) == ([], [])


def test_extract_body_of_the_source_document(source_document: bytes) -> None:
    read = extract_body(take_apart(source_document)["text"])
    assert read.text.startswith("今(17)日，")
    assert read.text.count("\n") == 9
    assert read.source_line == "华龙网-新重庆客户端"
    assert {(mention.symbol, mention.source) for mention in read.mentions} == {("600050.SH", "kline")}

"""Tickers: every shape of data-code, each security once, in the order of the article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.items import Ticker
from finews_crawler.text.tickers import extract_images, extract_tickers, symbol_of

K_LINE = (
    '<!-- EM_StockImg_Start --><p style="text-align:center;"><a href="http://quote.eastmoney.com/unify/r/1.600999"'
    ' data-code="600999|1|1" data-code2="600999|1|2|" class="EmImageRemark" target="_blank">'
    '<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=1.600999&imageType=k" border="0"'
    ' alt="K图 600999_0]" data-code="K 600999|1|1" data-code2="K 600999|1|2|" /></a></p><!-- EM_StockImg_End -->'
)
INLINE = (
    '<span id="stock_1.600999"><a href="http://quote.eastmoney.com/unify/r/1.600999" class="keytip"'
    ' data-code="1,600999">江城重工</a></span><span id="quote_1.600999"></span>'
)
NEWER = (
    '<span web="1" href="http://quote.eastmoney.com/unify/r/0.002999" class="em_stock_key_common"'
    ' data-code="0,002999">海川电子</span>'
)
BOARD = '<span web="1" href="http://quote.eastmoney.com/unify/r/90.BK0999" data-code="90,BK0999">通用设备</span>'
BARE = '<span class="em_stock_key_common" data-code="002999">海川电子</span>'

pieces = st.lists(st.sampled_from([K_LINE, INLINE, NEWER, BOARD, BARE, "<p>", "</p>", '"<']))


@pytest.mark.parametrize(
    ("data_code", "symbol"),
    [
        ("600999|1|1", "600999.SH"),
        ("600999|1|2|", "600999.SH"),
        ("600999|1|", "600999.SH"),
        ("K 600999|1|1", "600999.SH"),
        ("K 600999|1|2|", "600999.SH"),
        ("002999|0|2", "002999.SZ"),
        ("XGH|106|7", "XGH.US"),
        ("XGH.A|106|7", "XGH.A.US"),
        ("XGH|105|7", "XGH.US"),
        ("XGH|107|7", "XGH.US"),
        ("09999|116|3", "09999.HK"),
        ("BK0999|90|2", "BK0999"),
        (" 600999|1|1 ", "600999.SH"),
    ],
)
def test_the_shapes_of_a_k_line(data_code: str, symbol: str) -> None:
    assert symbol_of(data_code) == (symbol, "kline")


@pytest.mark.parametrize(
    ("data_code", "symbol"),
    [
        ("1,600999", "600999.SH"),
        ("0,002999", "002999.SZ"),
        ("106,XGH", "XGH.US"),
        ("116,09999", "09999.HK"),
        ("90,BK0999", "BK0999"),
        # A market that is not known stays visible.
        ("8,IF2206", "IF2206.8"),
        ("100,HSI", "HSI.100"),
        ("600999", "600999.SH"),
        ("900999", "900999.SH"),
        ("510999", "510999.SH"),
        ("002999", "002999.SZ"),
        ("300999", "300999.SZ"),
        ("159999", "159999.SZ"),
        ("200999", "200999.SZ"),
        ("430999", "430999.BJ"),
        ("830999", "830999.BJ"),
        ("700999", "700999.CN"),
    ],
)
def test_the_shapes_of_an_inline_ticker(data_code: str, symbol: str) -> None:
    assert symbol_of(data_code) == (symbol, "inline")


@pytest.mark.parametrize(
    "data_code",
    ["", " ", "江城重工", "60099", "6009990", "600999|", "|1|1", "600999|1", "600999|SH|1", "1,", ",600999", "a,b"],
)
def test_what_is_no_shape(data_code: str) -> None:
    assert symbol_of(data_code) is None


@given(data_code=st.text() | st.text("K 0159|,.BKa", max_size=14))
def test_any_text_is_a_symbol_or_none(data_code: str) -> None:
    named = symbol_of(data_code)
    assert named is None or (named[0] and named[1] in {"kline", "inline"})


@given(code=st.from_regex(r"\A[A-Z0-9]{1,6}\Z"), market=st.integers(0, 999))
def test_both_shapes_name_the_same_symbol(code: str, market: int) -> None:
    kline, inline = symbol_of(f"{code}|{market}|1"), symbol_of(f"{market},{code}")
    assert kline is not None
    assert inline is not None
    assert kline[0] == inline[0]


def test_a_k_line_is_named_once_and_has_no_name() -> None:
    assert extract_tickers(K_LINE) == [Ticker("600999.SH", "", "kline")]


@pytest.mark.parametrize(
    ("body", "ticker"),
    [
        (INLINE, Ticker("600999.SH", "江城重工", "inline")),
        (NEWER, Ticker("002999.SZ", "海川电子", "inline")),
        (BOARD, Ticker("BK0999", "通用设备", "inline")),
        (BARE, Ticker("002999.SZ", "海川电子", "inline")),
    ],
)
def test_each_mark_up(body: str, ticker: Ticker) -> None:
    assert extract_tickers(f"<p>{body}今日走强。</p>") == [ticker]


def test_the_first_mention_counts_and_keeps_its_place() -> None:
    body = f"{K_LINE}<p>{NEWER}与{INLINE}走强，{BARE}午后回落。</p><p>{INLINE}公告称，订单饱满。</p>"
    assert extract_tickers(body) == [
        Ticker("600999.SH", "", "kline"),
        Ticker("002999.SZ", "海川电子", "inline"),
        Ticker("600999.SH", "江城重工", "inline"),
    ]


def test_several_bodies_are_one_article() -> None:
    plain, with_tickers = f"<p>{BOARD}</p>", f"<p>{INLINE}</p><p>{BOARD}</p>"
    assert [ticker.symbol for ticker in extract_tickers(plain, with_tickers)] == ["BK0999", "600999.SH"]
    assert extract_tickers("", plain) == extract_tickers(plain)


def test_a_name_in_pieces() -> None:
    body = '<p><span data-code="1,600999"> <strong>江城</strong>重工\n</span></p>'
    assert extract_tickers(body) == [Ticker("600999.SH", "江城重工", "inline")]


def test_the_em_media_line_may_hold_one() -> None:
    body = f'<p class="em_media">（文章来源：{NEWER}）</p>'
    assert extract_tickers(body) == [Ticker("002999.SZ", "海川电子", "inline")]


@pytest.mark.parametrize("body", ["", "<p>江城重工（600999）走强。</p>", '<p data-code="">空</p>', "<p>data-code</p>"])
def test_no_tickers(body: str) -> None:
    assert extract_tickers(body) == []


@given(body=st.text() | pieces.map("".join))
def test_any_body_names_each_ticker_once(body: str) -> None:
    tickers = extract_tickers(body)
    assert len({(ticker.symbol, ticker.source) for ticker in tickers}) == len(tickers)
    assert extract_tickers(body, body) == tickers


def test_images_are_named_once_in_order() -> None:
    first, second = (
        "https://dfscdn.dfcfw.com/download/D1_w800h555.jpg",
        "https://dfscdn.dfcfw.com/download/D2_w640h480.png",
    )
    image = '<center><img src="{}" alt="Image" /></center>'.format
    assert extract_images(image(first) + image(second), image(first)) == [first, second]


def test_an_image_address_is_read_as_html() -> None:
    assert extract_images('<p><img src="http://127.0.0.1/a?b=1&amp;c=2" /></p>') == ["http://127.0.0.1/a?b=1&c=2"]


@pytest.mark.parametrize("body", ["", "<p>无图</p>", "<img />", "<p>&lt;img src='a'&gt;</p>"])
def test_no_images(body: str) -> None:
    assert extract_images(body) == []


def test_spans_that_nobody_closes_are_read() -> None:
    # Each holds all that follow: taking the text of each would not come to an end here.
    assert extract_tickers("<span data-code='1,600999'>x" * 20_000)[0].symbol == "600999.SH"


def test_json_is_no_mark_up() -> None:
    assert extract_tickers('["data-code"]') == []
    assert extract_images('["<img"]') == []

"""The fast reading of ordinary bodies gives what the grammar and the parser give, or nothing."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finews_crawler.content.body.adverts import found, found_in_ordinary
from finews_crawler.content.body.clean import clean_body, has_content, remove_indentation
from finews_crawler.content.body.dressing import is_dressing_only, is_same_body, undressed
from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.body.ordinary import LONGEST, TAG, read_ordinary_body
from finews_crawler.content.body.ordinary_content import read_ordinary
from finews_crawler.content.body.parse import parse_body
from finews_crawler.content.body.tag_scanner import without
from finews_crawler.content.body.ticker_markup import ticker_pairs, unwrap_tickers
from finews_crawler.testing.origin.articles import generate
from tests.content.body.attack_bodies import NAMES, attack_bodies
from tests.fuzz.generated_bodies import generated_bodies
from tests.support.bodies import EM_MEDIA, HIDDEN, IMAGE, K_LINE, NEWER_TICKER, SEEN, TABLE, TICKER, ordinary_bodies
from tests.support.today_bodies import ADVERT, LINE_ADVERT, TODAY

LINKED_K_LINE = K_LINE.removeprefix("<!-- EM_StockImg_Start -->").removesuffix("<!-- EM_StockImg_End -->")
OTHER_CODE = '<span id="stock_0.002999"><a href="//a.cn/?b=1&c=2" data-code="002999">海川电子</a></span>'
MARKET_IN_PARENT = '<span id="stock_0.600999"><a class="keytip" data-code="600999">江城重工</a></span>'
BLANK_CODE = '<span data-code="">丁</span>'
LONG_CODE = f'<span title="{"长" * 600}" data-code="1,600999">戊</span>'
TEXTS = [
    *("甲", "据悉，", "A", " ", "  ", "\t", "\n", "\r\n", "\u3000", "\u3000\u3000", "\u00a0", "\u2003", "{", "{{"),
    *(
        "&",
        "&amp;",
        "&amp;lt;",
        "&nbsp;",
        "&lt;",
        "&gt;",
        "&#39;",
        "&#9;",
        "&emsp;",
        "&copy=1",
        "&ldquo;",
        "&foo;",
        ">",
    ),
    *(
        "文章来源",
        "（文章来源：甲  报）",
        "（文章来源：乙）",
        "(文章来源: 丙 )",
        "\x01",
        "\x85",
        "\ud83d",
        "\ufffe",
        "<1",
    ),
]
VOID = [
    *("<br />", '<br clear="all" />', "<!-- a -->", "<!-- a b -->", "<!---->", "<hr />", "<br>", IMAGE[8:-9]),
    *('<img alt="甲" />', '<img src="//a.cn/a.jpg?b=1&amp;c=2&copy=3" width="50%" height=" 30px " />'),
    '<img src=" " />',
    '<img src="//a.cn/b.jpg" style="display:none" />',
]  # fmt: skip
TICKERS = [TICKER, NEWER_TICKER, OTHER_CODE, MARKET_IN_PARENT, BLANK_CODE, LONG_CODE]
TICKERS += ['<a data-code="7:1">己</a>', '<span data-code="1,600999"></span>', '<b data-code="1,600999">庚</b>']
TICKERS += ['<a data-code="600999|1|1">辛</a>', '<a data-code="1,600999"><img data-code="K 600999|1|1" /></a>']
TICKERS += ['<a data-code="1,600999"> 壬 </a>', '<a data-code="1,600999">壬  癸&nbsp;子</a>', LINKED_K_LINE[31:-4]]
CLOSABLE = '<img src="//a.cn/1.jpg" class="em_handle_adv_close" />'
ADVERTS = [ADVERT, LINE_ADVERT, f"<p>{CLOSABLE}</p>", f"<p>甲{CLOSABLE}</p>", f"<div>{CLOSABLE}</div>"]
ADVERTS += [f"<table><tr><td><p>{CLOSABLE}</p></td></tr></table>", "<p><b>四大权益礼包，开户即送</b><br /></p>"]
START_TAGS = [
    "a",
    'a href="//a.cn"',
    "b",
    "strong",
    "span",
    'font color="red"',
    "sup",
    "code",
    "p",
    "div",
    "center",
    "em",
]
BLOCK_TAGS = [
    "p",
    "p",
    "p",
    'p class="em_media"',
    'p style="display:none;"',
    'p style="display:&quot;"',
    "center",
    "h3",
]
BLOCK_TAGS += ["div", "ul", "ol", "li", "section", "pre", "blockquote", 'p data-code="1,600999"', "table", "td", "tr"]


def elements(tags: list[str], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(tags), st.lists(inner, max_size=3).map("".join))
    return parts.map(lambda part: f"<{part[0]}>{part[1]}</{part[0].split()[0]}>")


leaves = st.sampled_from(TEXTS) | st.sampled_from(VOID) | st.sampled_from(TICKERS)
inlines = st.recursive(leaves, lambda inner: elements(START_TAGS, inner), max_leaves=4)
cells = elements(["td", "th", 'td colspan="2"'], inlines | elements(["p"], inlines))
rows = elements(["tr"], cells | st.sampled_from(["", "\n ", " "]))
tables = elements(["table", 'table border="0"'], rows | elements(["tbody"], rows))
lists = elements(["ul", "ol"], elements(["li"], inlines) | st.sampled_from(["\n", "甲"]))
blocks = st.one_of(
    elements(BLOCK_TAGS, inlines),
    elements(["div"], elements(["p"], inlines)),
    tables,
    lists,
    st.sampled_from([HIDDEN, K_LINE, LINKED_K_LINE, EM_MEDIA, IMAGE, TABLE, "<p>（文章来源：子）</p>", "<!-- a -->"]),
)
separators = st.sampled_from(["", "", "\n ", "\n", "\r\n ", "\r\n", " ", "甲", "\n\n"])
nearly_ordinary = st.lists(st.tuples(blocks, separators).map("".join), max_size=4).map("".join)


def check(body: str) -> bool:
    """Check both readings of a body, and return True if the fast one has read it."""
    ordinary = read_ordinary_body(body)
    assert ordinary is None or is_ordinary(body)
    content = read_ordinary(body)
    assert content is None or content == parse_body(body)
    return content is not None


@settings(max_examples=150, deadline=None)
@given(body=nearly_ordinary | nearly_ordinary.map(lambda body: body.removesuffix("\n ")))
def test_nearly_ordinary_bodies_are_read_alike(body: str) -> None:
    check(body)


@settings(max_examples=50, deadline=None)
@given(body=ordinary_bodies())
def test_ordinary_bodies_are_read_alike(body: str) -> None:
    check(body)


def test_damaged_bodies_and_attacks_are_read_alike() -> None:
    attacks = (body for name in NAMES for body in attack_bodies(name) if len(body) < LONGEST)
    assert sum(map(check, chain(generated_bodies(300, seed=20), attacks))) > 50


def test_nearly_every_body_of_the_origin_is_read_fast() -> None:
    articles = generate(200, 1)
    bodies = [remove_indentation(body) for article in articles for body in (article.text_html, article.content_html)]
    assert all(map(check, bodies))


@pytest.mark.parametrize("name", [*SEEN, *TODAY])
def test_recorded_shapes_are_read_fast(name: str) -> None:
    assert check(remove_indentation((SEEN | TODAY)[name]))


@pytest.mark.parametrize(
    "body",
    [
        f"<p>甲</p><p>（文章来源：上海{TICKER}  报）</p>",
        f"<p>甲{TICKER}</p>{K_LINE}",
        '<p>甲\r\n<a data-code="1,600999">乙\r\n丙</a></p>\r\n <p>丁</p>',
        "<table><tbody><tr><th>甲 <b> 乙</b></th> <td><p>丙</p>\n <p>丁</p></td></tr>\n</tbody></table>",
        "<div><em>甲</em>\t乙</div><h2>丙</h2><ul><li>丁<br />戊</li></ul><p>R&amp;D &ldquo;己&rdquo;</p>",
    ],
)
def test_these_shapes_are_read_fast(body: str) -> None:
    assert check(body)


@pytest.mark.parametrize(
    "body",
    [
        "<p>（文章来源：甲）</p><p>乙</p>",
        "<p>甲<br />（文章来源：乙）</p>",
        f"<p>{MARKET_IN_PARENT}</p>",
        "<p>甲&lt;乙</p>",
        *("<p><ma>甲</a></p>", "<p><ms>甲</span></p>", "<x>甲</p>", "<p>甲<mi></p>", "<p><img></p>"),
    ],
)
def test_these_shapes_are_left_to_the_parser(body: str) -> None:
    assert not check(body)


@pytest.mark.parametrize("piece", ["<", "<a ", "甲<"])
def test_the_start_of_a_tag_is_read_as_far_as_the_next_one(piece: str) -> None:
    """Read to the end of the body from each start, so many of them took 0.3 s instead of a few milliseconds."""
    body = piece * (LONGEST // len(piece))
    assert TAG.split(f"{body}<p>") == [body, "<p>", ""]
    assert read_ordinary_body(body) is None


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.tuples(blocks | st.sampled_from(ADVERTS), separators).map("".join), max_size=5))
def test_adverts_are_found_in_ordinary_bodies_as_in_others(parts: list[str]) -> None:
    body = "".join(parts)
    if read_ordinary_body(body):
        assert list(found_in_ordinary(body)) == list(found(body))


@settings(max_examples=100, deadline=None)
@given(body=nearly_ordinary | st.sampled_from([*SEEN.values(), *TODAY.values()]))
def test_ordinary_bodies_are_undressed_as_others_are(body: str) -> None:
    cleaned = clean_body(body).html
    plain = without(cleaned, [(tag.start, tag.end) for pair in ticker_pairs(cleaned) for tag in pair])
    assert unwrap_tickers(cleaned) == plain
    assert is_dressing_only(body) == (not has_content(undressed(body)))
    assert is_same_body(body, cleaned)

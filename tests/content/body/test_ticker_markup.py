"""Ticker mark-up: without it, upstream's ``content`` is its ``text``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.body.extract import extract_body
from finews_crawler.content.body.ticker_markup import unwrap_tickers
from finews_crawler.testing.origin.articles import generate
from tests.support.bodies import K_LINE, NEWER_TICKER, TICKER, ordinary_bodies

URL = "http://quote.eastmoney.com/unify/r/1.600999"
BOARD = (
    '<span id="bk_90.BK0999"><a href="http://quote.eastmoney.com/unify/r/90.BK0999" class="keytip"'
    ' data-code="90,BK0999">船舶</a></span><span id="bkquote_90.BK0999"></span>'
)
UNWRAPPED = {
    f"<p>{TICKER}、{NEWER_TICKER}</p>": "<p>江城重工、江城重工</p>",
    f"<p>{BOARD}板块</p>": "<p>船舶板块</p>",
    f'<p><span id="stock_1.600999"><a href="{URL}" class="keytip" data-code="600999">甲</a></span></p>': "<p>甲</p>",
    f'<p><a href="{URL}" class="keytip" data-code="600999">甲</a></p>': "<p>甲</p>",
    f"<p><a class='em_stock_key_common' href={URL} textvalue='甲'><b>甲</b></a></p>": "<p><b>甲</b></p>",
    # An end tag belongs to the last start tag of its name.
    f"<p><span>乙{TICKER}</span></p>": "<p><span>乙江城重工</span></p>",
    f"<p><a href='//a.cn/'>乙</a>{TICKER}</p>": "<p><a href='//a.cn/'>乙</a>江城重工</p>",
}
KEPT = [
    "",
    "甲",
    f"<p>甲</p>{K_LINE}",
    '<p><a href="http://finance.eastmoney.com/a/202609183877687754.html" textvalue="甲">甲</a></p>',
    f'<p><a href="{URL}" data-code="1,600999">甲</a></p>',
    '<p><span id="stock_price">甲</span><span class="keytips">乙</span></p>',
    # Not closed, or not a tag.
    '<p><span id="stock_1.600999">甲</p>',
    "<p>甲</span></p>",
    "<p title='<a class=\"keytip\">'>甲</a></p>",
    '<!-- <a class="keytip">甲</a> -->',
    '<p title="><a class=keytip>甲</a></p>',
    '<p><<span class="keytip">b</span></p>',
]


def test_unwrapped_content_of_generated_articles_is_their_text() -> None:
    for article in generate(400, 7):
        assert unwrap_tickers(article.content_html) == article.text_html


@pytest.mark.parametrize(("html", "unwrapped"), UNWRAPPED.items())
def test_unwrap_tickers(html: str, unwrapped: str) -> None:
    assert unwrap_tickers(html) == unwrapped


@pytest.mark.parametrize("html", KEPT)
def test_unwrap_tickers_keeps_all_else(html: str) -> None:
    assert unwrap_tickers(html) == html


@given(body=ordinary_bodies())
def test_unwrap_tickers_keeps_the_text(body: str) -> None:
    marked = body.replace("甲", TICKER)
    assert extract_body(unwrap_tickers(marked)).text == extract_body(marked).text


TAGS = ["<span>", "</span>", "</a>", '<a class="keytip">', '<span id="stock_1.600999">', "<", "<!--", "-->", '"', "甲"]


@given(html=st.lists(st.sampled_from(TAGS), max_size=20).map("".join))
def test_unwrap_tickers_of_any_tag_soup_adds_nothing(html: str) -> None:
    rest = iter(html)
    assert all(character in rest for character in unwrap_tickers(html))

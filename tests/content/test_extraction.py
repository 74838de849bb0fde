"""Extraction of an article: tickers and images of both bodies, positions in the shown text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.extraction import extract_article, locate
from finews_crawler.items import Image, Ticker

INLINE = '<span data-code="1,600999">江城重工</span>'
BOARD = '<span data-code="90,BK0999">通用设备</span>'
K_LINE = '<p><a data-code="600999|1|1"><img data-code="K 600999|1|1" src="http://127.0.0.1/k.png" /></a></p>'
FIRST, SECOND = Image("http://127.0.0.1/1_w8h5.jpg", 8, 5), Image("http://127.0.0.1/2.png")


def symbols(*bodies: str) -> list[tuple[str, int | None]]:
    return [(ticker.symbol, ticker.position) for ticker in extract_article(*bodies).tickers]


def test_tickers_of_both_bodies_are_merged() -> None:
    text = f"{K_LINE}<p>\u3000\u3000江城重工与通用设备走强。</p>"
    content = f"<p>\u3000\u3000{INLINE}与{BOARD}走强。</p>"
    assert extract_article(text, content, clean_body(text).html).tickers == [
        Ticker("600999.SH", "", "kline", 0),
        Ticker("600999.SH", "江城重工", "inline", 0),
        Ticker("BK0999", "通用设备", "inline", 5),
    ]


def test_each_ticker_occurs_once_in_the_order_of_the_shown_text() -> None:
    content = f"<p>{BOARD}与{INLINE}走强，{BOARD}午后回落。</p>"
    assert symbols("", content, content) == [("BK0999", 0), ("600999.SH", 5)]
    shown = "<p>江城重工走强。</p><p>通用设备午后回落。</p>"
    assert symbols(shown, content, shown) == [("600999.SH", 0), ("BK0999", 8)]


def test_a_ticker_missing_from_the_shown_text_has_no_position() -> None:
    assert symbols("<p>走强。</p>", f"<p>{INLINE}走强。</p>", "<p>走强。</p>") == [("600999.SH", None)]


def test_the_first_mention_with_a_name_wins() -> None:
    content = f'<p><b data-code="1,600999"></b>昨日{INLINE}走强。</p>'
    assert extract_article("", content, content).tickers == [Ticker("600999.SH", "江城重工", "inline", 2)]


def test_images_of_both_bodies_occur_once_in_order() -> None:
    first, second = (f'<center><img src="{image.url}" /></center>' for image in (FIRST, SECOND))
    assert extract_article(first + second + first, second, first).images == [FIRST, SECOND]


def test_the_source_line_of_either_body_is_found() -> None:
    line = '<p class="em_media">（文章来源：证券时报）</p>'
    assert extract_article("<p>甲</p>", f"<p>甲</p>{line}", "<p>甲</p>").source_line == "证券时报"
    assert extract_article("", "", "").source_line == ""


@given(st.text("甲乙", min_size=1, max_size=3), st.integers(0, 12), st.text("甲乙丙", max_size=12))
def test_locate_returns_an_occurrence_or_none(name: str, near: int, text: str) -> None:
    place = locate(name, near, text)
    assert (place is None) == (name not in text)
    assert place is None or text.startswith(name, place)

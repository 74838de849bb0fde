"""The rule of dressing: what a surface adds to an article or leaves out, without a change of the article itself."""

from __future__ import annotations

from finews_crawler.content.body.adverts import cut_adverts
from finews_crawler.content.body.clean import clean_body, has_content
from finews_crawler.content.body.content import SOURCE, SOURCE_LINE
from finews_crawler.content.body.ordinary import read_ordinary_body
from finews_crawler.content.body.paragraphs import BLANKS, paragraphs, without_paragraphs
from finews_crawler.content.body.tag_scanner import Markup, scan, without
from finews_crawler.content.body.ticker_markup import unwrap_tickers
from finews_crawler.content.body.whitelist import BLOCK_ELEMENTS, NESTED_BLOCKS

BLOCKS = BLOCK_ELEMENTS | NESTED_BLOCKS
TEXT_ELEMENTS = frozenset({"", "a", "b", "br", "div", "em", "font", "p", "span", "strong"})
"""Elements of an article whose text is to come, and comments. Others may be its content, such as a video."""


def is_same_body(one: str, other: str) -> bool:
    """Return True if two bodies of one article differ in nothing but what its surfaces dress it with.

    Dressing is adverts, the source line, inline ticker mark-up, and white space between blocks; also what cleaning
    changes, such as indentation and the spelling of tags, since no post shows it. Takes any strings, never raises.

    >>> marked = '<p>据悉，<span class="em_stock_key_common" data-code="1,600160">巨化股份</span>涨停。</p>'
    >>> is_same_body(marked, '<p>据悉，巨化股份涨停。</p>\\n <p class="em_media">（文章来源：证券时报）</p>')
    True
    >>> is_same_body("<p>据悉，巨化股份涨停。</p>", "<p>据悉，巨化股份跌停。</p>")
    False
    """
    return one == other or _is_same_cleaned(clean_body(one).html, clean_body(other).html)


def is_dressing_only(html: str) -> bool:
    """Return True if a body shows nothing but dressing: adverts, or the source line.

    >>> [is_dressing_only(html) for html in ("<p>\u3000\u3000<br></p><p>（文章来源：证券时报）</p>", "<p>快讯</p>")]
    [True, False]
    """
    cleaned = clean_body(html).html
    return not _shows_text(cleaned) and not has_content(_undress(unwrap_tickers(cleaned)))


def _shows_text(cleaned: str) -> bool:
    """Return True if an ordinary body shows something before its last paragraph, which may be the source line."""
    body = read_ordinary_body(cleaned)
    shown = body.bare if body else ""
    if SOURCE in shown:
        shown = shown[: shown.rfind("<p>")]
    return SOURCE not in shown and "&" not in shown and has_content(shown)


def awaits_text(html: str) -> bool:
    """Return True if a body is only dressing and empty paragraphs, as that of an article whose text is to come.

    >>> awaits_text("<p>\u3000\u3000</p>"), awaits_text('<p><video src="//v.cn/1.mp4"></video></p>')
    (True, False)
    """
    return is_dressing_only(html) and {markup.name for markup in scan(cut_adverts(html).html)} <= TEXT_ELEMENTS


def undressed(html: str) -> str:
    """Return *html* as cleaned for a post, without ticker mark-up, source line and white space between blocks."""
    return _undress(unwrap_tickers(clean_body(html).html))


def _is_same_cleaned(one: str, other: str) -> bool:
    if one == other:
        return True
    one, other = unwrap_tickers(one), unwrap_tickers(other)
    return one == other or _undress(one) == _undress(other)


def _undress(html: str) -> str:
    return _without_blanks(_without_source_line(html))


def _without_source_line(html: str) -> str:
    if SOURCE not in html:
        return html
    lines = [paragraph for paragraph in paragraphs(html) if SOURCE_LINE.fullmatch(paragraph.text)]
    return without_paragraphs(html, lines[-1:])


def _without_blanks(html: str) -> str:
    """Return *html* without the white space that separates a block or a comment from its neighbour."""
    blanks = []
    before = Markup(0, 0, "")
    for markup in scan(html):
        is_between = _separates(before) or _separates(markup)
        if is_between and before.end < markup.start and not html[before.end : markup.start].strip(BLANKS):
            blanks.append((before.end, markup.start))
        before = markup
    return without(html, blanks)


def _separates(markup: Markup) -> bool:
    return not markup.name or markup.name in BLOCKS

"""Removal of inline ticker mark-up, which is what the two bodies of GetNewsText differ in."""

from __future__ import annotations

import re
from functools import lru_cache

from finews_crawler.content.body.ordinary import read_ordinary_body
from finews_crawler.content.body.tag_scanner import Markup, attribute_of, scan, without

ELEMENTS = frozenset({"a", "span"})
CLASSES = frozenset({"keytip", "em_stock_key_common"})
# A mention, stock_1.600160 or bk_90.BK0493, and the empty span for its quote.
WORDS = ("keytip", "em_stock_key_common", "stock_", "quote_", "bk_")
"""One of these is in every class and identifier of a ticker."""
INNERMOST = re.compile(r"(<(a|span) [^<>]*+>)([^<]*+)</\2>")
IDENTIFIER = re.compile(r"(?:stock|quote|bk|bkquote)_\d+\.[\w.]+", re.ASCII)


def unwrap_tickers(html: str) -> str:
    """Return *html* with inline ticker mark-up replaced by the text in it; all else stays byte for byte.

    This makes GetNewsText's ``text`` of its ``content``. Source of the rule: upstream.md, "Body HTML, as seen". K-line
    images and other links stay, also links with ``textvalue``, which lead to articles. So does mark-up that is not
    closed. Takes any string, never raises, linear in the length.

    >>> mention = '<span id="stock_1.600160"><a href="//q" class="keytip" data-code="1,600160">巨化股份</a></span>'
    >>> unwrap_tickers(f'<p>据悉，{mention}<span id="quote_1.600160"></span>涨停。</p>')
    '<p>据悉，巨化股份涨停。</p>'
    """
    if not any(word in html for word in WORDS):
        return html
    unwrapped = _unwrap_in_ordinary(html)
    if unwrapped is not None:
        return unwrapped
    return without(html, [(markup.start, markup.end) for pair in ticker_pairs(html) for markup in pair])


def _unwrap_in_ordinary(html: str) -> str | None:
    """Do the same in an ordinary body whose tickers have nothing but text and tickers in them; None for another."""
    body = read_ordinary_body(html)
    if body is None:
        return None
    left = sum(map(_is_ticker_tag, body.tags))
    while left:
        rest = INNERMOST.sub(lambda element: element[3] if _is_ticker_tag(element[1]) else element[0], html)
        unwrapped = html.count("</") - rest.count("</")
        if not unwrapped:
            return None
        html, left = rest, left - unwrapped
    return html


@lru_cache(maxsize=1024)
def _is_ticker_tag(tag: str) -> bool:
    return any(markup.name in ELEMENTS and _is_ticker(tag, markup) for markup in scan(tag))


def ticker_pairs(html: str) -> list[tuple[Markup, Markup]]:
    """Return the start and end tags of the ticker elements."""
    open_elements: dict[str, list[Markup]] = {name: [] for name in ELEMENTS}
    pairs = []
    for markup in scan(html):
        opened = open_elements.get(markup.name)
        if opened is None:
            continue
        if not markup.is_closing:
            opened.append(markup)
        elif opened and _is_ticker(html, start := opened.pop()):
            pairs.append((start, markup))
    return pairs


def _is_ticker(html: str, markup: Markup) -> bool:
    # After a bare <, the text of the element would become a tag: <<span id="stock_1.600160">b</span>.
    if html.endswith("<", 0, markup.start):
        return False
    is_mention = not CLASSES.isdisjoint(attribute_of(markup, "class").split())
    return is_mention or IDENTIFIER.fullmatch(attribute_of(markup, "id")) is not None

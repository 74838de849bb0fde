"""Paragraphs of a body that stand by themselves between other blocks, and can be removed as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from finews_crawler.content.body.html_tokens import unescape
from finews_crawler.content.body.tag_scanner import Markup, scan, without

BLANKS = " \t\r\n"
"""White space that may separate two blocks."""
VOID_ELEMENTS = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip


class Paragraph(NamedTuple):
    """One ``<p>`` that no element contains, with nothing but white space between it and its neighbours."""

    body: str
    start: int
    """Offset in the body of the white space before it."""
    markup: tuple[Markup, ...]
    """Its start tag, the tags and comments inside, and its end tag."""

    @property
    def end(self) -> int:
        return self.markup[-1].end

    @property
    def html(self) -> str:
        return self.body[self.start : self.end]

    @property
    def inner(self) -> tuple[Markup, ...]:
        """Tags and comments inside."""
        return self.markup[1:-1]

    @property
    def texts(self) -> list[str]:
        """Decoded text before, between and after these."""
        return [unescape(self.body[one.end : other.start]) for one, other in pairwise(self.markup)]

    @property
    def text(self) -> str:
        """All of it, without white space and indentation around it."""
        return "".join(self.texts).strip()


def paragraphs(html: str) -> Iterator[Paragraph]:
    """Yield the paragraphs of *html* in document order. Takes any string, never raises, linear in the length.

    >>> [paragraph.text for paragraph in paragraphs("<p>甲<br />A&amp;B</p>\\n <div><p>乙</p></div><p>丙</p>丁")]
    ['甲A&B']
    """
    found = list(scan(html))
    depth = first = 0
    for index, markup in enumerate(found):
        if not markup.name or markup.name in VOID_ELEMENTS:
            continue
        if not markup.is_closing:
            first = index if depth == 0 else first
            depth += 1
        elif depth:
            depth -= 1
            is_paragraph = depth == 0 and found[first].name == markup.name == "p"
            if is_paragraph and (paragraph := _paragraph(html, found, first, index)):
                yield paragraph


def _paragraph(html: str, found: list[Markup], first: int, last: int) -> Paragraph | None:
    start = found[first - 1].end if first else 0
    after = found[last + 1].start if last + 1 < len(found) else len(html)
    if html[start : found[first].start].strip(BLANKS) or html[found[last].end : after].strip(BLANKS):
        return None
    return Paragraph(html, start, tuple(found[first : last + 1]))


def without_paragraphs(html: str, cut: Iterable[Paragraph]) -> str:
    """Return *html* without some of its paragraphs and the white space before each, or after it at the beginning.

    >>> html = "<p>甲</p>\\n <p>乙</p>\\n <p>丙</p>"
    >>> one, two, three = paragraphs(html)
    >>> without_paragraphs(html, [two]), without_paragraphs(html, [one, two]), without_paragraphs(html, [three])
    ('<p>甲</p>\\n <p>丙</p>', '<p>丙</p>', '<p>甲</p>\\n <p>乙</p>')
    """
    return without_spans(html, [(paragraph.start, paragraph.end) for paragraph in cut])


def without_spans(html: str, spans: list[tuple[int, int]]) -> str:
    """Do the same for the paragraphs at *spans*, from the start of the white space before them, in document order."""
    if not spans:
        return html
    rest = without(html, spans)
    rest = rest.lstrip(BLANKS) if spans[0][0] == 0 else rest
    return rest.rstrip(BLANKS) if not html[spans[-1][1] :].strip(BLANKS) else rest

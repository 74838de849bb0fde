"""Parser of bodies of any shape: plain text, tickers, images and source line.

Reads the body as upstream sent it, before cleaning, in one pass and without building a tree: in a tree, each of a row
of unclosed spans would contain all that follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lxml.etree import fromstring
from lxml.html import HTMLParser

from finews_crawler.content.body.content import SOURCE_LINE, BodyContent, TickerMention, image_of
from finews_crawler.content.body.named_elements import HIDDEN, hides
from finews_crawler.content.body.plain_text import PlainTextBuilder
from finews_crawler.content.body.whitelist import BLOCK_ELEMENTS
from finews_crawler.content.decoding import replace_lone_surrogates
from finews_crawler.content.tickers import symbol_of

BLOCKS = BLOCK_ELEMENTS | {
    "address", "aside", "caption", "dd", "dt", "fieldset", "figcaption", "footer", "form", "header", "hr", "li", "main",
    "nav", "tbody", "tfoot", "thead", "tr",
}  # fmt: skip
CELLS = frozenset({"td", "th"})


class _Element(NamedTuple):
    """An open element, with the number of lines, mentions and text pieces before it."""

    tag: str
    is_hidden: bool
    url: str
    mention: TickerMention | None
    lines: int
    mentions: int
    pieces: int


NO_ELEMENT = _Element("", is_hidden=False, url="", mention=None, lines=0, mentions=0, pieces=0)


class _BodyTarget:
    """A parser target of lxml: receives start tags, text and end tags as events.

    It runs once per tag of every article, so it looks at attributes only where an element has some.
    """

    def __init__(self) -> None:
        self.content = BodyContent()
        self._lines = PlainTextBuilder()
        self._pieces: list[str] = []
        self._open = [NO_ELEMENT, NO_ELEMENT]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in BLOCKS or tag == "br":
            self._lines.break_line()
        elif tag in CELLS:
            self._lines.separate()
        lines, mentions, pieces = len(self._lines.lines), len(self.content.mentions), len(self._pieces)
        is_hidden = self._open[-1].is_hidden or tag in HIDDEN
        url, mention = "", None
        if attributes:
            is_hidden = is_hidden or hides(attributes, tag)
            url = attributes.get("href") or attributes.get("id") or ""
            if not is_hidden:
                mention = self._add_mention(attributes.get("data-code", ""), url)
                if tag == "img" and (image := image_of(attributes)):
                    self.content.images.append(image)
        self._open.append(_Element(tag, is_hidden, url, mention, lines, mentions, pieces))

    def end(self, tag: str) -> None:
        element = self._open.pop()
        if element.tag in BLOCKS:
            self._lines.break_line()
            self._take_source_line(element)

    def data(self, text: str) -> None:
        outer, inner = self._open[-2:]
        if inner.is_hidden:
            return
        self._pieces.append(text)
        position = self._lines.write(replace_lone_surrogates(text))
        # The text names the ticker of its element, or of the element around it. An element further out may be one
        # that was never closed.
        mention = inner.mention or outer.mention
        if mention is not None:
            mention.name += text
            if mention.position is None:
                mention.position = position

    def close(self) -> BodyContent:
        self._lines.break_line()
        self._take_last_line()
        self.content.text = self._lines.text()
        return self.content

    def _add_mention(self, code: str, url: str) -> TickerMention | None:
        if not code.strip():
            return None
        named = symbol_of(code, url, self._open[-1].url)
        if named is None:
            self.content.unknown_codes.append(code)
            return None
        mention = TickerMention(*named, position=self._lines.position if named[1] == "kline" else None)
        self.content.mentions.append(mention)
        return mention

    def _take_source_line(self, element: _Element) -> None:
        """Remove the block from the text if it is the source line, together with a ticker in the outlet's name.

        Upstream marks the name of a listed broker as a ticker there, although the article is not about it.
        """
        if len(self._lines.lines) != element.lines + 1:
            return
        # Read from the raw pieces: the names of some outlets contain double spaces, which the plain text does not keep.
        found = SOURCE_LINE.fullmatch("".join(self._pieces[element.pieces :]).strip())
        if found:
            self._lines.truncate(element.lines)
            del self.content.mentions[element.mentions :]
            self.content.source_line = found["name"]

    def _take_last_line(self) -> None:
        """Do the same for a source line that follows a <br> or is not in a block."""
        found = SOURCE_LINE.fullmatch(self._lines.lines[-1]) if self._lines.lines else None
        if found:
            self._lines.truncate(len(self._lines.lines) - 1)
            end, mentions = self._lines.position, self.content.mentions
            self.content.mentions = [each for each in mentions if each.position is None or each.position < end]
            self.content.source_line = found["name"]


def parse_body(html: str) -> BodyContent:
    """Return the content of a body of any shape; an empty one for an empty body. Linear in its length, never raises.

    >>> marked = '<p>据悉，<span data-code="1,600160">巨化股份</span>涨停。</p>'
    >>> content = parse_body(f'{marked}<p class="em_media">（文章来源：证券时报）</p>')
    >>> content.text, content.source_line
    ('据悉，巨化股份涨停。', '证券时报')
    >>> content.mentions
    [TickerMention(symbol='600160.SH', source='inline', name='巨化股份', position=3)]
    """
    encoded = html.replace("\x00", "").encode("utf-8", "replace")
    if not encoded.strip():
        return BodyContent()
    target = _BodyTarget()
    # <body> puts the parser into a document: otherwise it treats text before the first tag differently.
    fromstring(b"<body>" + encoded, parser=HTMLParser(encoding="utf-8", huge_tree=True, target=target))
    return target.content

"""A body as a reader has it: its text, the securities it names, its images, and the medium its last line names.

Read from the body as it came, before cleaning, in one pass and without a tree: of spans that nobody closed, each would
hold all that follow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.etree import fromstring
from lxml.html import HTMLParser

from finews_crawler.content.body.plain_text import PlainTextBuilder
from finews_crawler.content.body.repair import CONTENT_TO_REMOVE
from finews_crawler.content.body.whitelist import BLOCK_ELEMENTS
from finews_crawler.content.decoding import replace_lone_surrogates
from finews_crawler.content.tickers import symbol_of
from finews_crawler.items import Image

BLOCKS = BLOCK_ELEMENTS | {
    "address", "aside", "caption", "dd", "dt", "fieldset", "figcaption", "footer", "form", "header", "hr", "li", "main",
    "nav", "tbody", "tfoot", "thead", "tr",
}  # fmt: skip
CELLS = frozenset({"td", "th"})
HIDING_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
SOURCE_LINE = re.compile(r"[（(]\s*文章来源\s*[：:]\s*(?P<name>.{1,80}?)\s*[）)]")
# In the address of a picture, its true size; what mark-up says of width is how wide it is shown.
SIZE_IN_ADDRESS = re.compile(r"_w(?P<width>\d{1,5})h(?P<height>\d{1,5})\.", re.ASCII)
PIXELS = re.compile(r"\s*(\d{1,5})(?:px)?\s*", re.ASCII)


@dataclass
class Mention:
    """A ``data-code`` in a body, and what stands in its element."""

    symbol: str
    source: str
    name: str = ""
    position: int | None = None


@dataclass
class BodyContent:
    """What was read of a body."""

    text: str = ""
    """Lines: a block or a row of a table each, its cells with tabs between. Without the line that names the source."""
    source_line: str = ""
    """The medium in ``（文章来源：…）``."""
    mentions: list[Mention] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    unknown_codes: list[str] = field(default_factory=list)
    """Each ``data-code`` in no known shape."""


@dataclass
class _Element:
    """An element that is open, and what there was before it."""

    tag: str
    is_hidden: bool
    address: str
    mention: Mention | None
    lines: int
    mentions: int
    pieces: int


class _BodyReader:
    """To lxml, a parser's target: it hears of each tag as it opens and closes, and of the text between."""

    def __init__(self) -> None:
        self.reading = BodyContent()
        self._lines = PlainTextBuilder()
        self._pieces: list[str] = []
        self._open: list[_Element] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in BLOCKS or tag == "br":
            self._lines.break_line()
        elif tag in CELLS:
            self._lines.separate()
        hidden = self._is_hidden() or tag in CONTENT_TO_REMOVE or bool(HIDING_STYLE.search(attributes.get("style", "")))
        address = attributes.get("href") or attributes.get("id") or ""
        before = (len(self._lines.lines), len(self.reading.mentions), len(self._pieces))
        mention = None if hidden else self._mention(attributes, address)
        self._open.append(_Element(tag, hidden, address, mention, *before))
        if tag == "img" and not hidden:
            self._take_image(attributes)

    def end(self, tag: str) -> None:
        element = self._open.pop()
        if element.tag in BLOCKS:
            self._lines.break_line()
            self._take_source_line(element)

    def data(self, text: str) -> None:
        if self._is_hidden():
            return
        self._pieces.append(text)
        position = self._lines.write(replace_lone_surrogates(text))
        for mention in self._named_here():
            mention.name += text
            if mention.position is None:
                mention.position = position

    def close(self) -> BodyContent:
        self._lines.break_line()
        self._take_last_line()
        self.reading.text = self._lines.text()
        return self.reading

    def _is_hidden(self) -> bool:
        return bool(self._open) and self._open[-1].is_hidden

    def _mention(self, attributes: Mapping[str, str], address: str) -> Mention | None:
        code = attributes.get("data-code", "")
        if not code.strip():
            return None
        named = symbol_of(code, address, self._open[-1].address if self._open else "")
        if named is None:
            self.reading.unknown_codes.append(code)
            return None
        mention = Mention(*named)
        if named[1] == "kline":
            mention.position = self._lines.position
        self.reading.mentions.append(mention)
        return mention

    def _named_here(self) -> list[Mention]:
        """Whose name the text is: of the element's own mention, or of that around it. No further out, see above."""
        innermost = self._open[-2:]
        return [mention for element in innermost[::-1] if (mention := element.mention)][:1]

    def _take_image(self, attributes: Mapping[str, str]) -> None:
        address = replace_lone_surrogates(attributes.get("src", "").strip())
        if address:
            self.reading.images.append(Image(address, *_size(address, attributes)))

    def _take_source_line(self, element: _Element) -> None:
        """The last line names the medium, at times with a board's ticker in its name: neither is of the article."""
        if len(self._lines.lines) != element.lines + 1:
            return
        # As it is written: names of media hold double spaces, which no line does.
        found = SOURCE_LINE.fullmatch("".join(self._pieces[element.pieces :]).strip())
        if found:
            self._lines.pop_lines(element.lines)
            del self.reading.mentions[element.mentions :]
            self.reading.source_line = found["name"]

    def _take_last_line(self) -> None:
        """The same where it is no block of its own."""
        found = SOURCE_LINE.fullmatch(self._lines.lines[-1]) if self._lines.lines else None
        if found:
            self._lines.pop_lines(len(self._lines.lines) - 1)
            begins, mentions = self._lines.position, self.reading.mentions
            self.reading.mentions = [named for named in mentions if named.position is None or named.position < begins]
            self.reading.source_line = found["name"]


def _size(address: str, attributes: Mapping[str, str]) -> tuple[int | None, int | None]:
    if told := SIZE_IN_ADDRESS.search(address):
        return int(told["width"]), int(told["height"])
    shown = (PIXELS.fullmatch(attributes.get(name, "")) for name in ("width", "height"))
    width, height = (int(match[1]) if match else None for match in shown)
    return width, height


def extract_body(html: str) -> BodyContent:
    """Read a body, in whatever shape it is.

    >>> said = '<p>据悉，<span data-code="1,600160">巨化股份</span>涨停。</p>'
    >>> read = extract_body(f'{said}<p class="em_media">（文章来源：证券时报）</p>')
    >>> read.text, read.source_line, read.mentions
    ('据悉，巨化股份涨停。', '证券时报', [Mention(symbol='600160.SH', source='inline', name='巨化股份', position=3)])
    """
    encoded = html.replace("\x00", "").encode("utf-8", "replace")
    if not encoded.strip():
        return BodyContent()
    reader = _BodyReader()
    # A document's start: without it, text before the first tag would be read by other rules.
    fromstring(b"<body>" + encoded, parser=HTMLParser(encoding="utf-8", huge_tree=True, target=reader))
    return reader.reading

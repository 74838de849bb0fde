"""The invariant of cleaning: what readers see in a body as sent is in the body as written, but for the named rules.

The rules are indentation, adverts, players, elements that are hidden, and control characters. libxml2 reads both
bodies here; cleaning uses a tokenizer of its own and html5ever, so a fault of one parser is no fault of the other. Text
is compared by its characters, in any order: html5ever moves text out of a table, libxml2 does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml.etree import fromstring
from lxml.html import HTMLParser

from finews_crawler.content.body.complexity import FORMATTING
from finews_crawler.content.body.grammar import HOLD_PARTS_ONLY, PARENTS
from finews_crawler.content.body.html_tokens import unescape
from finews_crawler.content.body.named_elements import FOREIGN_ROOTS, HIDDEN, LITERAL, STRUCTURE, VOID, hides
from finews_crawler.content.body.normalize import CONTROLS, RENAMED, TICKER
from finews_crawler.content.body.serializer import spell_url
from finews_crawler.content.body.whitelist import BLOCK_ELEMENTS, ELEMENTS, is_allowed_attribute

CELLS = frozenset({"td", "th"})
CLOSES_PARAGRAPH = BLOCK_ELEMENTS | {
    "address", "aside", "details", "dialog", "dir", "dd", "dt", "fieldset", "figcaption", "footer", "form", "header",
    "hgroup", "hr", "li", "listing", "main", "menu", "nav", "search", "summary", "xmp",
}  # fmt: skip
KEEPS_PARAGRAPH = frozenset({"applet", "button", "caption", "marquee", "object", "table", "td", "template", "th"})
MOST_IN_PARAGRAPH = 30
"""Open elements between a paragraph and a block in it; a search through more would not be linear."""
IMAGE = re.compile(r"<image(?=[\s/>])", re.IGNORECASE)
BETWEEN_CELLS = HOLD_PARTS_ONLY - {"colgroup"}
MARKUP = re.compile(r"""<(?:"[^"]*+"|'[^']*+'|[^<>"'])*+>?""")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*+>")
MOST_END_TAGS = 5_000
UNCLOSED = {"plaintext": "form", "textarea": "label", "xmp": "form"}
"""``LITERAL`` elements without an end tag count as these: to a browser, the mark-up after them is text."""


@dataclass
class Shown:
    """Content that a body shows, so that two bodies can be compared."""

    text: str = ""
    """Without white space and control characters."""
    pictures: Counter[str] = field(default_factory=Counter)
    """URLs, as spelt in posts, of the pictures that posts may have, each with its text."""
    tickers: Counter[str] = field(default_factory=Counter)
    """Values of ``data-code``."""
    cells: int = 0
    """Cells of tables."""

    def lost_in(self, written: Shown) -> str:
        """Return what the body as written lacks, in words; '' if nothing."""
        characters = self._characters_lost_in(written)
        lost = {
            f"{characters} characters": characters,
            "a picture": self.pictures - written.pictures,
            "a ticker": self.tickers - written.tickers,
            "a table cell": self.cells > written.cells,
        }
        return ", ".join(name for name, is_lost in lost.items() if is_lost)

    def _characters_lost_in(self, written: Shown) -> int:
        if self.text == written.text:
            return 0
        sent, shown = Counter(self.text), Counter(written.text)
        lost = (sent - shown).total()
        if lost or sent == shown:
            return lost
        # With more text, such as that of an unclosed comment, equal characters might replace them: compare their order.
        rest = iter(written.text)
        return sum(character not in rest for character in self.text)


def shown_by(html: str) -> Shown:
    """Return what a body of any shape shows. Never raises.

    >>> sent = shown_by('<p hidden>广告</p>净利润<text>同比下降</text><img src=//a.cn/1.jpg alt="a>b"><style>')
    >>> sent.lost_in(shown_by("<p>净利润</p>"))
    '4 characters, a picture'
    """
    # A control character, since libxml2 stops at NUL. Without any, <\x00p> would become a tag.
    html = _without_unclosed(_without_stray_ends(IMAGE.sub("<img", html.replace("\x00", "\x01"))))
    encoded = html.encode("utf-8", "ignore")
    target = _Target()
    if encoded.strip():
        fromstring(b"<body>" + encoded, parser=HTMLParser(encoding="utf-8", huge_tree=True, target=target))
    return target.shown


def _without_stray_ends(html: str) -> str:
    """Return *html* without the end tags of elements that nothing has opened, if it has very many end tags.

    They show nothing, and libxml2 looks for each of them in all open elements: 70,000 ``<b></p>`` took 5 s.
    """
    if html.count("</") <= MOST_END_TAGS:
        return html
    opened: set[str] = set()

    def kept(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if not tag[1]:
            opened.add(name)
        return tag[0] if name in opened else ""

    return TAG.sub(kept, html)


def _without_unclosed(html: str) -> str:
    """Return *html* in which nothing unclosed makes text of mark-up. ``<plaintext>`` cannot be closed."""
    for name, other in UNCLOSED.items():
        ends = [] if name == "plaintext" else list(re.finditer(rf"</{name}(?=[\s/>])", html, re.IGNORECASE))
        start = ends[-1].end() if ends else 0
        html = html[:start] + re.sub(rf"<{name}(?=[\s/>])", f"<{other}", html[start:], flags=re.IGNORECASE)
    return html


class _Open(NamedTuple):
    """An open element."""

    name: str = ""
    hides: bool = False
    """True if it hides what is in it."""
    is_hidden: bool = False
    """True if it, or an element around it, does."""


class _Target:
    """A parser target of lxml. Which elements are open is all that it knows of the tree."""

    def __init__(self) -> None:
        self.shown = Shown()
        self._text: list[str] = []
        self._open = [_Open()]
        self._tables = 0
        self._is_empty_table = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in CLOSES_PARAGRAPH:
            self._close_paragraph()
        is_inside_hidden = self._is_part_hidden() if tag in PARENTS else self._is_hidden()
        is_hiding = tag in HIDDEN or (bool(attributes) and self._is_element(tag) and hides(attributes, tag))
        # Nothing is in a void element, whatever libxml2 puts there, and what leaves an SVG is not hidden by it.
        hides_content = is_hiding and tag not in VOID and tag not in FOREIGN_ROOTS
        self._open.append(_Open(tag, hides_content, is_inside_hidden or hides_content))
        self._tables += tag == "table"
        self._is_empty_table = tag == "table"
        if is_inside_hidden or is_hiding:
            return
        self.shown.cells += tag in CELLS and self._tables > 0
        if attributes:
            self._count(RENAMED.get(tag, tag), attributes)

    def _close_paragraph(self) -> None:
        """Let the paragraph around a block hide nothing more: libxml2 leaves some open that HTML 5 closes."""
        for depth in range(len(self._open) - 1, max(len(self._open) - MOST_IN_PARAGRAPH, 0), -1):
            name = self._open[depth].name
            if name in KEEPS_PARAGRAPH:
                return
            if name == "p":
                is_hidden = self._open[depth - 1].is_hidden
                for index, element in enumerate(self._open[depth:], depth):
                    # Only formatting elements are opened again in the block.
                    is_hidden = is_hidden or (element.hides and element.name in FORMATTING)
                    self._open[index] = element._replace(is_hidden=is_hidden)
                return

    def _is_element(self, tag: str) -> bool:
        return tag not in STRUCTURE and (tag not in PARENTS or self._tables > 0)

    def _is_part_hidden(self) -> bool:
        """Return True if a part of a table here would not be shown: HTML closes what is open between two parts."""
        for element in self._open[:-MOST_IN_PARAGRAPH:-1]:
            if element.name == "table" or element.name in PARENTS:
                return element.is_hidden
        return self._is_hidden()

    def _is_hidden(self) -> bool:
        """Return True if something here would not be shown; between the cells of a table, it moves before the table."""
        depth = len(self._open) - 1
        if self._open[depth].name in BETWEEN_CELLS and self._tables:
            while self._open[depth].name != "table" and depth:
                depth -= 1
            depth -= 1
        return self._open[max(depth, 0)].is_hidden

    def _count(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "img":
            url = spell_url(attributes.get("src", ""))
            if not is_allowed_attribute("img", "src", url):
                return
            self.shown.pictures[f"{url} {_words(attributes.get('alt', ''))}"] += 1
        code = _words(attributes.get(TICKER, ""))
        if code and tag in ELEMENTS and tag not in PARENTS:
            self.shown.tickers[code] += 1

    def end(self, tag: str) -> None:
        # libxml2 closes <table /> at once, browsers do not.
        self._tables -= self._open.pop().name == "table" and not self._is_empty_table
        self._is_empty_table = False

    def data(self, text: str) -> None:
        if not self._is_hidden():
            # A browser shows mark-up and references in these as text, but posts may have them as such.
            is_literal = self._open[-1].name in LITERAL
            self._text.append(unescape(MARKUP.sub("", text)) if is_literal else text)

    def close(self) -> None:
        self.shown.text = "".join(CONTROLS.sub("", "".join(self._text)).split())


def _words(value: str) -> str:
    return " ".join(CONTROLS.sub(" ", value).split())

"""Content that readers see in a body, as a parser reads it that no part of the package uses: lexbor.

Needs selectolax, of the extra ``oracle``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import Any
from unicodedata import normalize

NEVER_SHOWN = frozenset({
    "audio", "head", "iframe", "noembed", "noframes", "script", "selectedcontent", "style", "template", "title",
    "video",
})  # fmt: skip
LITERAL = {"plaintext": "div", "textarea": "span", "xmp": "div"}
"""Elements in which mark-up is text, each with one like it in which it is none."""
MARKUP = re.compile(r"""<(?:"[^"]*+"|'[^']*+'|[^<>"'])*+>?""")
MOST_ENDS = 50
"""Places where a start tag may end, since a > may be in a value."""
UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\ufffe\uffff\s]+")
DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)\s*(?=;|/\*|\Z)", re.IGNORECASE)
URL = re.compile(r"\s*(?:https?:)?//[^\s]", re.IGNORECASE)


@dataclass
class Visible:
    characters: Counter[str] = field(default_factory=Counter)
    pictures: int = 0
    cells: int = 0

    def missing_in(self, other: Visible) -> str:
        """Return what *other* lacks of this, in words; '' if nothing."""
        lost = self.characters - other.characters
        found = [f"{''.join(lost.elements())[:60]!r}"] if lost else []
        found += ["picture"] if self.pictures > other.pictures else []
        found += ["cell"] if self.cells > other.cells else []
        return ", ".join(found)


def characters_of(text: str) -> Counter[str]:
    return Counter(UNFIT.sub("", normalize("NFKD", text)))  # <mi>x</mi> is a mathematical letter in Chromium


def visible(html: str) -> Visible:
    """Return what lexbor's tree of *html* shows."""
    from selectolax.lexbor import LexborHTMLParser

    html = html.encode("utf-8", "ignore").decode().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    while (body := LexborHTMLParser(f"<!doctype html><body>{html}").body) and (opened := _without_unclosed(html, body)):
        html = opened
    seen = Visible()
    text: list[str] = []
    for node, tables, is_literal in _shown_nodes(body):
        if node.tag == "-text":
            content = node.text_content or ""
            text.append(unescape(MARKUP.sub("", content)) if is_literal else content)
        elif node.tag == "img":
            seen.pictures += URL.match((node.attributes.get("src") or "").strip()) is not None
        elif node.tag in ("td", "th"):
            seen.cells += tables > 0
    seen.characters = characters_of("".join(text))
    return seen


def _without_unclosed(html: str, body: Any) -> str:
    """Return *html* with an element in which mark-up is text only up to the end of the body replaced; '' without one.

    A browser shows the whole rest as source code, tags and comments included. Posts have what its author meant.
    """
    for element in (body.css(", ".join(LITERAL)) or [])[-1:]:
        content = element.text(deep=True)
        for tag in re.finditer(rf"<{element.tag}(?=[\s/>])", html if "<" in content else "", re.IGNORECASE):
            for end in islice(re.finditer(">\n?", html[tag.end() :]), MOST_ENDS):
                rest = html[tag.end() + end.end() :]
                if "<" in rest and content in (rest, unescape(rest)):
                    return f"{html[: tag.start()]}<{LITERAL[element.tag]}{html[tag.end() :]}"
    return ""


def _shown_nodes(body: Any) -> Iterator[tuple[Any, int, bool]]:
    """Yield the nodes that are shown, each with the number of tables around it, and True where mark-up is text."""
    waiting = [(body, 0, False)]
    while waiting:
        node, tables, is_literal = waiting.pop()
        if node is None or (node.tag != "-text" and _is_hidden(node)):
            continue
        yield node, tables, is_literal
        child = node.last_child
        while child is not None:
            waiting.append((child, tables + (node.tag == "table"), is_literal or node.tag in LITERAL))
            child = child.prev


def _is_hidden(node: Any) -> bool:
    if node.tag in NEVER_SHOWN:
        return True
    attributes = node.attributes
    display = DISPLAY.findall(attributes.get("style") or "")
    return display[-1].lower() == "none" if display else "hidden" in attributes and node.tag != "marquee"

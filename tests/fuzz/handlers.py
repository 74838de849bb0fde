"""Search forbidden content in a cleaned body, with parsers that the cleaner does not use: libxml2's and Python's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from parsel import Selector

# Elements that run, load or send something regardless of attributes, or that change how a page is parsed.
LIVE_ELEMENTS = frozenset({
    "animate", "applet", "audio", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link",
    "math", "meta", "noembed", "noscript", "object", "plaintext", "script", "select", "set", "style", "svg", "template",
    "textarea", "title", "use", "video", "xmp",
})  # fmt: skip
ADDRESSES = frozenset({
    "action", "background", "cite", "data", "dynsrc", "formaction", "href", "longdesc", "lowsrc", "manifest", "ping",
    "poster", "profile", "src", "srcset", "usemap", "xlink:href",
})  # fmt: skip
HARMLESS_SCHEMES = frozenset({"", "http", "https"})
LIVE_STYLE = re.compile(
    r"(?:expression|url)\s*\(|@import|behaviou?r\s*:|-moz-binding|script\s*:|\\|(?<![-\w])position\s*:", re.IGNORECASE
)
SCHEME = re.compile(r"([^/?#:]*):")
# A browser strips these before it parses a scheme.
STRIPPED = re.compile(r"[\x00-\x20]+")
# Python's parser raises on a number of more than 4,300 digits. No character has such a number.
LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{20,}")

Tag = tuple[str, list[tuple[str, str]]]


def live_parts(html: str) -> list[str]:
    """Return one line for everything in *html* that could run or load something; none for a clean body.

    >>> live_parts('<p onclick="x()"><a href=" java&#115;cript:x()">甲</a></p>')
    ['p onclick', "a href ' javascript:x()'", 'p onclick', "a href ' javascript:x()'"]
    >>> live_parts('<p title="onclick=x()" style="background-position:0">javascript:x()<img src="//a.cn/1.jpg" /></p>')
    []
    >>> set(live_parts('<p style="position: fixed">甲</p>'))
    {"p style 'position: fixed'"}
    """
    return [found for tags in (_as_libxml2_reads(html), _as_python_reads(html)) for found in _live(tags)]


def _as_libxml2_reads(html: str) -> Iterator[Tag]:
    # Inside a body element: lxml builds a page around its input, and drops tags that occur once in a page.
    page = Selector(text=f"<html><body><section>{html}</section></body></html>", type="html")
    for element in page.xpath("(//section)[1]//*"):
        # Not through attrib, which raises if a name contains a control character.
        yield element.root.tag, [(value.attrname, value) for value in element.root.xpath("@*")]


def _as_python_reads(html: str) -> list[Tag]:
    parser = _Tags()
    parser.feed(LONG_REFERENCE.sub("&#0", html))
    parser.close()
    return parser.tags


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [(name, value or "") for name, value in attrs]))


def _live(tags: Iterable[Tag]) -> Iterator[str]:
    for tag, attributes in tags:
        if tag.lower() in LIVE_ELEMENTS:
            yield tag
        for name, value in attributes:
            if name.startswith("on") or name == "srcdoc":
                yield f"{tag} {name}"
            elif name in ADDRESSES and _scheme(value) not in HARMLESS_SCHEMES:
                yield f"{tag} {name} {value!r}"
            elif name == "style" and LIVE_STYLE.search(value):
                yield f"{tag} style {value!r}"


def _scheme(value: str) -> str:
    found = SCHEME.match(STRIPPED.sub("", value))
    return found[1].lower() if found else ""

"""Grammar of an ordinary body: blocks and comments in the archive's spelling, all elements closed in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from finews_crawler.content.body.html_tokens import TOKEN, Tag, read_tag
from finews_crawler.content.body.whitelist import BLOCK_ELEMENTS, ELEMENTS, is_allowed_attribute

# HTML parsers close elements implicitly, so nesting that they would change is not ordinary: where table parts may open,
# which elements have no other children, and which list item a new one closes.
ROW_GROUPS = frozenset({"tbody", "tfoot", "thead"})
PARENTS = {
    "caption": frozenset({"table"}),
    "col": frozenset({"colgroup", "table"}),
    "colgroup": frozenset({"table"}),
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
    "tr": ROW_GROUPS | {"table"},
} | dict.fromkeys(ROW_GROUPS, frozenset({"table"}))
HOLD_PARTS_ONLY = frozenset({"colgroup", "table", "tr"}) | ROW_GROUPS
LISTS = {"li": ("ol", "ul"), "dd": ("dl",), "dt": ("dl",)}
ITEMS = {"li": ("li",), "dd": ("dd", "dt"), "dt": ("dd", "dt")}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def may_open(name: str, open_elements: Sequence[str]) -> bool:
    """Return True if an HTML parser opens *name* inside *open_elements* (outermost first) without closing any of them.

    Paragraphs are not checked: if an element closes one, the paragraph's own end tag then closes nothing else.

    >>> may_open("table", ["table", "tr", "td"]), may_open("section", ["table"]), may_open("table", ["table"])
    (True, False, False)
    >>> may_open("li", ["ul", "li", "ul"]), may_open("li", ["ul", "li", "div"]), may_open("td", ["table", "tr", "td"])
    (True, False, False)
    """
    parent = open_elements[-1] if open_elements else ""
    if name in PARENTS or parent in HOLD_PARTS_ONLY:
        return parent in PARENTS.get(name, ())
    if name in LISTS:
        # The innermost list or item that counts is a list: it is inside the last item that the new one would close.
        nearest = (element for element in reversed(open_elements) if element in LISTS[name] or element in ITEMS[name])
        return next(nearest, LISTS[name][0]) in LISTS[name]
    if name == "a":
        return "a" not in open_elements
    return not (name in HEADINGS and parent in HEADINGS)


MAX_DEPTH = 100
MAX_DENSITY = 200_000_000
"""Limit of tags times characters in one line: kramdown's time is quadratic in it, 1 s for 8,000 <br /> in 48 kB."""
SEPARATORS = frozenset({"\n", "\n ", "\r\n", "\r\n "})

# Control characters and lone surrogates, which UTF-8 files and XML feeds cannot contain, and the start of Liquid code.
# CR LF is a line end, which kramdown reads as LF; GetNewsText has it between the paragraphs of some articles.
NEVER_ORDINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|\r(?!\n)|\{\{|\{%")


def is_ordinary(html: str) -> bool:
    """Return True if the whole body matches the strict grammar that Liquid and kramdown leave unchanged.

    One or more blocks and comments, with nothing, a line end (LF or CR LF), or that and a space between them; allowed
    elements, attributes, URLs and styles, in the archive's spelling. Linear in the length.

    >>> is_ordinary('<p style="display:none;"> </p><!-- EM_StockImg_Start --><p>军团<br /></p>\\n <p>完</p>')
    True
    >>> is_ordinary('快讯<p>军团</p>'), is_ordinary('<p>军团<br></p>'), is_ordinary('<p>{% raw %}</p>')
    (False, False, False)
    >>> is_ordinary('<p>军团</p>\\n <!-- kramdown puts an indented comment into a paragraph -->'), is_ordinary('')
    (False, False)
    """
    is_dense = any(line.count("<") * len(line) > MAX_DENSITY for line in html.split("\n"))
    return NEVER_ORDINARY.search(html) is None and not is_dense and _is_grammatical(html)


def _is_grammatical(html: str) -> bool:
    open_elements: list[str] = []
    separator = ""  # the text since the last block
    end = 0
    for match in TOKEN.finditer(html):
        kind, spelling = match.lastgroup, match.group()
        if match.start() != end:
            return False
        if kind == "text" and not open_elements:
            if end == 0 or spelling not in SEPARATORS:
                return False
            separator = spelling
        elif kind == "comment":
            # All parsers agree on the end of a comment with -- only at its two ends.
            if separator.endswith(" ") or len(spelling) < 7 or "--" in spelling[4:-2]:
                return False
            separator = ""
        elif kind == "tag":
            if not _step(open_elements, spelling):
                return False
            separator = ""
        end = match.end()
    return 0 < end == len(html) and not open_elements and not separator


def _step(open_elements: list[str], spelling: str) -> bool:
    """Open or close one element in *open_elements*. Return False if it is not allowed here."""
    # Bodies repeat a few tags, so cache them. Not long ones: thousands of them would fill the memory.
    tag = _read_short_tag(spelling) if len(spelling) < 500 else read_allowed_tag(spelling)
    if tag is None:
        return False
    if tag.is_closing:
        return bool(open_elements) and open_elements.pop() == tag.name
    if (not open_elements and tag.name not in BLOCK_ELEMENTS) or not may_open(tag.name, open_elements):
        return False
    if not tag.is_void:
        open_elements.append(tag.name)
    return len(open_elements) <= MAX_DEPTH


def read_allowed_tag(spelling: str) -> Tag | None:
    """Return the tag if its element and attributes are allowed and no attribute is repeated; otherwise None.

    >>> read_allowed_tag('<p align="center" align="left">') is None, read_allowed_tag("<form>") is None
    (True, True)
    """
    tag = read_tag(spelling)
    if tag is None or tag.name not in ELEMENTS or len(dict(tag.attributes)) != len(tag.attributes):
        return None
    is_allowed = all(is_allowed_attribute(tag.name, name, value) for name, value in tag.attributes)
    return tag if is_allowed else None


_read_short_tag = lru_cache(maxsize=4096)(read_allowed_tag)

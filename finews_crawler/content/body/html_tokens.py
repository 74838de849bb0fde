"""Tokens of an ordinary body: comments, tags and text.

Not a parser for arbitrary HTML, which is nh3's task: it reads the strict spelling of ordinary bodies. One pass of one
regex without backtracking keeps it linear in the length of any input.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

# A bare < is text only where neither a browser nor kramdown sees a tag. For kramdown a letter of any script begins a
# tag's name, so <中国> is a tag; a digit, space or = does not begin one. No newline in comments, tags or values, since
# kramdown's block parser works by lines.
TOKEN = re.compile(
    r"""
      (?P<comment> <!--[^<>\n]*--> )
    | (?P<tag>     </?[a-z][^<>]*> )
    | (?P<text>    [^<]+ | <(?=[0-9\ =]) )
    """,
    re.VERBOSE,
)
TAG = re.compile(
    r"""
    < (?P<closing>/?) (?P<name>[a-z][a-z0-9]*)
    (?P<attributes> (?:[ ][a-z][a-z0-9_-]*="[^"<>\n\t]*")* )
    (?P<void>[ ]/)? >
    """,
    re.VERBOSE,
)
ATTRIBUTE = re.compile(r' ([a-z][a-z0-9_-]*)="([^"]*)"')

VOID_ELEMENTS = frozenset({"br", "col", "hr", "img"})

# A character reference for kramdown: any name, known or not. Source: REXML's REFERENCE_RE.
REFERENCE = re.compile(r"&(?:[A-Za-z0-9_:][A-Za-z0-9_.:-]*;|#[0-9]+;|#x[0-9a-fA-F]+;)")
# html.unescape raises ValueError for a number of more than 4,300 digits; valid references are much shorter.
SHORT_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,12}(?![0-9])|#[xX][0-9a-fA-F]{1,12}(?![0-9a-fA-F])|[A-Za-z][A-Za-z0-9]{1,32});?"
)


class Tag(NamedTuple):
    """One tag; attributes are pairs of name and raw value."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    is_closing: bool
    is_void: bool


def read_tag(spelling: str) -> Tag | None:
    """Return the parsed tag; None if it is not in the strict spelling.

    >>> read_tag('<p class="em_media">')
    Tag(name='p', attributes=(('class', 'em_media'),), is_closing=False, is_void=False)
    >>> read_tag('<br />')
    Tag(name='br', attributes=(), is_closing=False, is_void=True)
    >>> read_tag('<br>') is None, read_tag("<p class='em_media'>") is None, read_tag("</p >") is None
    (True, True, True)
    """
    match = TAG.fullmatch(spelling)
    if not match:
        return None
    name, is_closing, is_void = match["name"], bool(match["closing"]), bool(match["void"])
    attributes = tuple(ATTRIBUTE.findall(match["attributes"]))
    is_strict = is_void == (name in VOID_ELEMENTS) and not (is_closing and (is_void or attributes))
    return Tag(name, attributes, is_closing, is_void) if is_strict else None


def unescape(text: str) -> str:
    """Return *text* with its character references decoded, like ``html.unescape`` but without its ValueError.

    >>> unescape("中国联通 &lt;600050&gt; &amp; &#x4e2d;"), len(unescape("&#" + "1" * 9999 + ";"))
    ('中国联通 <600050> & 中', 10002)
    """
    return SHORT_REFERENCE.sub(lambda match: html.unescape(match.group()), text)


def escape_ampersands(text: str) -> str:
    """Replace each ``&`` that does not begin a character reference by ``&amp;``, as kramdown does.

    >>> escape_ampersands("?nid=1.600050&imageType=k&at=1"), escape_ampersands("A&amp;B&nbsp;C&#40;D")
    ('?nid=1.600050&amp;imageType=k&amp;at=1', 'A&amp;B&nbsp;C&#40;D')
    """
    return re.sub(rf"({REFERENCE.pattern})|&", lambda match: match[1] or "&amp;", text)

"""A fast reading of nearly every ordinary body: its tags without their attributes, by a table and a few regexes.

Domain: paragraphs, headings, ``center`` and ``div`` of inline elements, which nest at most ``DEPTH`` deep; lists, and
tables whose cells hold inline elements or paragraphs; comments of one word; between blocks what ordinary bodies have
there. No ``{`` or control character, at most ``LONGEST`` characters, and at most ``LONGEST_TAG`` in a tag. A ticker
(``data-code``) has nothing but text in it, or is a K-line: a link around an image. A hidden paragraph has nothing but
text and line breaks.

All else has no such reading: ``grammar`` and ``parse`` read it, and stay the definition of right. Tests compare both.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from finews_crawler.content.body.grammar import NEVER_ORDINARY, read_allowed_tag
from finews_crawler.content.body.html_tokens import Tag
from finews_crawler.content.body.named_elements import hides

LONGEST = 20_000
"""Characters; fewer than make a line too dense (see ``grammar.MAX_DENSITY``)."""
LONGEST_TAG = 500
"""Tags are cached, here and by others: thousands of longer ones would fill the memory."""
MOST_CACHED = 8_000
"""Tags."""
TAG = re.compile("(<[^<>]*+>)")
"""A tag or comment: no ordinary one has a ``<`` or ``>`` in it. A ``<`` that begins none is outside the domain."""
OUTSIDE = "<!>"
"""Stands for a tag that is not in the domain."""
COMMENT = "<!---->"
"""Stands for a comment of one word."""
WORD_COMMENT = re.compile("<!-- [A-Za-z_]+ -->")
HIDDEN = "<x>"
"""Stands for the start of a hidden paragraph."""
MENTION_BY_NAME = {"a": "<ma>", "span": "<ms>", "img": "<mi>"}
MENTIONS = frozenset(MENTION_BY_NAME.values())
"""Stand for tags with a ``data-code``."""
K_LINE = "<ma><mi></a>"

NEVER_IN_TEXT = re.compile(r"[{\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""No text of the domain has one of these: they are looked for once, and not by the patterns below, each of which would
compile this class a dozen times."""
TEXT = "[^<]*+"
INLINE = "a|b|em|font|i|small|span|strike|strong|sub|sup|u"
DEPTH = 4
# Each of these becomes a character of text, which is not allowed between blocks or cells.
LEAF = re.compile(rf"<(?:ma>(?:{TEXT}|<mi>)</a>|ms>{TEXT}</span>|img>|(?<=[^>\n]<){COMMENT[1:]})")
ELEMENT = re.compile(rf"<({INLINE})>{TEXT}</\1>")
LINK_IN_LINK = re.compile(r"<m?a>[^<]*+(?:<(?!/a>|m?a>)[^<]*+)*+<m?a>")
HIDDEN_PARAGRAPH = re.compile(rf"<x>{TEXT}(?:<br />{TEXT})*+</p>")

# No group captures in these: CPython 3.11 fails with a SystemError on one within a possessive repetition.
SPACE = r"[\n ]*+"


def _whole(names: str, inner: str) -> str:
    return "|".join(f"<{name}>{inner}</{name}>" for name in names.split())


_CELL = _whole("td th", f"(?:(?:{SPACE}<p>{TEXT}</p>)++{SPACE}|{TEXT})")
_ROWS = f"(?:<tr>{SPACE}(?:(?:{_CELL}){SPACE})*+</tr>{SPACE})*+"
_TABLE = _whole("table", f"{SPACE}(?:<tbody>{SPACE}{_ROWS}</tbody>{SPACE}|{_ROWS})")
_LIST = _whole("ul ol", f"{SPACE}(?:<li>{TEXT}</li>{SPACE})*+")
_BLOCK = f"{_whole('p center div h1 h2 h3 h4 h5 h6', TEXT)}|{_TABLE}|{_LIST}"
BLOCKS = re.compile(rf"(?:(?:(?<! ){COMMENT}|{_BLOCK})(?:\n ?(?=<))?+)++")


class OrdinaryBody(NamedTuple):
    """An ordinary body, with tags that have no attributes. Its lines end with LF."""

    bare: str
    """``<ma>``, ``<ms>`` and ``<mi>`` stand for a link, span and image with a ``data-code``; hidden paragraphs are
    empty."""
    parts: list[str]
    """Texts and tags in turn, a text first and last; hidden paragraphs as they are, after HIDDEN."""
    tags: list[str]
    """The tags and comments as spelt in the body, in document order."""

    @property
    def spellings(self) -> list[str]:
        """Those of ``parts`` for the tags."""
        return self.parts[1::2]


def read_ordinary_body(html: str) -> OrdinaryBody | None:
    """Return the reading of a body; None outside the domain. Linear in the length, never raises.

    >>> read_ordinary_body('<p style="display:none"> </p><p class="a"><a href="//q" data-code="1,600160">甲</a></p>')[0]
    '<p></p><p><ma>甲</a></p>'
    >>> [read_ordinary_body(html) for html in ("<p>甲<br></p>", "快讯<p>甲</p>", "<p>{{ x }}</p>")]
    [None, None, None]
    """
    return _read(html) if len(html) <= LONGEST else None


@lru_cache(maxsize=4)  # an article's bodies are cleaned, and then read
def _read(html: str) -> OrdinaryBody | None:
    parts = TAG.split(html.replace("\r\n", "\n"))
    tags = parts[1::2]
    parts[1::2] = map(SPELLINGS.__getitem__, tags)
    bare = "".join(parts)
    if NEVER_IN_TEXT.search(bare):
        return None
    if HIDDEN in bare:
        bare = HIDDEN_PARAGRAPH.sub("<p></p>", bare)
    return OrdinaryBody(bare, parts, tags) if _is_in_domain(bare) else None


def _is_in_domain(bare: str) -> bool:
    rest = LEAF.sub("-", bare).replace("<br />", "-")
    for _ in range(DEPTH):
        if BLOCKS.fullmatch(rest):
            return "<a>" not in bare or not LINK_IN_LINK.search(bare)
        rest = ELEMENT.sub("-", rest)
    return False


class _Spellings(dict[str, str]):
    """Cache of ``_spell``: bodies repeat a few tags. Looked up without a step of Python for each."""

    def __missing__(self, tag: str) -> str:
        if len(tag) > LONGEST_TAG:
            return OUTSIDE
        if len(self) >= MOST_CACHED:
            self.clear()
        self[tag] = spelling = _spell(tag)
        return spelling


def _spell(html: str) -> str:
    if WORD_COMMENT.fullmatch(html):
        return COMMENT
    tag = read_allowed_tag(html)
    if tag is None or NEVER_ORDINARY.search(html):
        return OUTSIDE
    return html if tag.is_closing else _spell_start(tag)


def _spell_start(tag: Tag) -> str:
    attributes = dict(tag.attributes)
    code = attributes.get("data-code")
    if "&" in attributes.get("style", ""):
        return OUTSIDE
    if hides(attributes):
        return HIDDEN if tag.name == "p" and code is None else OUTSIDE
    if code is not None:
        return MENTION_BY_NAME.get(tag.name, OUTSIDE) if code.strip() and "&" not in code else OUTSIDE
    return f"<{tag.name} />" if tag.is_void and tag.name != "img" else f"<{tag.name}>"


SPELLINGS = _Spellings()

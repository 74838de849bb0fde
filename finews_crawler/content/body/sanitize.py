"""The ways to rebuild a body that is not ordinary, from its normalized tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import nh3

from finews_crawler.content.body.flat_writer import FlatWriter
from finews_crawler.content.body.named_elements import PLAYERS
from finews_crawler.content.body.normalize import text_lines
from finews_crawler.content.body.serializer import BodySerializer
from finews_crawler.content.body.tokenizer import Token
from finews_crawler.content.body.whitelist import ATTRIBUTES, ATTRIBUTES_EVERYWHERE, ELEMENTS
from finews_crawler.content.markdown import escape_liquid

CLEANER = nh3.Cleaner(
    tags=ELEMENTS | PLAYERS,
    clean_content_tags=set(),
    attributes={"*": ATTRIBUTES_EVERYWHERE | {"hidden"}} | {name: set(names) for name, names in ATTRIBUTES.items()},
    generic_attribute_prefixes={"data-"},
    url_schemes={"http", "https"},
    strip_comments=False,  # EM_StockImg_Start is a comment; the serializer drops unusual ones
    link_rel=None,
)
# An image, or text other than white space between two tags.
IMAGE_OR_TEXT = re.compile(r"<img |>[^<>]*?[^<>\s][^<>]*<")


class Rebuilt(NamedTuple):
    """A rebuilt body."""

    html: str
    has_hidden: bool = False
    """True if something was left out that no reader would see."""


def sanitize(markup: str) -> Rebuilt:
    """Return *markup*, HTML of normalized tokens, as blocks in the archive's spelling; '' if nothing readable remains.

    nh3 builds the tree and filters it.

    >>> sanitize('快讯<div onclick="x()">甲<br>乙<p>丙</div><img src="http://i.eastmoney.com/a.png?w=1&h=2">').html
    '<p>快讯</p><div>甲<br />乙<p>丙</p></div><p><img src="http://i.eastmoney.com/a.png?w=1&h=2" /></p>'
    """
    serializer = BodySerializer()
    written = serializer.write(CLEANER.clean(markup))
    return Rebuilt(_finish(written), serializer.has_hidden)


def flatten(tokens: Sequence[Token]) -> Rebuilt:
    """Return normalized tokens as blocks, without the tree of an HTML parser. Linear, whatever the nesting."""
    return Rebuilt(_finish(FlatWriter().write(tokens)))


def plain_paragraphs(tokens: Sequence[Token]) -> Rebuilt:
    """Return the text of normalized tokens as paragraphs; '' if they have none. Linear, whatever the nesting."""
    lines = (line.replace("\u3000\u3000", "").strip() for line in text_lines(tokens))
    return Rebuilt(escape_liquid("\n ".join(f"<p>{line}</p>" for line in lines if line)))


def _finish(written: str) -> str:
    # Last: something may have been removed between two braces, or between two ideographic spaces.
    written = escape_liquid(written.replace("\u3000\u3000", ""))
    return written if IMAGE_OR_TEXT.search(written) else ""

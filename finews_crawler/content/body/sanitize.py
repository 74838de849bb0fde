"""A body that is not ordinary, made so: parsed and whitelisted by nh3, then written in the archive's spelling."""

from __future__ import annotations

import re

import nh3

from finews_crawler.content.body.repair import CONTENT_TO_REMOVE, untangle
from finews_crawler.content.body.serializer import BodyWriter
from finews_crawler.content.body.whitelist import ATTRIBUTES, ATTRIBUTES_EVERYWHERE, ELEMENTS
from finews_crawler.content.liquid import escape_liquid

CLEANER = nh3.Cleaner(
    tags=set(ELEMENTS),
    clean_content_tags=set(CONTENT_TO_REMOVE),
    attributes={"*": set(ATTRIBUTES_EVERYWHERE)} | {name: set(names) for name, names in ATTRIBUTES.items()},
    generic_attribute_prefixes={"data-"},
    url_schemes={"http", "https"},
    strip_comments=False,  # EM_StockImg_Start is one; the writer keeps none but plain ones
    link_rel=None,
)
IMAGE_OR_TEXT = re.compile(r"<img |>[^<>]*?[^<>\s][^<>]*<")


def rebuild(html: str) -> str:
    """Return *html* as nh3 understands it, as blocks in the archive's spelling; '' when nothing readable is left.

    >>> rebuild('快讯<div onclick="x()">甲<br>乙<p>丙</div><img src="http://i.eastmoney.com/a.png?w=1&h=2">')
    '<p>快讯</p><div>甲<br />乙<p>丙</p></div><p><img src="http://i.eastmoney.com/a.png?w=1&h=2" /></p>'
    """
    written = BodyWriter().write(CLEANER.clean(untangle(html)))
    # Last, since what the parser took out may have stood between two braces, or two ideographic spaces.
    written = escape_liquid(written.replace("\u3000\u3000", ""))
    return written if IMAGE_OR_TEXT.search(written) else ""

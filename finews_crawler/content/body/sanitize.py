"""Rebuilds a body that is not ordinary: nh3 parses and filters it, then it is written in the archive's spelling."""

from __future__ import annotations

import re

import nh3

from finews_crawler.content.body.repair import CONTENT_TO_REMOVE, repair_markup
from finews_crawler.content.body.serializer import BodySerializer
from finews_crawler.content.body.whitelist import ATTRIBUTES, ATTRIBUTES_EVERYWHERE, ELEMENTS
from finews_crawler.content.markdown import escape_liquid

# Elements whose content is not prose, up to their end tag, and comments, which may be unclosed.
NOT_PROSE = re.compile(
    rf"<({'|'.join(sorted(CONTENT_TO_REMOVE))})\b.*?</\1\b[^<>]*>?" r"|<!--(?:-?>|.*?(?:--!?>|\Z))",
    re.DOTALL | re.IGNORECASE,
)
LINE_BREAKING_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|br|center|d[dlt]|div|fig\w+|footer|h[1-6r]|header|li|main|nav|ol|p|pre"
    r"|section|t[dhr]|table|ul)\b[^<>]*>?",
    re.IGNORECASE,
)
# A tag, doctype, processing instruction or CDATA section; without its > at the end of a truncated body.
OTHER_TAG = re.compile(r"<[/!?]?[A-Za-z\[][^<>]*>?")


def plain_paragraphs(html: str) -> str:
    """Return the text of *html* as paragraphs; '' if it has none. Linear in the length, whatever the nesting.

    >>> plain_paragraphs("<div><div>净利润<10亿元<script>x()</script></div>　　完</div>")
    '<p>净利润&lt;10亿元</p>\\n <p>完</p>'
    """
    text = NOT_PROSE.sub("", repair_markup(html))
    text = OTHER_TAG.sub("", LINE_BREAKING_TAG.sub("\n", text))
    text = text.replace("<", "&lt;").replace(">", "&gt;").replace("\u3000\u3000", "")
    lines = (line.strip() for line in text.split("\n"))
    return escape_liquid("\n ".join(f"<p>{line}</p>" for line in lines if line))


CLEANER = nh3.Cleaner(
    tags=set(ELEMENTS),
    clean_content_tags=set(CONTENT_TO_REMOVE),
    attributes={"*": set(ATTRIBUTES_EVERYWHERE)} | {name: set(names) for name, names in ATTRIBUTES.items()},
    generic_attribute_prefixes={"data-"},
    url_schemes={"http", "https"},
    strip_comments=False,  # EM_StockImg_Start is a comment; the serializer drops unusual ones
    link_rel=None,
)
# An image, or text other than white space between two tags.
IMAGE_OR_TEXT = re.compile(r"<img |>[^<>]*?[^<>\s][^<>]*<")


def sanitize(html: str) -> str:
    """Return *html* as nh3 parses it, as blocks in the archive's spelling; '' if nothing readable remains.

    >>> sanitize('快讯<div onclick="x()">甲<br>乙<p>丙</div><img src="http://i.eastmoney.com/a.png?w=1&h=2">')
    '<p>快讯</p><div>甲<br />乙<p>丙</p></div><p><img src="http://i.eastmoney.com/a.png?w=1&h=2" /></p>'
    """
    written = BodySerializer().write(CLEANER.clean(repair_markup(html)))
    # Last: the parser may have removed something between two braces, or between two ideographic spaces.
    written = escape_liquid(written.replace("\u3000\u3000", ""))
    return written if IMAGE_OR_TEXT.search(written) else ""

"""Text of a rendered post for the search: what the article says, without the page's own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from lxml.etree import iterwalk
from lxml.html import HTMLParser, document_fromstring

# Elements that begin and end a line. The text of two of them is never one phrase.
BLOCKS = re.compile(
    "address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li"
    "|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
UNREAD = frozenset({"script", "style", "template", "noscript"})
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
SPACES = re.compile(r"\s+")
# The end of a post: the outlet as the source, the share link, the footer (see exporters/jekyll_post.py).
SOURCE_LINE = re.compile(r"[（(]\s*文章来源[:：].*[)）]")
SHARE_LINK = re.compile(r"https?://\S+")
FOOTER = re.compile(r"返回.*｜返回首页")


# The part of a page that the theme's layout for posts encloses. Greedy: a body may contain the end tag.
ARTICLE = re.compile(rb'<article class="post"[^>]*>(.*)</article>', re.DOTALL)


def is_searchable(page: bytes) -> bool:
    """Return True if the page has the theme's layout for posts. A post may have a layout of its own, or none."""
    return ARTICLE.search(page) is not None


def text_of(page: bytes) -> str:
    """Return the text of the article's body in a rendered post, one line for each block.

    >>> text_of('<article class="post"><h1>题</h1><p class="meta">媒</p><p>甲<b>乙</b><br>丙</p></article>'.encode())
    '甲乙\\n丙'
    """
    article = ARTICLE.search(page)
    # huge_tree: otherwise libxml2 stops at the 256th level of nesting instead of the 2048th.
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    body = document_fromstring(b"<body>" + (article[1] if article else b""), parser=parser).find("body")
    pieces = () if body is None else _pieces(body, _frame(body))
    lines = [SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n")]
    return "\n".join(_without_end([line for line in lines if line]))


def _frame(body: Any) -> list[Any]:
    """Return the layout's own elements: the title, and the line with outlet and time below it.

    Posts of a layout that was made from the theme's first one have the time above the title, and tags at the end.
    """
    elements = list(body)
    if elements and elements[0].tag == "h1":
        return [elements[0], *(element for element in elements[1:2] if element.get("class") == "meta")]
    begin = [element for element, tag in zip(elements, ("small", "h1"), strict=False) if element.tag == tag]
    return [*begin, *(element for element in elements[-1:] if element.tag == "small")]


def _pieces(body: Any, frame: Collection[Any]) -> Iterator[str]:
    """Yield the pieces of text in *body*, with line ends around blocks. Bodies may be nested too deep for recursion."""
    walk = iterwalk(body, ("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            yield _edge(element)
            if element in frame or element.tag in UNREAD or _is_hidden(element):
                walk.skip_subtree()
            else:
                yield SPACES.sub(" ", element.text or "")
        else:
            yield _edge(element) if event == "end" else ""
            yield SPACES.sub(" ", element.tail or "")


def _edge(element: Any) -> str:
    return "\n" if BLOCKS.fullmatch(element.tag) else ""


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or HIDDEN.search(element.get("style", "")) is not None


def _without_end(lines: list[str]) -> list[str]:
    end = len(lines)
    if end and FOOTER.fullmatch(lines[end - 1]):
        end -= 1
        end -= bool(end and SHARE_LINK.fullmatch(lines[end - 1]))
    return [line for line in lines[:end] if not SOURCE_LINE.fullmatch(line)]

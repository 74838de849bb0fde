"""Rendering of an ordinary body by kramdown 2.4: posts have the body, pages the rendering.

Tests compare it with the real kramdown under Jekyll's options. kramdown passes raw HTML blocks through, puts each block
and comment at the top level on a line of its own, reads CR LF as LF, and escapes bare ``&``, ``<`` and ``>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from finews_crawler.content.body.html_tokens import TOKEN, VOID_ELEMENTS, escape_ampersands, unescape

TAG_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
# The digest at the start of a rolling post.
QUOTE = re.compile(r"\s*<blockquote>\n  <p>(.*?)</p>\n</blockquote>\n*", re.DOTALL)
LINE_BREAK = re.compile(r"<br />\n?")
ANY_TAG = re.compile(r"<[^<>]*>")


def render_body(html: str) -> str:
    """Return kramdown's rendering of an ordinary body, which ends with a newline.

    >>> render_body('<!-- EM_StockImg_End --><p>甲<a href="http://a.cn/?b=1&c=2">A&B</a></p>\\n <p>乙</p>')
    '<!-- EM_StockImg_End -->\\n<p>甲<a href="http://a.cn/?b=1&amp;c=2">A&amp;B</a></p>\\n<p>乙</p>\\n'
    """
    return "".join(f"{TOKEN.sub(_render_token, block)}\n" for block in blocks_of(html.replace("\r\n", "\n")))


def _render_token(match: re.Match[str]) -> str:
    spelling = match.group()
    if match["comment"]:
        return spelling
    if match["text"]:
        spelling = spelling.replace("<", "&lt;").replace(">", "&gt;")
    return escape_ampersands(spelling)


def restore_quote(rendered: str) -> tuple[str, str]:
    """Split the page of a ``rolling`` post into its digest, as plain text, and the rest; the digest may be ''.

    >>> restore_quote("<blockquote>\\n  <p>中国联通&lt;600050&gt;涨停。</p>\\n</blockquote>\\n\\n<p>正文</p>\\n")
    ('中国联通<600050>涨停。', '<p>正文</p>\\n')
    """
    quote = QUOTE.match(rendered)
    if not quote:
        return "", rendered
    text = ANY_TAG.sub("", LINE_BREAK.sub(" ", quote[1]))
    return unescape(text).strip(" \n"), rendered[quote.end() :]


def blocks_of(html: str) -> Iterator[str]:
    """Yield the blocks at the top level, and text between them that is not blank."""
    depth = start = position = 0
    for spelling in spellings_of(html):
        end = position + len(spelling)
        depth_before, depth = depth, max(0, depth + _depth_change(spelling))
        is_tag = spelling.startswith("<")
        if depth == 0 and (depth_before or is_tag):
            yield html[start:end]
            start = end
        elif depth_before == 0 and not is_tag:
            if spelling.strip():
                yield html[start:end]
            start = end
        position = end
    if start < len(html):
        yield html[start:]


def _depth_change(spelling: str) -> int:
    tag = TAG_NAME.match(spelling)
    if not tag or tag[1] in VOID_ELEMENTS:
        return 0
    return -1 if spelling[1] == "/" else 1


def spellings_of(html: str) -> Iterator[str]:
    """Yield every token of *html*, and the text between tokens."""
    end = 0
    for match in TOKEN.finditer(html):
        if match.start() != end:
            yield html[end : match.start()]
        yield match.group()
        end = match.end()
    if end != len(html):
        yield html[end:]

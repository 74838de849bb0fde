"""Rendering of an ordinary body by kramdown 2.4, and its inverse: posts have the body, pages the rendering.

Tests compare it with the real kramdown under Jekyll's options. kramdown passes raw HTML blocks through, puts each block
and comment at the top level on a line of its own, and escapes bare ``&``, ``<`` and ``>``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from finews_crawler.content.body.html_tokens import REFERENCE, TOKEN, VOID_ELEMENTS, escape_ampersands, unescape

TAG_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
ATTRIBUTE = re.compile(r'(?<==)"([^"]*)"')
# kramdown wraps an indented comment in a paragraph.
PARAGRAPH_OF_COMMENT = re.compile(r"<p>(<!--[^<>\n]*-->)</p>")
# The digest at the start of a rolling post.
QUOTE = re.compile(r"\s*<blockquote>\n  <p>(.*?)</p>\n</blockquote>\n*", re.DOTALL)
LINE_BREAK = re.compile(r"<br />\n?")
ANY_TAG = re.compile(r"<[^<>]*>")
AMPERSAND = re.compile(rf"&amp;(?!{REFERENCE.pattern[1:]})")

# The source document has no white space around comments, the hidden first paragraph and the paragraph of a K-line.
CLOSE_FITTING = re.compile(r'<!--|<p style="display:none|<p\b[^<>]*><a\b[^<>]*\bclass="EmImageRemark"')
EM_MEDIA = '<p class="em_media"'


def render_body(html: str) -> str:
    """Return kramdown's rendering of an ordinary body, which ends with a newline.

    >>> render_body('<!-- EM_StockImg_End --><p>甲<a href="http://a.cn/?b=1&c=2">A&B</a></p>\\n <p>乙</p>')
    '<!-- EM_StockImg_End -->\\n<p>甲<a href="http://a.cn/?b=1&amp;c=2">A&amp;B</a></p>\\n<p>乙</p>\\n'
    """
    return "".join(f"{TOKEN.sub(_render_token, block)}\n" for block in _blocks(html))


def _render_token(match: re.Match[str]) -> str:
    spelling = match.group()
    if match["comment"]:
        return spelling
    if match["text"]:
        spelling = spelling.replace("<", "&lt;").replace(">", "&gt;")
    return escape_ampersands(spelling)


def restore_body(rendered: str, sha256: str = "") -> str:
    """Return the body whose rendering is *rendered*, in the spelling of the source document. Takes any string.

    The rendering loses the white space between blocks and the spelling of ``&``, so this applies the source document's
    rules: a newline and a space between two blocks, nothing around comments and hidden paragraphs or before the source
    line; in attributes a bare ``&`` unless it begins a character reference, ``&amp;`` in text.

    >>> restore_body('<p>甲</p>\\n<p>A&amp;B</p>\\n<p class="em_media">（文章来源：乙）</p>\\n')
    '<p>甲</p>\\n <p>A&amp;B</p><p class="em_media">（文章来源：乙）</p>'

    *sha256*: hash of the body, which pages of our own site have. It selects the spelling, if one in use matches.

    >>> restore_body("<p>甲</p>\\n<p>乙</p>", hashlib.sha256("<p>甲</p><p>乙</p>".encode()).hexdigest())
    '<p>甲</p><p>乙</p>'
    """
    blocks = list(_blocks(rendered.strip("\n ")))
    usual = _restored(blocks, _usual_separator, has_bare_ampersands=True)
    if not sha256:
        return usual
    spellings = (
        _restored(blocks, separator, has_bare_ampersands=is_bare)
        for separator in (_usual_separator, lambda *_: "", lambda *_: "\n ", lambda *_: "\n")
        for is_bare in (True, False)
    )
    return next((body for body in spellings if hashlib.sha256(body.encode()).hexdigest() == sha256), usual)


def _restored(blocks: Sequence[str], separator: Callable[[str, str], str], *, has_bare_ampersands: bool) -> str:
    between = ["", *map(separator, blocks, blocks[1:])]
    spelt = (_restore_block(block, has_bare_ampersands=has_bare_ampersands) for block in blocks)
    return "".join(chain.from_iterable(zip(between, spelt, strict=False)))


def _usual_separator(before: str, after: str) -> str:
    is_close = CLOSE_FITTING.match(before) or CLOSE_FITTING.match(after) or after.startswith(EM_MEDIA)
    return "" if is_close or PARAGRAPH_OF_COMMENT.fullmatch(after) else "\n "


def _restore_block(html: str, *, has_bare_ampersands: bool) -> str:
    comment = PARAGRAPH_OF_COMMENT.fullmatch(html)
    if comment:
        return comment[1]
    if not has_bare_ampersands:
        return html
    return "".join(ATTRIBUTE.sub(_restore_value, token) if token[0] == "<" else token for token in _spellings(html))


def _restore_value(match: re.Match[str]) -> str:
    return AMPERSAND.sub("&", match.group())


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


def _blocks(html: str) -> Iterator[str]:
    """Yield the blocks at the top level, and text between them that is not blank."""
    depth = start = position = 0
    for spelling in _spellings(html):
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


def _spellings(html: str) -> Iterator[str]:
    """Yield every token of *html*, and the text between tokens."""
    end = 0
    for match in TOKEN.finditer(html):
        if match.start() != end:
            yield html[end : match.start()]
        yield match.group()
        end = match.end()
    if end != len(html):
        yield html[end:]

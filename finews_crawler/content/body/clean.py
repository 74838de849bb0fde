"""Cleaning of a body, so that Jekyll renders it safely inside a post.

Jekyll runs Liquid over a whole post and kramdown over the text between its blocks of HTML. A body outside the grammar
of ordinary bodies can make the build fail or change how the lines after it render. An ordinary body is kept byte for
byte, except for adverts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from finews_crawler.content.body.adverts import cut_adverts
from finews_crawler.content.body.complexity import is_too_complex
from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.body.hiding import hiding_elements
from finews_crawler.content.body.invariant import Shown, shown_by
from finews_crawler.content.body.normalize import markup_of, normalize
from finews_crawler.content.body.ordinary import read_ordinary_body
from finews_crawler.content.body.sanitize import Rebuilt, flatten, plain_paragraphs, sanitize
from finews_crawler.content.body.tokenizer import Token, tokenize

ANY_TAG = re.compile(r"<[^<>]*>")
# Text for certain, as nearly every body has it at its start.
TEXT_AFTER_TAG = re.compile(r">\s*+[^\s<>&]")
INDENTATION = "\u3000\u3000"
# libxml2 reads these unlike browsers, so that only an exact reading is safe: SVG, MathML and quotes in end tags.
NEEDS_EXACT = re.compile(r"""<(?:svg|math)[\s/>]|</[a-z][^>"']{0,500}["']""", re.IGNORECASE)
# Text that would become a tag or a reference: <\u3000\u3000p>, &\u3000\u3000lt;
INDENTED_SYNTAX = re.compile("(?:<|&[#A-Za-z0-9]*)\u3000\u3000")
# Part of every match; the literal start makes the search fast.
MAY_BE_INDENTED_SYNTAX = re.compile("\u3000\u3000(?<=[<&#A-Za-z0-9]\u3000\u3000)")


@dataclass(frozen=True)
class CleanBody:
    """A body fit for a post, and True for ``rebuilt`` if upstream's was not ordinary."""

    html: str
    rebuilt: bool
    adverts: tuple[str, ...] = ()
    """Names of the rules of ``adverts`` that cut something, one for each cut."""
    has_hidden: bool = False
    """True if something was left out that no reader would see, such as ``<p hidden>`` or the fallback of a player."""
    loss: str = ""
    """Content of the body as sent that readers would miss, in words; '' if nothing. See ``invariant``."""


class SentBody(NamedTuple):
    """A body as sent, without its adverts."""

    html: str
    unindented: str
    """The same without its indentation: the clean body, if it is ordinary."""
    adverts: tuple[str, ...]
    """As in ``CleanBody``."""


def prepare_body(html: str) -> SentBody:
    """Return a body for ``clean_sent_body``, and for what else reads it."""
    rest, adverts = cut_adverts(html)
    return SentBody(rest, remove_indentation(rest), adverts)


def remove_indentation(html: str) -> str:
    """Remove every pair of ideographic spaces, and nothing else. Source of the rule: the original archive's posts.

    >>> remove_indentation("<p>\u3000\u3000据悉，军团将扎实践行\u3000新定位。</p>")
    '<p>据悉，军团将扎实践行\u3000新定位。</p>'
    """
    return html.replace(INDENTATION, "")


def has_content(html: str) -> bool:
    """Return True if a cleaned body has visible text or an image.

    >>> has_content("<p>&nbsp;</p>"), has_content('<p><img src="https://dfscdn.dfcfw.com/a.jpg" /></p>')
    (False, True)
    """
    if "<img" in html or TEXT_AFTER_TAG.search(html):
        return True
    return bool(ANY_TAG.sub("", html).replace("&nbsp;", "").strip())


def clean_body(html: str) -> CleanBody:
    """Return *html* fit for a post: without adverts, and without its indentation if it is ordinary, otherwise rebuilt.

    The result is ordinary, or empty if nothing readable remains. Cleaning is idempotent. Takes any
    string; 300,000 characters of any shape take less than three seconds.

    >>> clean_body('<p>\u3000\u3000目前，重庆联通稳步推进。<br /></p>')
    CleanBody(html='<p>目前，重庆联通稳步推进。<br /></p>', rebuilt=False, adverts=(), has_hidden=False, loss='')
    >>> clean_body('快讯<script>alert(1)</script><p onclick="x()">{{ site.title }}<br>').html
    '<p>快讯</p><p>&#123;{ site.title }}<br /></p>'
    """
    return clean_sent_body(prepare_body(html))


def clean_sent_body(sent: SentBody) -> CleanBody:
    """Return what ``clean_body`` does."""
    body = sent.unindented
    if not body or ((read_ordinary_body(body) or is_ordinary(body)) and not _has_indented_syntax(sent.html)):
        return CleanBody(body, rebuilt=False, adverts=sent.adverts)
    return replace(_rebuild(sent.html), adverts=sent.adverts)


def _has_indented_syntax(html: str) -> bool:
    return bool(MAY_BE_INDENTED_SYNTAX.search(html) and INDENTED_SYNTAX.search(html))


def _rebuild(html: str) -> CleanBody:
    """Return *html* rebuilt in the first way that loses nothing; if each does, in the first way, with its loss."""
    sent = shown_by(html)
    as_in_browsers = _shown_in_browsers(html)
    first: CleanBody | None = None
    for rebuilt in _ways(html):
        if rebuilt.html and not is_ordinary(rebuilt.html):
            continue
        written = shown_by(rebuilt.html)
        loss = sent.lost_in(written) or (as_in_browsers.lost_in(written) if as_in_browsers else "")
        body = CleanBody(rebuilt.html, rebuilt=True, has_hidden=rebuilt.has_hidden, loss=loss)
        if not loss:
            return body
        first = first or body
    if first is None:
        raise AssertionError(f"paragraphs of escaped text are not ordinary: {html[:200]!r}")
    return first


def _shown_in_browsers(html: str) -> Shown | None:
    """Return what the exact reading of the tags shows, if it differs from the forgiving one; otherwise None.

    libxml2 ends a tag at the next ``<``; to a browser, ``<table a<b>`` is a table.
    """
    exact = list(tokenize(html, is_exact=True))
    return None if exact == list(tokenize(html)) else shown_by(markup_of(normalize(exact)))


def _ways(html: str) -> Iterator[Rebuilt]:
    """Yield *html* rebuilt in one way after another, the plainest last. Each is computed only if it is needed."""
    if "<" not in html:
        yield plain_paragraphs(list(normalize(list(tokenize(html)))))
        return
    readings = []
    for reading in _readings(html):
        readings.append(reading)
        markup = markup_of(reading)
        if not is_too_complex(markup):
            yield sanitize(markup)
    yield from map(flatten, readings)
    yield plain_paragraphs(readings[-1])


def _readings(html: str) -> Iterator[list[Token]]:
    if not NEEDS_EXACT.search(html):
        forgiving = list(tokenize(html))
        # Text that a browser does not read as a tag hides nothing.
        is_exact = not hiding_elements(forgiving) or forgiving == list(tokenize(html, is_exact=True))
        yield list(normalize(forgiving, hides=is_exact))
    yield list(normalize(list(tokenize(html, is_exact=True))))

"""Splits a post into front matter, body, share link and footer, without interpreting them."""

from __future__ import annotations

import re
from typing import NamedTuple

from finews_crawler.content.info_code import normalise_info_code
from finews_crawler.posts.usual_front_matter import FENCE, UsualFrontMatter, read_usual_front_matter

# The blank lines hide the front matter from Jekyll, but not from a reader: an old script wrote some.
START = re.compile(r"(?P<above>(?:[ \t\r]*\n)*)---[ \t]*\n")
END = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE)
FOOTER_START = "[返回"
MOST_FOOTER_LINES = 2  # in one of the old formats
LINK = re.compile(r"<[^<>\n]*>")
LINK_WITHOUT_FOOTER = re.compile(r"<(?:https?://[^<>\s]*)?>")
QUOTE = "> "
CODE_IN_NAME = re.compile(r"(?:.*[^0-9A-Za-z])?((?:[A-Za-z]{2})?[0-9]{18})(?:\.[A-Za-z]+)?", re.ASCII | re.DOTALL)


class PostParts(NamedTuple):
    """Parts of a post, unparsed."""

    head: str | None
    """YAML between the two ``---`` lines; None for a post without front matter."""
    is_spaced: bool
    """True if a blank line follows the front matter, as in the posts of December 2021."""
    body: str
    link: str | None
    """URL between the angle brackets; '' for ``<>``, None without a link."""
    footer: str
    is_hidden: bool = False
    """True if blank lines are above the front matter, so that Jekyll does not find it."""
    usual: UsualFrontMatter | None = None
    """The values of the front matter if it is the usual one, which begins the post."""


def info_code_in_name(name: str) -> str | None:
    """Return the infoCode in a post's file name, or None. It identifies the post even if the share link differs.

    >>> info_code_in_name("2022-05-18-NW202205182383638060.md"), info_code_in_name("-202205262391921712.md")
    ('NW202205182383638060', 'NW202205262391921712')
    >>> info_code_in_name("2021-12-01-init.md") is None
    True
    """
    found = CODE_IN_NAME.fullmatch(name)
    return normalise_info_code(found[1]) if found else None


def split_post(text: str) -> PostParts:
    r"""Split a post. Link and footer are the last ones: a body may contain similar lines.

    >>> split_post("---\nlayout: post\n---\n<p>正文</p>\n\n<http://a.cn/>\n\n[返回](//b.cn/)")[:4]
    ('layout: post\n', False, '<p>正文</p>', 'http://a.cn/')
    """
    head, rest, is_hidden, usual = _split_head(text)
    rest, footer = _split_footer(rest)
    rest, link = _split_link(rest, LINK if footer else LINK_WITHOUT_FOOTER)
    # Jekyll counts these blank lines as part of the front matter.
    body = rest.lstrip("\n")
    return PostParts(head, body != rest, body, link, footer, is_hidden, usual)


def split_quote(body: str) -> tuple[str | None, str]:
    r"""Split the body of a rolling post into the quoted digest, still escaped, or None, and the rest.

    >>> split_quote("> 摘要\n\n<p>正文</p>"), split_quote("<p>正文</p>")
    (('摘要', '<p>正文</p>'), (None, '<p>正文</p>'))
    >>> split_quote("> 摘要")
    ('摘要', '')
    """
    line, _, rest = body.partition("\n\n")
    if not line.startswith(QUOTE) or "\n" in line:
        return None, body
    return line.removeprefix(QUOTE), rest


def _split_head(text: str) -> tuple[str | None, str, bool, UsualFrontMatter | None]:
    if found := read_usual_front_matter(text):
        usual, length = found
        return text[len(FENCE) : length - len(FENCE)], text[length:], False, usual
    start = START.match(text)
    end = END.search(text, start.end()) if start else None
    if not (start and end):
        return None, text, False, None
    return text[start.end() : end.start()], text[end.end() :], bool(start["above"]), None


def _split_footer(text: str) -> tuple[str, str]:
    lines: list[str] = []
    rest = text
    for _ in range(MOST_FOOTER_LINES):
        before, _, line = rest.rstrip("\n").rpartition("\n")
        if not line.startswith(FOOTER_START):
            break
        lines.insert(0, line)
        rest = before
    return rest, "\n".join(lines)


def _split_link(text: str, link: re.Pattern[str]) -> tuple[str, str | None]:
    before, _, line = text.rstrip("\n").rpartition("\n")
    return (before.removesuffix("\n"), line[1:-1]) if link.fullmatch(line) else (text, None)

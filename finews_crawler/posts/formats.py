"""Formats of posts: the two written today, and the older ones found in archives, which are only read, here.

The script that wrote the old ones did not escape digests, so nothing in a digest is unescaped here.
"""

from __future__ import annotations

import re
from enum import StrEnum

from finews_crawler.exporters.jekyll_post import HEADLINE_END
from finews_crawler.posts.parser import PostParts, split_quote

NOTICE_CATEGORY = "sitenews"
NOTICE_TAG = "站长消息"
CURRENT_ROLLING_FOOTER = re.compile(r"\[返回[^\[]*\]\((?:https?:)?//[^()\s]+/emnews/\)｜\[返回首页\]\([^()]*\)")
# The archive's URL in the footer of both formats of today, with the slash that follows it.
ARCHIVE_URL = re.compile(r"｜\[返回首页\]\((?P<url>(?:https?:)?//[^()\s<>]+)/\)$")
# The page of an outlet, before there were category pages.
OUTLET_FOOTER = re.compile(r"\[返回[^\[]*\]\(//[^/]+/(?P<slug>[^/]+)/\)(?:｜|\n|$)")
ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})\s*$", re.ASCII)


class PostFormat(StrEnum):
    """Format of a post. A broken post is ``BROKEN``, whatever its format would be without the defect."""

    MEDIA = "media"
    """Today's post of an outlet's article: rendering the article with some URL of the archive reproduces its bytes."""
    ROLLING = "rolling"
    """Today's post of an article of the rolling list, in the same sense."""
    BARE_DIGEST = "old-1"
    """First posts of 2021-12-08: only a digest, a date without UTC offset, and no footer or one of one or two lines."""
    ZONED_DIGEST = "old-2"
    """Later that day: the same with ``+0800``."""
    SPACED_QUOTE = "old-3"
    """Later that month: the list's digest as a quote, after a blank line, with its headline or without today's footer,
    then the body."""
    SHORT_DIGEST = "old-4"
    """Early posts of outlets: ``simtitle`` and ``simdigest``, one line each."""
    OUTLET_PAGE = "old-7"
    """Posts of outlets with the body, before there were category pages: a footer to ``/SLUG/``."""
    NOTICE = "old-5"
    """A post of the site's own, not an article: of category ``sitenews``, with the tag ``站长消息``, or with a title
    and without infoCode, share link, footer and the tag of an outlet."""
    BROKEN = "old-6"
    """Lacks title, date or link (``<>``), has front matter that is not valid YAML, or a file name that starts with
    ``-``, which Jekyll ignores."""
    UNKNOWN_FORM = "unknown"
    """Readable, but in none of these formats: edited, or written by another program."""


CURRENT_FORMATS = (PostFormat.MEDIA, PostFormat.ROLLING)
OLD_FORMATS = (
    PostFormat.BARE_DIGEST,
    PostFormat.ZONED_DIGEST,
    PostFormat.SPACED_QUOTE,
    PostFormat.SHORT_DIGEST,
    PostFormat.OUTLET_PAGE,
)
"""Formats that another program wrote for every article, so that a post in one of them is not edited."""

OldPost = tuple[PostFormat, str, str]
"""Format, digest and body."""


def archive_url_in(footer: str) -> str:
    """Return the URL of the archive in a footer of today, without the slash at its end; '' for any other footer.

    >>> archive_url_in("[返回甲新闻](//news.example/category/jia.html)｜[返回首页](//news.example/)")
    '//news.example'
    >>> archive_url_in("[返回甲新闻](/jia/)｜[返回首页](/)")
    ''
    """
    found = ARCHIVE_URL.search(footer)
    return found["url"] if found else ""


def read_old_post(parts: PostParts, date: str, title: str, category: str, *, is_rolling: bool) -> OldPost | None:
    """Return format, digest and body of a post in one of ``OLD_FORMATS``, else None."""
    if is_rolling:
        return _read_rolling(parts, date)
    if _is_paragraph(parts.body):
        return _read_short_digest(parts, title)
    return _read_outlet_page(parts, category)


def _read_rolling(parts: PostParts, date: str) -> OldPost | None:
    # Formats 1 and 2: only a digest. Without a footer, too: taken for a body it would never be fetched again.
    if _is_paragraph(parts.body):
        return PostFormat.ZONED_DIGEST if ZONE.search(date) else PostFormat.BARE_DIGEST, parts.body, ""
    # Format 3 where it differs from today's: a blank line before the quote, a headline in it, or another footer.
    quote, body = split_quote(parts.body)
    is_current = not parts.is_spaced and CURRENT_ROLLING_FOOTER.fullmatch(parts.footer)
    if quote is not None and not (is_current and HEADLINE_END not in quote):
        return PostFormat.SPACED_QUOTE, quote, body
    return None


def _read_short_digest(parts: PostParts, title: str) -> OldPost | None:
    """Parse format 4: a short title and a short digest.

    A short title that differs from the title becomes the headline of the digest, which posts do not show.
    """
    if "/category/" in parts.footer or not (parts.footer or parts.link):
        return None
    *lines_above, digest = parts.body.split("\n", 1)
    short_title = "".join(lines_above).strip()
    is_redundant = short_title in ("", title)
    return PostFormat.SHORT_DIGEST, digest if is_redundant else f"【{short_title}】{digest}", ""


def _read_outlet_page(parts: PostParts, category: str) -> OldPost | None:
    footer = OUTLET_FOOTER.match(parts.footer)
    is_old = footer and footer["slug"] == category and parts.body.startswith("<")
    return (PostFormat.OUTLET_PAGE, "", parts.body) if is_old else None


def _is_paragraph(body: str) -> bool:
    """Return True for one paragraph of text: no markup at its start, no blank line."""
    return bool(body) and body[0] not in "<>" and "\n\n" not in body

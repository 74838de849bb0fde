"""Formats of posts: the two written today, and the older ones found in archives, which are only read, here.

The script that wrote the old ones did not escape digests, so nothing in a digest is unescaped here.
"""

from __future__ import annotations

import re
from enum import StrEnum

from finews_crawler.exporters.jekyll_post import HEADLINE_END
from finews_crawler.posts.parser import PostParts, split_quote

NOTICE_CATEGORY = "sitenews"
ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})\s*$", re.ASCII)


class PostFormat(StrEnum):
    """Format of a post. A broken post is ``BROKEN``, whatever its format would be without the defect."""

    MEDIA = "media"
    """Today's post of an outlet's article: rendering the article reproduces its bytes."""
    ROLLING = "rolling"
    """Today's post of an article of the rolling list: rendering the article reproduces its bytes."""
    BARE_DIGEST = "old-1"
    """Morning of 2021-12-08: only a digest, a date without UTC offset, a footer of two lines with relative links."""
    ZONED_DIGEST = "old-2"
    """Afternoon of that day: the same with ``+0800`` and a footer of one line."""
    SPACED_QUOTE = "old-3"
    """Later that month: the list's digest as a quote, after a blank line or with its headline, then the body."""
    SHORT_DIGEST = "old-4"
    """Early posts of outlets: ``simtitle`` and ``simdigest``, one line each."""
    NOTICE = "old-5"
    """The site's own notice, not an article (category ``sitenews``)."""
    BROKEN = "old-6"
    """Lacks title, date or link (``<>``), has front matter that is not valid YAML, or a file name that starts with
    ``-``, which Jekyll ignores."""
    UNKNOWN_FORM = "unknown"
    """Readable, but in none of these formats: edited, written by another program, or rendered with other URLs."""


def read_old_post(parts: PostParts, date: str, title: str, is_rolling: bool) -> tuple[PostFormat, str, str] | None:
    """Return format, digest and body of a post in one of the old formats 1 to 4, which all have a footer; else None."""
    if not parts.footer:
        return None
    if not is_rolling:
        return _read_short_digest(parts, title)
    # Formats 1 and 2: only a digest. They differ in the date and in the footer, which adds no information.
    if _is_paragraph(parts.body):
        return PostFormat.ZONED_DIGEST if ZONE.search(date) else PostFormat.BARE_DIGEST, parts.body, ""
    # Format 3 where it differs from today's: a blank line before the quote, or a headline in it.
    quote, body = split_quote(parts.body)
    if quote is not None and (parts.is_spaced or HEADLINE_END in quote):
        return PostFormat.SPACED_QUOTE, quote, body
    return None


def _read_short_digest(parts: PostParts, title: str) -> tuple[PostFormat, str, str] | None:
    """Parse format 4: a short title and a short digest.

    A short title that differs from the title becomes the headline of the digest, which posts do not show.
    """
    if not _is_paragraph(parts.body) or "/category/" in parts.footer:
        return None
    *lines_above, digest = parts.body.split("\n", 1)
    short_title = "".join(lines_above).strip()
    is_redundant = short_title in ("", title)
    return PostFormat.SHORT_DIGEST, digest if is_redundant else f"【{short_title}】{digest}", ""


def _is_paragraph(body: str) -> bool:
    """Return True for one paragraph of text: no markup at its start, no blank line."""
    return bool(body) and body[0] not in "<>" and "\n\n" not in body

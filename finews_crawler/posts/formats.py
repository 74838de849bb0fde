"""Formats of posts: the two written today, and the older ones found in archives, which are only read."""

from __future__ import annotations

from enum import StrEnum


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

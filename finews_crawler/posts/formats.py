"""The forms in which an archive's posts stand, today's and the old ones. Source: upstream.md, "Older posts"."""

from __future__ import annotations

from enum import StrEnum


class PostFormat(StrEnum):
    """In which form a post is written. A broken post is ``BROKEN``, whatever form it would have without the flaw."""

    MEDIA = "media"
    """Today's post of a medium: rendering the article gives the very bytes."""
    ROLLING = "rolling"
    """Today's post of the rolling list: rendering the article gives the very bytes."""
    BARE_DIGEST = "old-1"
    """The morning of 2021-12-08: a digest alone, a date without zone, a footer in two lines."""
    ZONED_DIGEST = "old-2"
    """That afternoon: the same with ``+0800`` and a footer in one line."""
    SPACED_QUOTE = "old-3"
    """Later that month: the digest quoted as the list gave it, below a blank line or with its headline; the body."""
    SHORT_DIGEST = "old-4"
    """Early posts of media: ``simtitle`` and ``simdigest``, a line each."""
    NOTICE = "old-5"
    """The site's own notice: no article."""
    BROKEN = "old-6"
    """Without a title, a date or an address (``<>``), with front matter that YAML cannot read, or under a name that
    starts with ``-``, for which Jekyll leaves it out."""
    UNKNOWN_FORM = "unknown"
    """Can be read, and is in none of the forms above: written or changed by hand, or for other addresses."""

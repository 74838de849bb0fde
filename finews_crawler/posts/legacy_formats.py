"""The old formats of posts, which are read and never written. Source: upstream.md, "Older posts in the wild".

The script of those days spelt a digest as the list gave it: nothing in it is undone here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from finews_crawler.exporters.jekyll_post import HEADLINE_END
from finews_crawler.posts.formats import PostFormat
from finews_crawler.posts.parser import PostParts, split_quote

NOTICE_CATEGORY = "sitenews"
ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})\s*$", re.ASCII)


class OldPost(NamedTuple):
    """What a post in an old format holds of its article."""

    form: PostFormat
    digest: str
    body: str = ""


def read_old_post(parts: PostParts, date: str, title: str, is_rolling: bool) -> OldPost | None:
    """Read a post in one of the old formats 1 to 4; None for any other. All of them have a footer."""
    if not parts.footer:
        return None
    if not is_rolling:
        return _read_short_digest(parts, title)
    return _read_lone_digest(parts, date) or _read_spaced_quote(parts)


def _read_lone_digest(parts: PostParts, date: str) -> OldPost | None:
    """Formats 1 and 2: a digest and nothing else. They differ in the date, and in a footer that tells no more."""
    if not _is_paragraph(parts.body):
        return None
    return OldPost(PostFormat.ZONED_DIGEST if ZONE.search(date) else PostFormat.BARE_DIGEST, parts.body)


def _read_spaced_quote(parts: PostParts) -> OldPost | None:
    """Format 3, as far as it is not today's: a blank line above the quote, or the headline kept in it."""
    quote, body = split_quote(parts.body)
    is_old = quote is not None and (parts.is_spaced or HEADLINE_END in quote)
    return OldPost(PostFormat.SPACED_QUOTE, quote or "", body) if is_old else None


def _read_short_digest(parts: PostParts, title: str) -> OldPost | None:
    """Format 4: a short title and a short digest.

    A short title that is not the title is put before the digest as the rolling list puts headlines: so neither is
    lost, and a post shows the digest alone.
    """
    if not _is_paragraph(parts.body) or "/category/" in parts.footer:
        return None
    *lines_above, digest = parts.body.split("\n", 1)
    short_title = "".join(lines_above).strip()
    is_told = short_title in ("", title)
    return OldPost(PostFormat.SHORT_DIGEST, digest if is_told else f"【{short_title}】{digest}")


def _is_paragraph(body: str) -> bool:
    """Whether the body is text of one paragraph: no mark-up begins it, no blank line divides it."""
    return bool(body) and body[0] not in "<>" and "\n\n" not in body

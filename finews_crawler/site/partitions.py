"""Partitions of the site: the last days, and each month before them. A build rebuilds only changed ones.

So a build costs what has changed, not what the archive contains. The last days are those of the newest posts, not of
the calendar: an archive without new posts has nothing to rebuild.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

RECENT = "recent"
RECENT_DAYS = 3  # as on the original site
FEED_POSTS = 10  # of jekyll-feed, which sees one partition only
# The names that Jekyll accepts for posts; it ignores any other file in the folder. Source: Jekyll 4.3,
# Document::DATE_FILENAME_MATCHER.
POST_NAME = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})-[^/]*\.[^.]+", re.ASCII)
UNDATED = "undated"
"""The partition of posts whose name does not begin with a month, such as ``22-05-18-notice.md``."""


class PostSource(NamedTuple):
    """A post's file, without its content."""

    path: str
    """Below ``_posts``."""
    day: str
    """First ten characters of the file name."""
    size: int
    changed: int
    """Modification time in nanoseconds."""


@dataclass(frozen=True)
class PostMetadata:
    """Fields of a post that only the index has."""

    slug: str
    tag: str
    tickers: str
    """JSON, as stored in the index."""
    info_code: str = ""
    feed_id: str = ""
    """Permanent id in feeds: the URL of a post changes when its outlet becomes known (RFC 4287, 4.2.6)."""


def find_posts(folder: Path, prefix: str = "") -> list[PostSource]:
    """Return the posts that Jekyll would read in *folder*, with *prefix* before their paths. Raises OSError."""
    posts = []
    with os.scandir(folder) as entries:
        for entry in entries:
            # Jekyll ignores these names, and a crawl's temporary files have such names.
            if entry.name.startswith((".", "_", "#", "~")):
                continue
            if entry.is_dir():
                posts += find_posts(folder / entry.name, f"{prefix}{entry.name}/")
            elif POST_NAME.fullmatch(entry.name) and entry.is_file():
                with suppress(FileNotFoundError):  # A crawl has moved it since the folder was read.
                    status = entry.stat()
                    posts.append(PostSource(prefix + entry.name, entry.name[:10], status.st_size, status.st_mtime_ns))
    return posts


def divide(posts: Sequence[PostSource]) -> dict[str, list[PostSource]]:
    """Return the posts of each partition, newest partition and newest post first.

    >>> days = ["2022-05-18", "2022-05-17", "2022-05-16", "2022-05-15", "2022-04-30"]
    >>> posts = [PostSource(f"{day}-{n}.md", day, 1, 1) for day in days for n in range(4)]
    >>> {name: len(partition) for name, partition in divide(posts).items()}
    {'recent': 12, '2022-05': 4, '2022-04': 4}
    """
    recent = _recent_days(posts)
    partitions: dict[str, list[PostSource]] = {}
    for post in sorted(posts, key=lambda post: (post.day, post.path), reverse=True):
        name = RECENT if post.day in recent else month_of(post.day)
        partitions.setdefault(name, []).append(post)
    return partitions


def _recent_days(posts: Sequence[PostSource]) -> set[str]:
    """Return the three newest days that have posts, and more days if these have too few posts for the feed."""
    days = Counter(post.day for post in posts if month_of(post.day) != UNDATED)
    recent: set[str] = set()
    number = 0
    for day in sorted(days, reverse=True):
        if len(recent) >= RECENT_DAYS and number >= FEED_POSTS:
            break
        recent.add(day)
        number += days[day]
    return recent


@lru_cache(maxsize=4096)
def month_of(day: str) -> str:
    """Return the month at the start of a post's name, or ``undated``.

    >>> month_of("2022-05-18"), month_of("22-05-18-n")
    ('2022-05', 'undated')
    """
    return day[:7] if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-\d\d", day, re.ASCII) else UNDATED


def digest_of(
    posts: Sequence[PostSource],
    metadata: Mapping[str, PostMetadata],
    moved: Mapping[str, str],
    theme: str,
    foreign_slugs: Iterable[str] = (),
) -> str:
    """Return the digest of all sources of a partition.

    *metadata*: by post path. *moved*: see ``CategoryAddresses``. *theme*: digest of the theme. *foreign_slugs*:
    categories of those posts that have no metadata.
    """
    digest = hashlib.sha256(theme.encode())
    digest.update("".join(f"{slug} {moved[slug]}\n" for slug in foreign_slugs if slug in moved).encode())
    for post in posts:
        known = metadata.get(post.path)
        fields = (*post, known.slug, known.tag, known.tickers, moved.get(known.slug, "")) if known else tuple(post)
        digest.update(repr(fields).encode())
    return digest.hexdigest()

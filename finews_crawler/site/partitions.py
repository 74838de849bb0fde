"""The parts in which a site is built: the last days, and each month before them. A part is built again when it changed.

A build then costs what has changed, not what the archive holds. The last days are those of the newest posts, not of
the calendar: an archive that nobody adds to stays as it is.
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
DAYS_OF_RECENT = 3  # as the old site kept them
LEAST_RECENT = 10  # the posts of the feed
# What Jekyll takes for a post's name; any other file in the folder it leaves alone.
POST_NAME = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})-[^/]*\.[^.]+", re.ASCII)
UNUSUAL = "undated"
"""The part of posts whose name begins with no month, such as ``22-05-18-notice.md``."""


class PostFile(NamedTuple):
    """A file among the posts."""

    path: str
    """Below ``_posts``."""
    day: str
    size: int
    changed: int
    """Its time of change, in nanoseconds."""


@dataclass(frozen=True)
class PostMetadata:
    """What the index knows of a post and its bytes do not tell."""

    slug: str
    tag: str
    tickers: str
    """JSON, as the index holds it."""


def find_posts(folder: Path) -> list[PostFile]:
    """The posts that Jekyll would read in *folder*."""
    return [post for post in _walk(folder, "") if POST_NAME.fullmatch(post.path.rpartition("/")[2])]


def _walk(folder: Path, prefix: str) -> list[PostFile]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            # As Jekyll: what begins so is left out. A crawl's temporary files are among them.
            if entry.name.startswith((".", "_", "#", "~")):
                continue
            if entry.is_dir():
                found += _walk(folder / entry.name, f"{prefix}{entry.name}/")
            elif entry.is_file():
                with suppress(FileNotFoundError):  # it has been moved since the folder was read
                    status = entry.stat()
                    found.append(PostFile(prefix + entry.name, entry.name[:10], status.st_size, status.st_mtime_ns))
    return found


def divide(posts: Sequence[PostFile]) -> dict[str, list[PostFile]]:
    """The posts of each part, newest part first.

    >>> days = ["2022-05-18", "2022-05-17", "2022-05-16", "2022-05-15", "2022-04-30"]
    >>> posts = [PostFile(f"{day}-{n}.md", day, 1, 1) for day in days for n in range(4)]
    >>> {name: len(part) for name, part in divide(posts).items()}
    {'recent': 12, '2022-05': 4, '2022-04': 4}
    """
    recent = _recent_days(posts)
    parts: dict[str, list[PostFile]] = {}
    for post in sorted(posts, key=lambda post: (post.day, post.path), reverse=True):
        name = RECENT if post.day in recent else month_of(post.day)
        parts.setdefault(name, []).append(post)
    return parts


def _recent_days(posts: Sequence[PostFile]) -> set[str]:
    """The newest days that have posts: three, and more while these hold too few for the feed."""
    days = Counter(post.day for post in posts if month_of(post.day) != UNUSUAL)
    recent: set[str] = set()
    number = 0
    for day in sorted(days, reverse=True):
        if len(recent) >= DAYS_OF_RECENT and number >= LEAST_RECENT:
            break
        recent.add(day)
        number += days[day]
    return recent


@lru_cache(maxsize=4096)
def month_of(day: str) -> str:
    """The month of a post's name.

    >>> month_of("2022-05-18"), month_of("22-05-18-n")
    ('2022-05', 'undated')
    """
    return day[:7] if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-\d\d", day, re.ASCII) else UNUSUAL


def digest_of(
    posts: Sequence[PostFile],
    facts: Mapping[str, PostMetadata],
    moved: Mapping[str, str],
    theme: str,
    foreign_slugs: Iterable[str] = (),
) -> str:
    """Of all that the pages of a part are made from: posts, facts, the addresses of their categories, the theme.

    *foreign_slugs* are the categories of those posts that have no facts.
    """
    digest = hashlib.sha256(theme.encode())
    digest.update("".join(f"{slug} {moved[slug]}\n" for slug in foreign_slugs if slug in moved).encode())
    for post in posts:
        known = facts.get(post.path)
        what = (*post, known.slug, known.tag, known.tickers, moved.get(known.slug, "")) if known else post
        digest.update(repr(what).encode())
    return digest.hexdigest()

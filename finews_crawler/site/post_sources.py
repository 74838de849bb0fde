"""Sources of the posts' pages: the files that Jekyll reads, and what the index knows of them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

# The names that Jekyll accepts for posts; it ignores any other file in the folder. Source: Jekyll 4.3,
# Document::DATE_FILENAME_MATCHER.
POST_NAME = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})-[^/]*\.[^.]+", re.ASCII)
POST_URL = re.compile(r"\{%-?\s*post_url\s+/?([^\s%]+)")
DIGEST_BYTES = 16
GROUP_LENGTH = 10
"""Characters at the beginning of a post's path that it shares with its group, see ``post_groups``: its day."""


class PostSource(NamedTuple):
    """A post's file, without its content."""

    path: str
    """Below ``_posts``."""
    size: int
    changed: int
    """Modification time in nanoseconds."""

    @property
    def newness(self) -> tuple[str, str]:
        """Sort key: the day at the start of the file name, then the path."""
        return self.path.rpartition("/")[2][:10], self.path


class PostMetadata(NamedTuple):
    """Fields of a post that only the index has."""

    slug: str
    tag: str
    tickers: str
    """JSON, as stored in the index."""
    info_code: str = ""
    digest: str = ""
    """As upstream has it."""


class PostSummary(NamedTuple):
    """What the index has of a post, not decoded: enough to see whether it has changed."""

    slug: str
    rest: str


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
                try:
                    status = entry.stat()
                except FileNotFoundError:  # A crawl has moved it since the folder was read.
                    continue
                posts.append(PostSource(prefix + entry.name, status.st_size, status.st_mtime_ns))
    return posts


def linked_posts(folder: Path, handwritten: Iterable[str], posts: Collection[str]) -> set[str]:
    """Return the paths of the *posts* that *handwritten* ones link to by Jekyll's ``post_url``, which has to see them.

    The posts of the archive contain no such tags.
    """
    waiting = list(handwritten)
    if not waiting:
        return set()
    by_name = {key.rpartition(".")[0]: path for path in posts for key in (path.rpartition("/")[2], path)}
    linked: set[str] = set()
    while waiting:
        with suppress(OSError):
            text = (folder / waiting.pop()).read_text("utf-8", "replace")
            found = {by_name[name] for name in POST_URL.findall(text) if name in by_name} - linked
            linked |= found
            waiting += found
    return linked


def digest_of(post: PostSource, summary: PostSummary | None, address: str, theme: str) -> str:
    """Return the digest of everything that the page of a post depends on.

    *address*: path of the page of its category, if that is not where the footer links to; see ``CategoryAddresses``.
    *theme*: digest of what all pages depend on.
    """
    path, size, changed = post
    return digest_of_text("\0".join((theme, address, path, f"{size} {changed}", *(summary or ()))))


def digest_of_text(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()


def group_of(path: str) -> str:
    """Return the name of a post's group.

    >>> group_of("2022-05-18-NW202205182383638060.md"), group_of("2022/05/2022-05-18-NW202205182383638060.md")
    ('2022-05-18', '2022/05/20')
    """
    return path[:GROUP_LENGTH]

"""The file at a post's path, compared with its index entry and with the post's renderings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from pathlib import Path

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.articles.links import PostUrls
from finews_crawler.exporters.jekyll_post import render_post
from finews_crawler.items import Article

LONGEST_NAME = 230
"""Bytes of a file name in a conflict copy's name, which adds 16; file systems allow 255."""


class PostState(Enum):
    """Origin of the bytes at a post's path."""

    MISSING = auto()
    OURS = auto()
    """Written by the archive: the bytes that the index entry describes, or the rendering of the archived article. An
    entry of schema version 1 describes no bytes, so its file counts as written by the archive."""
    CURRENT = auto()
    """The rendering of the new article, unknown to the index: the index is older than the file, restored from a backup
    for example."""
    EXTERNAL = auto()
    """Not written by the archive, known to the index, and unchanged since."""
    EDITED = auto()
    """A post of the article that the index does not know: edited since, or written by another program."""
    BROKEN = auto()
    """Anything else: half a post, an empty file, another article's post."""


@dataclass(frozen=True)
class OnDisk:
    """The file at a post's path, read once for one planned write."""

    path: Path
    content: bytes | None
    """None for a missing file."""
    entry: IndexEntry | None
    """Index entry whose post the file is; None if the article has none, or has its post at another path."""
    article: Article
    """The article to be written."""
    rendered_now: bytes
    """Post of ``article``."""
    urls: PostUrls

    @cached_property
    def hash(self) -> str:
        """Content hash, '' for a missing file."""
        return "" if self.content is None else content_hash(self.content)

    @cached_property
    def rendered_before(self) -> bytes | None:
        """Post of the archived article."""
        return render_post(self.entry.article, self.urls) if self.entry else None

    @cached_property
    def state(self) -> PostState:
        if self.content is None:
            return PostState.MISSING
        if self.entry and self.entry.content_hash in ("", self.hash):
            is_external = self.entry.content_hash and self.entry.post_as_found is not None
            return PostState.EXTERNAL if is_external else PostState.OURS
        if self.content == self.rendered_before:
            return PostState.OURS
        if self.content == self.rendered_now:
            return PostState.CURRENT
        return PostState.EDITED if self._is_whole_post() else PostState.BROKEN

    @property
    def to_keep(self) -> bytes | None:
        """Bytes that remain the article's post unless it is refetched; None if the post must be rendered."""
        match self.state:
            case PostState.EXTERNAL | PostState.EDITED:
                return self.content
            case PostState.MISSING | PostState.BROKEN:
                return self.entry.post_as_found if self.entry else None
            case PostState.OURS | PostState.CURRENT:
                return None

    @property
    def may_be_lost(self) -> bool:
        """False for bytes that need a conflict copy before they are overwritten or removed."""
        is_external = self.entry is not None and self.entry.post_as_found is not None
        return self.state is PostState.MISSING or (self.state is PostState.OURS and not is_external)

    def _is_whole_post(self) -> bool:
        from finews_crawler.posts.reader import read_post

        read = read_post(self.path.name, self.content or b"", self.urls).article
        if read is None or read.info_code != self.article.info_code:
            return False
        return bool(read.title and read.published_at and (read.body_html or read.digest))


def content_hash(content: bytes) -> str:
    """Return the SHA-256 of a post's bytes in hexadecimal, as the index stores it.

    >>> content_hash(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


def conflict_copy_path(path: Path, content: bytes) -> Path:
    """Return the path that preserves *content*, found at *path*; different bytes get different paths.

    Jekyll and the readers of the folder ignore files with such names.

    >>> conflict_copy_path(Path("_posts/2022-05-18-NW202205182383638060.md"), b"").as_posix()
    '_posts/.2022-05-18-NW202205182383638060.md.e3b0c442.found'
    """
    name = path.name.encode()[:LONGEST_NAME].decode(errors="ignore")
    return path.with_name(f".{name}.{content_hash(content)[:8]}.found")

"""Comparison of posts with index rows: each has its counterpart, with the bytes whose hash the index has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from finews_crawler.archive.entries import IndexRow
from finews_crawler.operate.audit.findings import Finding, FindingKind


class PostOnDisk(NamedTuple):
    """The properties of a post that an index row is compared with."""

    info_code: str
    digest: bytes
    """SHA-256 of the bytes; empty if they cannot be read."""
    is_sound: bool = True
    """False if the post has another flaw: until that is fixed, it is not expected in the index."""
    has_outlet: bool = False
    """True if the post names an outlet, as the better one of an article's two posts does."""


def find_duplicates(posts: Mapping[str, PostOnDisk], paths_in_index: Mapping[str, str]) -> Iterator[Finding]:
    """Report each copy of an article's post except the one in the index, or else the first that names an outlet."""
    kept: dict[str, str] = {}
    for path, post in posts.items():
        other = kept.get(post.info_code)
        is_in_index = paths_in_index.get(post.info_code) == path
        is_better = other is not None and post.has_outlet and not posts[other].has_outlet
        if other is None or is_in_index or (is_better and paths_in_index.get(post.info_code) != other):
            kept[post.info_code] = path
    for path, post in posts.items():
        if post.info_code and kept[post.info_code] != path:
            yield Finding(FindingKind.DUPLICATE, path, post.info_code, f"{kept[post.info_code]} is the same article")


def check_rows(rows: Iterable[IndexRow], posts: Mapping[str, PostOnDisk]) -> Iterator[Finding]:
    """Report the differences between index rows and posts.

    >>> row = IndexRow("NW202205182383638060", "site/_posts/a.md", "00", True, "jia", "甲")
    >>> [finding.kind.value for finding in check_rows([row], {"site/_posts/a.md": PostOnDisk(row.info_code, b"1")})]
    ['differs']
    >>> [finding.kind.value for finding in check_rows([row], {})]
    ['no_post']
    """
    path_by_code = {post.info_code: path for path, post in posts.items()}
    indexed = set()
    for row in rows:
        path, code = row.post_path, row.info_code
        indexed.add(code)
        post = posts.get(path)
        if not row.is_written:
            yield Finding(FindingKind.UNFINISHED, path, code)
        elif post is None:
            other = path_by_code.get(code)
            yield Finding(FindingKind.NO_POST, path, code, f"{other} is a post with this infoCode" if other else "")
        elif row.content_hash and post.digest and post.digest.hex() != row.content_hash:
            yield Finding(FindingKind.DIFFERS, path, code)
    for path, post in posts.items():
        if post.is_sound and post.info_code and post.info_code not in indexed:
            yield Finding(FindingKind.NO_ROW, path, post.info_code)

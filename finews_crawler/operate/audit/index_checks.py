"""Posts and rows held against each other: each has its other half, and the bytes are those that the index knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from finews_crawler.archive.index import IndexRow
from finews_crawler.operate.audit.findings import Finding, Kind


class PostFile(NamedTuple):
    """A post on disk, as far as rows are concerned."""

    info_code: str
    digest: bytes
    """SHA-256 of the bytes; empty when they cannot be read."""
    is_sound: bool = True
    """False when something else is the matter with it: it can have no row before that is mended."""


def find_duplicates(files: Mapping[str, PostFile], paths_of_rows: Mapping[str, str]) -> Iterator[Finding]:
    """Each post of an article but one: the one of the article's row, or else the first by name."""
    first: dict[str, str] = {}
    for path, file in files.items():
        if paths_of_rows.get(file.info_code) == path or file.info_code not in first:
            first[file.info_code] = path
    for path, file in files.items():
        if file.info_code and first[file.info_code] != path:
            yield Finding(Kind.DUPLICATE, path, file.info_code, f"{first[file.info_code]} is the same article")


def compare(entries: Iterable[IndexRow], files: Mapping[str, PostFile]) -> Iterator[Finding]:
    """What does not agree between rows and posts.

    >>> entry = IndexRow("NW202205182383638060", "site/_posts/a.md", "00", True, "jia", "甲")
    >>> [finding.kind.value for finding in compare([entry], {"site/_posts/a.md": PostFile(entry.info_code, b"1")})]
    ['differs']
    >>> [finding.kind.value for finding in compare([entry], {})]
    ['no_post']
    """
    by_code = {file.info_code: path for path, file in files.items()}
    known = set()
    for entry in entries:
        known.add(entry.info_code)
        yield from _judge_row(entry, files, by_code)
    for path, file in files.items():
        if file.is_sound and file.info_code and file.info_code not in known:
            yield Finding(Kind.NO_ROW, path, file.info_code)


def _judge_row(entry: IndexRow, files: Mapping[str, PostFile], by_code: Mapping[str, str]) -> Iterator[Finding]:
    path, code = entry.post_path, entry.info_code
    file = files.get(path)
    if not entry.is_written:
        yield Finding(Kind.UNFINISHED, path, code)
    elif file is None:
        elsewhere = by_code.get(code)
        yield Finding(Kind.NO_POST, path, code, f"a post of that infoCode is {elsewhere}" if elsewhere else "")
    elif entry.content_hash and file.digest and file.digest.hex() != entry.content_hash:
        yield Finding(Kind.DIFFERS, path, code)

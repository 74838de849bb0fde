"""Writing a group of articles so that a kill at any moment loses none, writes none twice and leaves none half-written.

The order is: each post whole on disk beside its place; the rows, marked as being written; each post in its place; the
folders synced; the rows marked as held; where a post has moved, the one of before removed. What a kill leaves after
the first mark, the next run finishes from the row, without asking upstream, which may have changed or lost the article
by then. A group costs two commits, one more where posts move, and a sync for each of its files and folders.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from finews_crawler.archive.index import Index, IndexEntry
from finews_crawler.items import Article
from finews_crawler.utils.files import Staged, stage, sync_folders


@dataclass
class PendingWrite:
    """One article that is to be written."""

    row: IndexEntry
    """As it is to be."""
    files: dict[Path, bytes]
    """The post, and the category file where there is none; before them, what is set aside."""
    superseded: Article | None = None
    """The revision before."""
    set_aside: list[Path] = field(default_factory=list)
    """Those of the files that keep what somebody else wrote where the post is to lie."""
    staged: list[Staged] = field(default_factory=list)
    error: OSError | sqlite3.Error | None = None
    """Why it is not held."""

    @property
    def info_code(self) -> str:
        return self.row.article.info_code

    def stage(self) -> None:
        for path, content in self.files.items():
            # One by one: what is staged when the disk is full is discarded with the rest.
            if staged := stage(path, content):
                self.staged.append(staged)

    def publish(self) -> None:
        for staged in self.staged:
            staged.publish()

    def discard(self) -> None:
        for staged in self.staged:
            staged.discard()


def write_batch(index: Index, root: Path, changes: Sequence[PendingWrite]) -> None:
    """Write *changes* below *root*, and their rows. One that fails has its ``error`` set, and hinders no other."""
    _each(changes, PendingWrite.stage)
    _put_rows(index, _succeeded(changes))
    _each(_succeeded(changes), PendingWrite.publish)
    _sync(_succeeded(changes))
    _finish_rows(index, _succeeded(changes))
    _remove_previous(index, root, _succeeded(changes))
    for change in changes:
        change.discard()


def _succeeded(changes: Iterable[PendingWrite]) -> list[PendingWrite]:
    return [change for change in changes if change.error is None]


def _each(changes: Iterable[PendingWrite], do: Callable[[PendingWrite], None]) -> None:
    for change in changes:
        try:
            do(change)
        except OSError as error:
            change.error = error


def _together(changes: Sequence[PendingWrite], do: Callable[[], None]) -> None:
    """What is done for all of them fails for all of them."""
    if not changes:
        return
    try:
        do()
    except (OSError, sqlite3.Error) as error:
        for change in changes:
            change.error = error


def _put_rows(index: Index, changes: Sequence[PendingWrite]) -> None:
    if not changes:
        return
    try:
        index.put(map(_row, changes), filter(None, (change.superseded for change in changes)))
    except sqlite3.IntegrityError:
        # Another article's post has the name of one of these: that one is to hinder no other.
        for change in changes:
            _put_row(index, change)
    except (OSError, sqlite3.Error) as error:
        for change in changes:
            change.error = error


def _put_row(index: Index, change: PendingWrite) -> None:
    superseded = [change.superseded] if change.superseded else []
    _together([change], lambda: index.put([_row(change)], superseded))


def _row(change: PendingWrite) -> IndexEntry:
    """The row before the post is in its place. One that changes no file is held at once."""
    if change.staged:
        return dataclasses.replace(change.row, is_written=False)
    previous_hash = change.row.previous_hash if change.row.previous_path else ""
    return dataclasses.replace(change.row, is_written=True, previous_hash=previous_hash)


def _sync(changes: Sequence[PendingWrite]) -> None:
    _together(changes, lambda: sync_folders(staged.path for change in changes for staged in change.staged))


def _finish_rows(index: Index, changes: Sequence[PendingWrite]) -> None:
    codes = [change.info_code for change in changes if change.staged]
    if codes:
        _together(changes, lambda: index.finish(codes))


def _remove_previous(index: Index, root: Path, changes: Sequence[PendingWrite]) -> None:
    """The article got its medium, or its true date: one article is one post."""
    moved = [change for change in changes if change.row.previous_path]
    _together(moved, lambda: _unlink_previous(index, root, moved))


def _unlink_previous(index: Index, root: Path, moved: Sequence[PendingWrite]) -> None:
    paths = [root / change.row.previous_path for change in moved]
    for change, path in zip(moved, paths, strict=True):
        there = path.read_bytes() if path.is_file() else None
        is_known = there is not None and hashlib.sha256(there).hexdigest() == change.row.previous_hash
        # What somebody changed meanwhile is left, and an audit tells of it.
        if is_known and index.owner_of(change.row.previous_path) is None:
            path.unlink()
    sync_folders(path for path in paths if path.parent.is_dir())
    index.forget_previous([change.info_code for change in moved])

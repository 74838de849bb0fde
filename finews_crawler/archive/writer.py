"""Crash-safe write of a batch of articles: a kill at any time loses none, and leaves no partial or duplicate post.

The order is: write each post to a temporary file and sync it; commit the rows, marked as unfinished; rename each post
to its path; sync the folders; mark the rows as written; remove the previous file of each post that moved. After a kill
the next run finishes the unfinished rows from the index. It needs no request: the source may have changed or deleted
the article by then. A batch costs two commits, of which one is synced; if posts move, three, all synced; and a sync for
each file and folder.

The files of a large batch are synced by one system call, where that is known to be as safe (``utils.syncfs``).
Otherwise several threads sync one file each: most disks write some together faster than one after the other.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.items import Article
from finews_crawler.utils.files import Staged, Staging, sync_folders
from finews_crawler.utils.folders import remove_file
from finews_crawler.utils.syncfs import sync_file_systems

SYNCED_AT_ONCE = 64
"""Changes whose files are open at the same time: a process may have a few hundred."""
SYNC_THREADS = 4
"""With four, 64 files are synced twice as fast as one after the other on ext4; more cost CPU (``docs/performance.md``,
"Syncing a batch")."""
SYNCFS_FROM = 16
"""Fewest changes that are synced by one call, which also writes what other programs have changed on the disk. A polite
crawl has one article at a time; a rebuild, a replay or a list without bodies has hundreds."""


@dataclass
class PendingWrite:
    """Write of one article, planned or done."""

    row: IndexEntry
    """Index entry after the write."""
    files: dict[str, bytes]
    """Bytes by path, below the root: conflict copies, then the post, then the category file if it does not exist."""
    superseded: Article | None = None
    """The archived article, if the write revises it; it is added to the revisions."""
    set_aside: list[Path] = field(default_factory=list)
    """Paths of the conflict copies among the files."""
    is_row_kept: bool = False
    """True if the index has the row as it is, and needs no commit."""
    staged: list[Staged] = field(default_factory=list)
    error: OSError | sqlite3.Error | UnusableIndex | None = None
    """Reason why the write failed; None if it did not."""

    @property
    def info_code(self) -> str:
        return self.row.article.info_code

    def stage(self, staging: Staging) -> None:
        """Stage the files."""
        for path, content in self.files.items():
            # One by one: when the disk is full, the files staged so far are discarded, too.
            if staged := staging.stage(path, content):
                self.staged.append(staged)

    def sync(self) -> None:
        for staged in self.staged:
            staged.sync()

    def close(self) -> None:
        """Close the files, which are synced or have failed."""
        for staged in self.staged:
            staged.close()

    def publish(self) -> None:
        for staged in self.staged:
            staged.publish()

    def discard(self) -> None:
        for staged in self.staged:
            staged.discard()


def write_batch(index: Index, root: Path, changes: Sequence[PendingWrite]) -> None:
    """Write the files and rows of *changes* below *root*. Sets ``error`` of each change that fails."""
    for wait in write_steps(index, root, changes):
        wait()


def write_steps(index: Index, root: Path, changes: Sequence[PendingWrite]) -> Iterator[Callable[[], object]]:
    """Write as ``write_batch`` does, by a caller who calls each function that is yielded before going on.

    These only wait for the disk, and may be called in another thread.
    """
    with Staging(root) as staging, ThreadPoolExecutor(SYNC_THREADS) as pool:
        for first in range(0, len(changes), SYNCED_AT_ONCE):
            some = changes[first : first + SYNCED_AT_ONCE]
            _each(some, lambda change: change.stage(staging))
            yield partial(_sync_files, some, pool)
            for change in some:
                change.close()
        _put_rows(index, [change for change in _succeeded(changes) if not change.is_row_kept])
        _each(_succeeded(changes), PendingWrite.publish)
        yield partial(_together, _succeeded(changes), staging.sync_folders)
        _finish_rows(index, _succeeded(changes))
        _remove_previous(index, root, _succeeded(changes))
        for change in changes:
            change.discard()


def _sync_files(changes: Sequence[PendingWrite], pool: ThreadPoolExecutor) -> None:
    changes = [change for change in _succeeded(changes) if change.staged]
    if len(changes) <= 1:
        _each(changes, PendingWrite.sync)
        return
    folders = {staged.folder for change in changes for staged in change.staged}
    if len(changes) >= SYNCFS_FROM and sync_file_systems(folders):
        return
    rest = iter(changes)  # each thread takes the next one: a task of the pool for each costs as much as its sync
    list(pool.map(lambda _: _each(rest, PendingWrite.sync), range(min(SYNC_THREADS, len(changes)))))


def _succeeded(changes: Iterable[PendingWrite]) -> list[PendingWrite]:
    return [change for change in changes if change.error is None]


def _each(changes: Iterable[PendingWrite], do: Callable[[PendingWrite], None]) -> None:
    for change in changes:
        try:
            do(change)
        except OSError as error:
            change.error = error


def _together(changes: Sequence[PendingWrite], do: Callable[[], None]) -> None:
    """Call *do*; its error is the error of every change."""
    if not changes:
        return
    try:
        do()
    except (OSError, sqlite3.Error, UnusableIndex) as error:
        for change in changes:
            change.error = error


def _put_rows(index: Index, changes: Sequence[PendingWrite]) -> None:
    if not changes:
        return
    try:
        index.put(map(_row, changes), filter(None, (change.superseded for change in changes)))
    except sqlite3.IntegrityError:
        # The path of one of these posts belongs to another article: only that one fails.
        for change in changes:
            _put_row(index, change)
    except (OSError, sqlite3.Error, UnusableIndex) as error:
        for change in changes:
            change.error = error


def _put_row(index: Index, change: PendingWrite) -> None:
    superseded = [change.superseded] if change.superseded else []
    _together([change], lambda: index.put([_row(change)], superseded))


def _row(change: PendingWrite) -> IndexEntry:
    """Return the row to commit before the files are renamed; it is final if no file changes."""
    if change.staged:
        return change.row.with_fields(is_written=False)
    previous_hash = change.row.previous_hash if change.row.previous_path else ""
    return change.row.with_fields(is_written=True, previous_hash=previous_hash)


def _finish_rows(index: Index, changes: Sequence[PendingWrite]) -> None:
    codes = [change.info_code for change in changes if change.staged and not change.is_row_kept]
    # Only a post that moved needs it now: its previous file goes next. Else the next run finishes the row again.
    is_durable = any(change.row.previous_path for change in changes)
    if codes:
        _together(changes, lambda: index.finish(codes, is_durable=is_durable))


def _remove_previous(index: Index, root: Path, changes: Sequence[PendingWrite]) -> None:
    """Remove the posts at the previous paths of articles whose outlet or date became known."""
    moved = [change for change in changes if change.row.previous_path]
    _together(moved, lambda: _unlink_previous(index, root, moved))


def _unlink_previous(index: Index, root: Path, moved: Sequence[PendingWrite]) -> None:
    paths = [root / change.row.previous_path for change in moved]
    for change, path in zip(moved, paths, strict=True):
        there = path.read_bytes() if path.is_file() else None
        is_known = there is not None and hashlib.sha256(there).hexdigest() == change.row.previous_hash
        # A file that was edited since stays, and `finews audit` reports it.
        if is_known and index.owner_of(change.row.previous_path) is None:
            remove_file(path, root)
    sync_folders(path for path in paths if path.parent.is_dir())
    index.forget_previous([change.info_code for change in moved])

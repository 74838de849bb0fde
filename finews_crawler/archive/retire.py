"""Older posts leave the site for ``old_post/YYYY/MM/``, and the index knows where they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from enum import Enum
from itertools import islice

from finews_crawler.archive.archive import Archive, content_hash
from finews_crawler.archive.group import Change, write_group
from finews_crawler.archive.index import Held
from finews_crawler.text.dates import publication_day

GROUP = 200


class Retired(str, Enum):
    """What became of an old post."""

    RETIRED = "retired"
    CHANGED = "changed"
    """Left where it is: it is not as the index says, and moving it would lose what somebody wrote."""


def retire(archive: Archive, before: date, *, dry_run: bool) -> Iterator[tuple[str, Retired]]:
    """Move the posts published before *before* (a day in Beijing) out of the site; *dry_run*: only say which.

    Yields each post's path. Raises OSError or sqlite3.Error when the archive cannot be written.
    """
    due = (held for held in archive.index.all() if _is_due(archive, held, before))
    while group := list(islice(due, GROUP)):
        moves = {held.post_path: move for held in group if (move := _move(archive, held))}
        if not dry_run:
            _write(archive, list(moves.values()))
        for held in group:
            yield held.post_path, Retired.RETIRED if held.post_path in moves else Retired.CHANGED


def _is_due(archive: Archive, held: Held, before: date) -> bool:
    moment = held.article.published_at
    return moment is not None and publication_day(moment) < before and not archive.directory.is_retired(held.post_path)


def _move(archive: Archive, held: Held) -> Change | None:
    """The post at its new place; None when it is not as the index says. One that is missing is written there."""
    old, moment = archive.directory.root / held.post_path, held.article.published_at
    content = old.read_bytes() if old.is_file() else archive.content_of(held)
    known = held.content_hash or content_hash(archive.content_of(held))
    if moment is None or content_hash(content) != known:
        return None
    new = archive.directory.retired_folder(publication_day(moment)) / old.name
    row = dataclasses.replace(held, post_path=archive.directory.relative(new), previous_path=held.post_path)
    return Change(row, {new: content})


def _write(archive: Archive, moves: list[Change]) -> None:
    write_group(archive.index, archive.directory.root, moves)
    for move in moves:
        if move.error is not None:
            raise move.error

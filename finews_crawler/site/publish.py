"""Publication of the built site to another place: ``finews deploy``.

New files are sent before changed ones, and files without links before pages, so that no page names a file that is not
there yet. Removed files are deleted last, pages first. A record in the place lists the files that were sent, so that
nothing else there is ever overwritten or deleted. It is updated before and after the files: a publication that was
killed is completed by the next one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from finews_crawler.exceptions import DeployFailed
from finews_crawler.site.file_headers import is_page

RECORD = ".finews-deployed.json"
"""Name of the record in the place."""
MOST_NAMED = 3
Record = dict[str, str]
"""The files that ``finews deploy`` has sent, by path; the values belong to the place."""


@dataclass(frozen=True)
class SiteFiles:
    """The files of a release."""

    folder: Path
    sizes: dict[str, int]
    """Bytes, by path relative to the folder, with ``/``."""

    @classmethod
    def below(cls, folder: Path) -> SiteFiles:
        """Return the regular files below *folder*. Raises OSError."""
        sizes = {}
        for path in _regular_files(str(folder)):
            sizes[os.path.relpath(path, folder)] = path.stat().st_size
        sizes.pop(RECORD, None)
        return cls(folder, dict(sorted(sizes.items())))

    def read(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()


def _regular_files(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _regular_files(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry


class Place(Protocol):
    """Where a site is published. All methods raise DeployFailed."""

    @property
    def name(self) -> str:
        """The place as the user wrote it."""

    def read_record(self) -> Record | None:
        """Return the record, None if there is none."""

    def write_record(self, record: Record) -> None:
        """Replace the record."""

    def compare(self, files: SiteFiles, record: Record) -> tuple[list[str], list[str]]:
        """Return the paths of the files that are not in the place, and of those that have another content there."""

    def send(self, paths: list[str], files: SiteFiles) -> Record:
        """Send files; return their part of the record."""

    def remove(self, paths: list[str]) -> None:
        """Remove files that may be gone already, and the folders that they leave empty."""


@dataclass
class Plan:
    """What a publication has to do. All paths are sorted."""

    new: list[str]
    changed: list[str]
    removed: list[str]
    """Files of earlier publications that the site has no more."""
    unchanged: int
    bytes: int
    """Size of the new and changed files."""
    foreign: list[str] = field(default_factory=list)
    """Those of *changed* that ``finews deploy`` has not sent to the place."""

    def phases(self) -> Iterator[list[str]]:
        """Yield the files in the order in which they have to arrive, by groups."""
        for paths in (self.new, self.changed):
            yield [path for path in paths if not is_page(path)]
            yield [path for path in paths if is_page(path)]

    def removals(self) -> Iterator[list[str]]:
        yield [path for path in self.removed if is_page(path)]
        yield [path for path in self.removed if not is_page(path)]


@dataclass
class Publication:
    """One publication of a site to a place."""

    files: SiteFiles
    place: Place
    deletes: bool = False
    overwrites: bool = False
    """Also what ``finews deploy`` has not sent there."""
    _stored: Record | None = field(default=None, init=False)
    """The record as it is in the place."""

    def plan(self) -> Plan:
        """Compare the site with the place. Sends nothing. Raises DeployFailed."""
        self._stored = self.place.read_record()
        record = self._stored or {}
        new, changed = map(sorted, self.place.compare(self.files, record))
        sent = sum(self.files.sizes[path] for path in (*new, *changed))
        plan = Plan(
            new=new,
            changed=changed,
            removed=sorted(record.keys() - self.files.sizes.keys()),
            unchanged=len(self.files.sizes) - len(new) - len(changed),
            bytes=sent,
        )
        plan.foreign = [path for path in changed if path not in record]
        if plan.foreign and not self.overwrites:
            names = ", ".join(plan.foreign[:MOST_NAMED]) + (", …" if len(plan.foreign) > MOST_NAMED else "")
            of_others = f"{len(plan.foreign)} file{'s' if len(plan.foreign) > 1 else ''} of the site"
            raise DeployFailed(
                f"{self.place.name} already has {of_others} that finews deploy has not sent ({names}): name another "
                "place, or replace them with --overwrite; nothing was sent"
            )
        return plan

    def run(self, plan: Plan) -> None:
        """Do what *plan* says. Raises DeployFailed; the next publication completes what this one has begun."""
        record = dict(self._stored or {})
        removed = plan.removed if self.deletes else []
        known = dict.fromkeys(self.files.sizes, "") | record
        if plan.new or plan.changed or removed or self._stored is None:
            self._write(known)
        sent: Record = {}
        for paths in filter(None, plan.phases()):
            sent |= self.place.send(paths, self.files)
        for paths in filter(None, plan.removals() if self.deletes else ()):
            self.place.remove(paths)
        self._write(without(known | sent, removed))

    def _write(self, record: Record) -> None:
        if record != self._stored:
            self.place.write_record(record)
            self._stored = record


def without(record: Record, paths: Collection[str]) -> Record:
    gone = set(paths)
    return {path: value for path, value in record.items() if path not in gone}


def record_to_bytes(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False, indent=0, sort_keys=True).encode("utf-8", "surrogateescape")


def record_from_bytes(content: bytes, place: str) -> Record:
    """Parse a record. Raises DeployFailed for one that is damaged."""
    try:
        record = json.loads(content.decode("utf-8", "surrogateescape"))
        if not isinstance(record, dict) or not all(isinstance(value, str) for value in record.values()):
            raise ValueError("not a record")  # noqa: TRY301 (handled below, as any other damage)
    except ValueError as error:
        hint = "remove it, and run once with --overwrite; what the site has no more then stays"
        raise DeployFailed(f"{place}{RECORD} is damaged: {hint}") from error
    return {path: value for path, value in record.items() if is_below(path)}


def is_below(path: str) -> bool:
    """Return True for a path that leads to no other folder than one below the place."""
    parts = path.split("/")
    return path != RECORD and not any(part in ("", ".", "..") for part in parts) and "\0" not in path


def parents(paths: Iterable[str]) -> list[str]:
    """Return all folders of *paths*, the deepest first.

    >>> parents(["a/b/c.html", "a/d.html", "e.html"])
    ['a/b', 'a']
    """
    folders = {path.rsplit("/", number)[0] for path in paths for number in range(1, path.count("/") + 1)}
    return sorted(folders, key=lambda folder: (-folder.count("/"), folder))

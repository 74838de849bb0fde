"""A folder that rsync reaches: on this machine, by SSH, or of a daemon.

rsync itself has no way to delete only what it once sent, so ``--delete`` is never used: what has to go is listed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.exceptions import DeployFailed
from finews_crawler.site.publish import RECORD, Record, SiteFiles, parents, record_from_bytes, record_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL = "sudo apt-get install rsync"
SECONDS_OF_SILENCE = 300
PARTIAL, VANISHED = 23, 24
"""Exit statuses: some files could not be transferred; some files of the list do not exist."""
FILE_SENT = ("<f", ">f")
NEW = "+++++++++"
DELETED = "*deleting"
KEEP_LINKS = "--keep-dirlinks"
"""A folder of the target may be a link of the user to one on another disk; rsync would put a folder in its place."""
LEADS_OUT = "Too many levels of symbolic links"
"""What rsync 3.5 and newer say of such a link that leads out of the target: they do not follow it."""
BIND = "put the other folder there with `mount --bind` instead of a symbolic link"
READABLE = "--chmod=Du=rwx,Dgo=rx,Fu=rw,Fgo=r"
"""A web server has to read files that were built under any umask."""
NOISE = ("rsync error:", "rsync warning:", "rsync: connection unexpectedly closed")
"""Lines that only repeat that there was an error."""


@dataclass(frozen=True)
class RsyncPlace:
    """Implements ``publish.Place``."""

    destination: str
    """As ``config.deploy_targets`` returns it."""

    @property
    def name(self) -> str:
        return self.destination

    def read_record(self) -> Record | None:
        with tempfile.TemporaryDirectory() as scratch:
            # Status 23: the folder does not exist yet, and sending creates it; or it cannot be read, and sending fails.
            self._rsync(["--ignore-missing-args", f"{self.destination}{RECORD}", f"{scratch}/"], accepts=(0, PARTIAL))
            file = Path(scratch) / RECORD
            return record_from_bytes(file.read_bytes(), self.destination) if file.is_file() else None

    def write_record(self, record: Record) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / RECORD
            file.write_bytes(record_to_bytes(record))
            self._rsync(["--ignore-times", READABLE, str(file), self.destination])

    def compare(self, files: SiteFiles, record: Record) -> tuple[list[str], list[str]]:
        """Compare by size and time; the files of a release keep their times while they are unchanged."""
        options = ["-rt", KEEP_LINKS, "--omit-dir-times", "--8-bit-output", "--dry-run", "--out-format=%i %n"]
        listed = self._rsync([*options, f"{files.folder}/", self.destination])
        new: list[str] = []
        changed: list[str] = []
        for line in os.fsdecode(listed).splitlines():
            kind, _, path = line.partition(" ")
            if kind.startswith(FILE_SENT) and path in files.sizes:
                (new if kind.endswith(NEW) else changed).append(path)
        return new, changed

    def send(self, paths: list[str], files: SiteFiles) -> Record:
        """Send files, and put all of them in their places when the last one has arrived."""
        options = ["-t", KEEP_LINKS, "--omit-dir-times", "--delay-updates", READABLE]
        with listed_in_file(paths) as listing:
            self._rsync([*options, *listing, f"{files.folder}/", self.destination])
        return dict.fromkeys(paths, "")

    def remove(self, paths: list[str]) -> None:
        options = ["--delete-missing-args", "--no-implied-dirs"]
        with tempfile.TemporaryDirectory() as nothing:
            with listed_in_file(paths) as listing:
                self._rsync([*options, *listing, f"{nothing}/", self.destination], accepts=(0, VANISHED))
            for _, folders in groupby(parents(paths), key=lambda folder: folder.count("/")):
                self._remove_folders(list(folders), ["--dirs", *options], f"{nothing}/")

    def _remove_folders(self, folders: list[str], options: list[str], nothing: str) -> None:
        """Remove those that are empty. A link to a folder stays, which rsync would remove as a file."""
        trial = [*options, "--dry-run", "--8-bit-output", "--out-format=%i %n"]
        with listed_in_file(folders) as listing:
            output = self._rsync([*trial, *listing, nothing, self.destination], accepts=(0, VANISHED))
        lines = [line for line in os.fsdecode(output).splitlines() if line.startswith(DELETED)]
        ends = {line.removeprefix(DELETED).lstrip() for line in lines}
        if empty := [folder for folder in folders if f"{folder}/" in ends]:  # without the slash, it is no folder
            with listed_in_file(empty) as listing:
                self._rsync([*options, *listing, nothing, self.destination], accepts=(0, VANISHED))

    def _rsync(self, arguments: Sequence[str], accepts: Sequence[int] = (0,)) -> bytes:
        """Run rsync; return its output. Raises DeployFailed for another status than those of *accepts*."""
        program = shutil.which("rsync")
        if program is None:
            raise DeployFailed(f"rsync is missing. Install and try again: {INSTALL}")
        command = [program, f"--timeout={SECONDS_OF_SILENCE}", *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode not in accepts:
            message = error_message(done.stderr.decode("utf-8", "replace"))
            raise DeployFailed(f"{self.destination}: rsync failed with status {done.returncode}: {message}")
        return done.stdout


@contextmanager
def listed_in_file(paths: Iterable[str]) -> Iterator[list[str]]:
    """Yield the options with which rsync takes *paths*, relative to its source, from a file."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(os.fsencode(path) + b"\0" for path in paths))
        file.flush()
        yield ["--from0", f"--files-from={file.name}"]


def error_message(output: str) -> str:
    r"""Return the line of rsync's or SSH's output that names the error.

    >>> error_message("x@h: Permission denied (publickey).\nrsync: connection unexpectedly closed\nrsync error: (255)")
    'x@h: Permission denied (publickey).'
    """
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if not line.startswith(NOISE)] or lines or ["no error message"]
    return f"{errors[0]}: {BIND}" if LEADS_OUT in errors[0] else errors[0]

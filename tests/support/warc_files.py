"""WARC files read by warcio: its checker, and the records."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

REVISIT = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True)
class Record:
    """A record as read by warcio."""

    kind: str
    url: str
    named: dict[str, str]
    head: dict[str, str]
    """Headers of the HTTP message, names in lower case."""
    status: str
    """Status or request line without the protocol."""
    content: bytes


def records_of(path: Path) -> Iterator[Record]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            named = dict(record.rec_headers.headers)
            http = record.http_headers
            head = {name.lower(): value for name, value in http.headers} if http else {}
            line = http.statusline if http else ""
            content = record.raw_stream.read()
            yield Record(record.rec_type, named.get("WARC-Target-URI", ""), named, head, line, content)


def check(*paths: Path) -> tuple[int, str]:
    """Run ``warcio check``; return its exit status and output."""
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, paths)]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.warc.gz"))


def kinds(records: Sequence[Record]) -> list[str]:
    return [record.kind for record in records]

"""Cached responses in a folder: one file a response, a line of JSON with URL, status and headers, then the body.

Not pickled, as Scrapy's own storages are: reading a file that another program wrote must not execute code.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from finews_crawler.utils.files import write_whole
from finews_crawler.utils.folders import remove_file
from finews_crawler.utils.temporary_files import sweep

KEPT_FOR = timedelta(days=30)
"""Maximum age of a cached list since it was last downloaded in full."""
NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
ON_ONE_LINE = re.compile(r"[\x20-\x7e\x80-\xff]*")


class CachedResponse(NamedTuple):
    """A response, with its body as received, compressed if the server compressed it."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def to_bytes(self) -> bytes:
        head = {"url": self.url, "status": self.status, "headers": self.headers, "body": _digest(self.body)}
        return json.dumps(head).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, content: bytes) -> CachedResponse | None:
        """Parse the bytes of ``to_bytes``; return None for any others, such as a truncated or foreign file.

        >>> cached = CachedResponse("http://127.0.0.1/", 200, (("ETag", '"1"'),), b"{}")
        >>> CachedResponse.from_bytes(cached.to_bytes()) == cached, CachedResponse.from_bytes(cached.to_bytes()[:-1])
        (True, None)
        """
        line, _, body = content.partition(b"\n")
        try:
            head = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if not isinstance(head, dict) or head.get("body") != _digest(body):
            return None
        url, status, headers = head.get("url"), head.get("status"), _read_headers(head.get("headers"))
        if not isinstance(url, str) or not isinstance(status, int) or headers is None:
            return None
        return cls(url, status, headers, body)


class ResponseCache:
    """Cached responses in one folder. Ignores files of others. Raises OSError if the disk cannot be used."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root
        """The data directory."""

    def path_of(self, url: str) -> Path:
        return self.folder / _digest(url.encode())

    def get(self, url: str, now: datetime, longest: timedelta = KEPT_FOR) -> CachedResponse | None:
        """Return the cached response of *url*, or None if it is not cached or older than *longest*."""
        path = self.path_of(url)
        if not path.is_file() or _age(path, now) > longest:
            return None
        cached = CachedResponse.from_bytes(path.read_bytes())
        return cached if cached and cached.url == url else None

    def put(self, cached: CachedResponse) -> None:
        """Store a response that was just downloaded. If its bytes are stored already, its age starts anew."""
        path = self.path_of(cached.url)
        if not write_whole(path, cached.to_bytes(), self.root):
            os.utime(path)

    def forget(self, url: str) -> None:
        remove_file(self.path_of(url), self.root)

    def drop_old(self, now: datetime) -> None:
        """Remove expired files, and temporary files of killed runs. The caller must hold the archive lock."""
        if not self.folder.is_dir():
            return
        sweep(self.folder, self.root)
        for path in self.folder.iterdir():
            if NAME.fullmatch(path.name) and path.is_file() and _age(path, now) > KEPT_FOR:
                remove_file(path, self.root)


def _age(path: Path, now: datetime) -> timedelta:
    """Return the age of a file; if the clock was set back, how far its time is ahead."""
    return timedelta(seconds=min(abs(now.timestamp() - path.stat().st_mtime), KEPT_FOR.total_seconds() * 2))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_headers(read: Any) -> tuple[tuple[str, str], ...] | None:
    """Return pairs of strings that are valid in HTTP headers, or None for anything else."""
    if not isinstance(read, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in read):
        return None
    is_sent = all(isinstance(text, str) and ON_ONE_LINE.fullmatch(text) for pair in read for text in pair)
    return tuple((name, value) for name, value in read) if is_sent else None

"""Recordings for the WARC readers: days recorded by ``FINEWS_WARC_DIR``, and what the origin had sent."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.warc.members import gzip_members
from finews_crawler.warc.reader import Record, read_record
from tests.interop.environments import ReaderFailed, folder
from tests.interop.expected import short

COUNT, SEED = 90, 7
FAULTS = ("validators", "json-gone=3")
"""Lists are confirmed by a 304, and every third article is fetched as its HTML page."""
OFF = ("FINEWS_SHARE_URL", "FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL")
NO_HOST = "http://127.0.0.1:9"
"""A port where nothing listens, for requests that fail."""
QUICK = {"FINEWS_BACKOFF_SECONDS": "0.001", "FINEWS_DISK_FREE_MB": "0"}
CHANNELS = "columns:415,fast"


@dataclass(frozen=True)
class Recorded:
    """Two days: in the second one, the lists come from the cache of the crawls of the first."""

    home: Path

    @property
    def files(self) -> list[Path]:
        return sorted(self.home.glob("*.warc.gz"))

    @property
    def sent(self) -> dict[str, dict[str, Any]]:
        """What the origin had sent, by URL: status, media type and the hash of the body."""
        found: dict[str, dict[str, Any]] = json.loads((self.home / "sent.json").read_text("utf-8"))
        return found

    @property
    def pages(self) -> list[str]:
        """The URLs of the articles that were recorded as HTML."""
        return [url for url, sent in self.sent.items() if sent["type"] == "text/html" and sent["status"] == 200]

    def records(self) -> Iterator[Record]:
        """Yield all records as our reader has them."""
        for path in self.files:
            yield from self.records_of(path)

    def records_of(self, path: Path) -> Iterator[Record]:
        return (read_record(member.content) for member in gzip_members(path))

    def expected(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the records of *kinds*, of all if there are none, with the payloads that the origin sent."""
        return [described(record, self.sent) for record in self.records() if not kinds or record.rec_type in kinds]


def described(record: Record, sent: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a record as the scripts print it: a response has what was sent, any other what is in the file."""
    names = ("Type", "Target-URI", "Date", "Refers-To")
    values: dict[str, Any] = {name: record.get(f"WARC-{name}") for name in names}
    values |= {"info_code": record.record_id, "status": None, "digests": True, "errors": []}
    values |= {"block": sha256(record.block), "payload": sha256(record.block)}
    if record.rec_type == "response":
        values |= {"status": sent[record.url]["status"], "payload": sent[record.url]["hash"]}
    elif record.rec_type in ("request", "revisit"):
        values |= {"status": 304 if record.rec_type == "revisit" else None, "payload": sha256(b"")}
    return values


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def recorded() -> Recorded:
    """Record four crawls: a list, the same list unchanged, a host that does not answer, and from a cache."""
    made = Recorded(folder() / "recorded")
    if not (made.home / "sent.json").exists():
        with running_origin(COUNT, SEED, faults=FAULTS) as origin:
            hosts = hosts_at(origin)
            poll = ("crawl", "channel", "-a", f"channels={CHANNELS}", "-a", "count=60")
            for name in ("first", "first", "second"):
                crawl(made.home / "data", *poll, FINEWS_WARC_DIR=f"{made.home / name}", **hosts)
            gone = {**hosts, "FINEWS_PC_URL": NO_HOST, "FINEWS_WARC_DIR": f"{made.home / 'first'}"}
            crawl(made.home / "data", "crawl", "channel", "-a", "channels=pc", failing=True, **gone)
            for name in ("first", "second"):  # two days have files of different names
                (file,) = (made.home / name).iterdir()
                file.rename(made.home / f"{name}.warc.gz")
            urls = {record.url for record in made.records() if record.rec_type == "response"}
            sent = {url: what_is_sent(url) for url in sorted(urls)}
        (made.home / "sent.json").write_text(json.dumps(sent), "utf-8")
    return made


def hosts_at(origin: RunningOrigin) -> dict[str, str]:
    """Return settings that point the surfaces of today at *origin*."""
    return {name: "" if name in OFF else origin.url for name in HOST_SETTINGS}


def crawl(data: Path, *words: str, failing: bool = False, **environment: str) -> str:
    """Run ``finews`` into *data*, and return its log. Raises ReaderFailed unless it ends well or is *failing*."""
    data.mkdir(parents=True, exist_ok=True)
    names = {**os.environ, "FINEWS_DATA_DIR": f"{data}", **QUICK, **environment}
    command = [sys.executable, "-m", "finews_crawler", *words]
    ended = subprocess.run(command, check=False, env=names, cwd=data, text=True, capture_output=True)
    if ended.returncode and not failing:
        raise ReaderFailed(f"finews ended with status {ended.returncode}: {(ended.stdout + ended.stderr)[-1500:]}")
    return ended.stdout + ended.stderr


def what_is_sent(url: str) -> dict[str, Any]:
    """Request *url* again, without our own client."""
    try:
        with urllib.request.urlopen(url) as response:
            body, status, headers = response.read(), response.status, response.headers
    except urllib.error.HTTPError as error:
        body, status, headers = error.read(), error.code, error.headers
    sha1 = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    return {"status": status, "type": headers.get_content_type(), "hash": sha256(body), "sha1": sha1}


def posts_in(data: Path) -> dict[str, str]:
    """Return the hash of each post by its name."""
    return {path.name: short(path.read_text("utf-8")) for path in sorted((data / "site" / "_posts").rglob("*.md"))}


def compare_posts(ours: dict[str, str], theirs: dict[str, str]) -> str:
    """Return how *theirs* differ from *ours*; "" if they do not."""
    lost, more = len(ours.keys() - theirs.keys()), len(theirs.keys() - ours.keys())
    differ = sum(ours[name] != theirs[name] for name in ours.keys() & theirs.keys())
    return f"{lost} of {len(ours)} posts missing, {more} more, {differ} differ" if lost or more or differ else ""


@contextmanager
def started(*command: str | Path, cwd: Path, log: Path, environment: Iterable[tuple[str, str]] = ()) -> Iterator[int]:
    """Run a server while the block runs; its output goes to *log*."""
    with log.open("wb") as out:
        names = {**os.environ, **dict(environment)}
        words = [str(word) for word in command]
        process = subprocess.Popen(words, cwd=cwd, stdout=out, stderr=out, env=names)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)

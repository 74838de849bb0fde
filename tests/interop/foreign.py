"""Recordings of other programs: they fetch what a crawl of ours fetched, and our replay has to make the same posts."""

from __future__ import annotations

import gzip
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from finews_crawler.testing.origin.server import running_origin
from finews_crawler.warc.members import gzip_members
from finews_crawler.warc.reader import read_record
from finews_crawler.warc.records import target_of
from tests.interop.cells import Outcome, right, wrong
from tests.interop.environments import folder
from tests.interop.recordings import compare_posts, crawl, hosts_at, posts_in

COUNT, SEED = 40, 11
FAULTS = ("json-gone=3",)
POLL = ("crawl", "channel", "-a", "channels=columns:415,columns:344,fast", "-a", "count=60")


@dataclass(frozen=True)
class Direct:
    """A crawl without another program: its posts, and what it requested, in its order."""

    posts: dict[str, str]
    targets: list[str]


@cache
def direct() -> Direct:
    home = new_folder("direct")
    with running_origin(COUNT, SEED, faults=FAULTS) as origin:
        crawl(home / "data", *POLL, FINEWS_WARC_DIR=f"{home / 'warc'}", **hosts_at(origin))
    (file,) = (home / "warc").iterdir()
    records = (read_record(member.content) for member in gzip_members(file))
    targets = [target_of(record.url) for record in records if record.rec_type == "response"]
    return Direct(posts_in(home / "data"), list(dict.fromkeys(targets)))


def new_folder(name: str) -> Path:
    """Return an empty folder."""
    made = folder() / "foreign" / name
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    return made


@contextmanager
def urls(host: str = "127.0.0.1") -> Iterator[list[str]]:
    """Serve the origin with chunked bodies, in gzip for those who accept it; yield the URLs to fetch, in order."""
    with running_origin(COUNT, SEED, faults=FAULTS) as origin:

        class Compressing(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, body = answer_of(origin.url + target_of(self.path))
                is_packed = "gzip" in self.headers.get("Accept-Encoding", "")
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Transfer-Encoding", "chunked")
                if is_packed:
                    self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                packed = gzip.compress(body) if is_packed else body
                half = len(packed) // 2 + 1
                for part in (packed[:half], packed[half:]):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if part else b"")
                self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer((host, 0), Compressing)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield [f"http://{host}:{server.server_port}{target}" for target in direct().targets]
        finally:
            server.shutdown()
            server.server_close()


def answer_of(url: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(url) as response:
            return response.status, response.headers["Content-Type"], response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def replayed(name: str, *sources: Path, what: str = "") -> Outcome:
    """Replay files of another program, and compare the posts with those of the direct crawl."""
    data = new_folder(f"{name}-replayed") / "data"
    log = crawl(data, *POLL, failing=True, FINEWS_REPLAY=",".join(map(str, sources)))
    if difference := compare_posts(direct().posts, posts_in(data)):
        return wrong(f"{difference}: {log.strip().splitlines()[-1][:300]}")
    return right(f"{what}{len(direct().posts)} posts, the same bytes as without it")


def refusal(*sources: Path) -> str:
    """Return what a replay of *sources* prints: one line, without a traceback."""
    log = crawl(new_folder("refused") / "data", *POLL, failing=True, FINEWS_REPLAY=",".join(map(str, sources)))
    assert "Traceback" not in log, log
    return log.strip().splitlines()[-1]

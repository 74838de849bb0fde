"""A server of one list, for any channel, with conditional requests; and of the articles in the list."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.support.scripted_server import code_in

LIST_PATH = "/web/webapi"
LONG_AGO = "Wed, 18 May 2022 08:00:00 GMT"
LONGER_AGO = "Wed, 18 May 2022 07:00:00 GMT"
BODY = "<p>港区新增航线。</p>"
CHALLENGE = "<html><body><script>location.reload()</script>请完成验证</body></html>".encode()


@dataclass
class Asked:
    """A request with the status of its response."""

    path: str
    headers: dict[str, str]
    status: int

    @property
    def is_conditional(self) -> bool:
        return bool({"if-none-match", "if-modified-since"} & self.headers.keys())


@dataclass
class ListedSite:
    """State that a test may change while the server runs."""

    url: str = ""
    articles: int = 4
    etag: str = '"1"'
    modified: str = LONG_AGO
    extra: dict[str, str] = field(default_factory=dict)
    """Further headers of the list."""
    extra_of_304: dict[str, str] = field(default_factory=dict)
    is_gzipped: bool = False
    list_status: int = 200
    challenge: bytes = b""
    """Bytes to send instead of the list."""
    has_lost_articles: bool = False
    asked: list[Asked] = field(default_factory=list)

    @property
    def lists(self) -> list[Asked]:
        return [request for request in self.asked if request.path == LIST_PATH]

    def statuses(self) -> list[int]:
        return [request.status for request in self.lists]

    def list_body(self) -> bytes:
        rows = [
            {"infocode": f"NW20220518{number:010}", "title": f"第{number}条", "showtime": "2022-05-18 10:00:00"}
            for number in range(1, self.articles + 1)
        ]
        named = [{**row, "from": "港口日报"} for row in rows]
        body = json.dumps({"nodeList": named, "records": named}).encode()
        return gzip.compress(body, mtime=0) if self.is_gzipped else body

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if urlsplit(path).path == LIST_PATH:
            return self.answer_list(headers)
        if code_in(path):
            body = json.dumps({"text": BODY, "content": BODY}).encode()
            return (404, {}, b"") if self.has_lost_articles else (200, {"ETag": '"article"'}, body)
        return 404, {}, b""

    def answer_list(self, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if self.list_status != 200:
            location = {"Location": "/elsewhere"} if self.list_status == 301 else {}
            return self.list_status, {"ETag": self.etag, **location}, b""
        validators = {name: value for name, value in (("ETag", self.etag), ("Last-Modified", self.modified)) if value}
        if self.is_unchanged(headers):
            return 304, {**validators, **self.extra_of_304}, b""
        encoding = {"Content-Encoding": "gzip"} if self.is_gzipped else {}
        return 200, {**validators, **encoding, **self.extra}, self.challenge or self.list_body()

    def is_unchanged(self, headers: dict[str, str]) -> bool:
        if self.etag and "if-none-match" in headers:  # takes precedence (RFC 9110, 13.2.2)
            return headers["if-none-match"] == self.etag
        # Equal times, or an earlier one of ours: these two have the same order as texts.
        return bool(self.modified) and self.modified <= headers.get("if-modified-since", "")


@contextmanager
def listed_site(**given: object) -> Iterator[ListedSite]:
    """Serve one on loopback while the block runs."""
    site = ListedSite(**given)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        """Responds according to the site's state."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answered, body = site.answer(self.path, headers)
            site.asked.append(Asked(urlsplit(self.path).path, headers, status))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **answered}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Suppress the log line of a request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

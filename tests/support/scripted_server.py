"""Sites with scripted responses, for behaviour that the origin does not offer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """One response."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Script = Callable[[str], "Answer | None"]
"""Map a path with its query to a response; None is 404."""


def handler_of(script: Script, asked: list[str], times: list[float]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Responds according to the script."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            times.append(time.monotonic())
            answer = script(self.path) or Answer(status=404)
            self.send_response(answer.status)
            has_end = "Transfer-Encoding" in answer.headers or answer.headers.get("Connection") == "close"
            length = {} if has_end else {"Content-Length": str(len(answer.body))}
            for name, value in {**length, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Suppress the log line of a request."""

    return Handler


@dataclass
class Site:
    """A running site; ``asked`` lists the requests, and ``times`` their arrival by the monotonic clock."""

    url: str
    asked: list[str]
    times: list[float]


@contextmanager
def scripted_site(script: Script) -> Iterator[Site]:
    """Serve *script* on loopback while the block runs."""
    asked: list[str] = []
    times: list[float] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(script, asked, times))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", asked, times)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def code_in(path: str) -> str:
    """Return the infoCode in a request to GetNewsText, '' for any other request."""
    return parse_qs(urlsplit(path).query).get("id", [""])[0]


@contextmanager
def share_site(answers: Mapping[str, bytes]) -> Iterator[str]:
    """Serve *answers* (infoCode → GetNewsText body) while the block runs; anything else is 404."""

    def script(path: str) -> Answer | None:
        body = answers.get(code_in(path))
        return None if body is None else Answer(body)

    with scripted_site(script) as site:
        yield site.url

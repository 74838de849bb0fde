"""A share site that answers with given bytes: for payloads that no origin would produce."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def handler_of(answers: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers ``?id=INFOCODE`` as recorded, and anything else, robots.txt too, with 404."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            code = parse_qs(urlsplit(self.path).query).get("id", [""])[0]
            body = answers.get(code)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def share_site(answers: Mapping[str, bytes]) -> Iterator[str]:
    """Serve *answers* (infoCode → body of GetNewsText) on loopback while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(answers))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

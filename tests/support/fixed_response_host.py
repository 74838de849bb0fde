"""A host on loopback that answers every request alike, and remembers who asked for what."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Write = Callable[[bytes], object]


@dataclass
class AnsweringHost:
    """What it answers, and what it was asked."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: Callable[[Write, threading.Event], None] | None = None
    """Writes the whole answer; the event is that the host is about to go."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """The path of each request, and its headers by names in small letters."""

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def answering_host(*, tls: ssl.SSLContext | None = None, **given: object) -> Iterator[AnsweringHost]:
    """Serve one while the block runs."""
    host, going = AnsweringHost(**given), threading.Event()  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        """Answers as the host says."""

        def do_GET(self) -> None:
            host.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            if host.raw is not None:
                with suppress(OSError):  # whoever asked has had enough
                    host.raw(self.wfile.write, going)
                return
            self.send_response(host.status)
            for name, value in {"Content-Length": str(len(host.body)), **host.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(host.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        """A client that does not trust the certificate hangs up: no error of this host."""

        daemon_threads = True

        def get_request(self) -> tuple[object, object]:
            connection, address = super().get_request()
            return (tls.wrap_socket(connection, server_side=True) if tls else connection), address

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield host
    finally:
        going.set()
        server.shutdown()
        server.server_close()
        thread.join()

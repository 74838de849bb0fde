"""A loopback HTTP server that sends the same response to every request, and records the requests."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Write = Callable[[bytes], object]


@dataclass
class FixedResponseHost:
    """The response of the host, and the requests it received."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: Callable[[Write, threading.Event], None] | None = None
    """Function that writes the whole response; the event is set when the host shuts down."""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path of each request, and its headers by lower-case name."""

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


@contextmanager
def fixed_response_host(*, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[FixedResponseHost]:
    """Run a host in a thread while the block runs."""
    host, closing = FixedResponseHost(**options), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        """Handler that sends the host's response."""

        def do_GET(self) -> None:
            host.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            if host.raw is not None:
                with suppress(OSError):  # the client closed the connection
                    host.raw(self.wfile.write, closing)
                return
            self.send_response(host.status)
            for name, value in {"Content-Length": str(len(host.body)), **host.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(host.body)

        def log_message(self, format: str, *args: object) -> None:
            """Suppress the log."""

    class Server(ThreadingHTTPServer):
        """Server that ignores clients which reject its certificate."""

        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            return (tls.wrap_socket(connection, server_side=True) if tls else connection), address

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield host
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()

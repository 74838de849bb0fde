"""Receivers of notifications: a webhook on loopback, and a sendmail that stores its input."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Receiver:
    """A running webhook and the requests that it has received."""

    url: str = ""
    status: int = 200
    """Status of the responses."""
    seconds: float = 0
    """Delay of the responses."""
    response: bytes = b""
    """Body of the responses."""
    paths: list[str] = field(default_factory=list)
    """Path and query of the requests."""
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    """Set when no response is waited for any more."""

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(body.decode("utf-8")) for body in self.bodies]


def handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Receives one POST per connection."""

        def do_POST(self) -> None:
            receiver.paths.append(self.path)
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.is_over.wait(receiver.seconds)
            self.send_response(receiver.status)
            self.send_header("Content-Length", str(len(receiver.response)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(receiver.response)

        def log_message(self, format: str, *args: object) -> None:
            """Suppress the access log."""

    return Handler


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver for the duration of the block."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(receiver))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks/key-in-the-path"
    try:
        yield receiver
    finally:
        receiver.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mailbox:
    """A replacement for sendmail, and the folder that it stores each mail in."""

    program: Path
    folder: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Mailbox:
        folder.mkdir()
        program = folder / "sendmail"
        program.write_text(f'#!/bin/sh\necho "$@" >> {folder}/arguments\ncat > "{folder}/$(date +%s%N).mail"\n')
        program.chmod(0o755)
        return cls(program, folder)

    @property
    def arguments(self) -> list[str]:
        return (self.folder / "arguments").read_text().splitlines()

    def mails(self) -> list[EmailMessage]:
        """Return the mails in the order of arrival."""
        read = (path.read_bytes() for path in sorted(self.folder.glob("*.mail")))
        return [message_from_bytes(content, policy=policy.default) for content in read]  # type: ignore[misc]

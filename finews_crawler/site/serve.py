"""HTTP server for a preview of the built site on loopback. Not for the public: no caching, no limits."""

from __future__ import annotations

import io
import os
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

LOOPBACK = "127.0.0.1"
OUTSIDE = "\ufffd outside"
"""Name that no file of a site has."""


class SiteHandler(SimpleHTTPRequestHandler):
    """Serves files as static hosting does: ``index.html`` for a folder, the site's ``404.html`` for a missing file."""

    protocol_version = "HTTP/1.1"
    # Headers and content are two writes: Nagle's algorithm would hold back the second one until the first is
    # acknowledged, 40 ms later on Linux.
    disable_nagle_algorithm = True

    def __init__(self, *arguments: Any, base: str = "", **options: Any) -> None:
        """*base*: path of the site, ``/finews``; '' at the root of its host."""
        self.base = base
        super().__init__(*arguments, **options)

    def translate_path(self, path: str) -> str:
        """Return the file of a URL path; of one outside of the site, a file that does not exist."""
        is_below = path.partition("?")[0] == self.base or path.startswith(f"{self.base}/")
        return super().translate_path(path.removeprefix(self.base) if is_below else f"/{OUTSIDE}/")

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        if "\0" in self.translate_path(self.path):  # Opening such a file raises ValueError.
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """Respond with 404 for a folder without an index page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        # The browser must revalidate, so that a reload always shows the last build.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: one line for each request would be noise."""


class SiteServer(ThreadingHTTPServer):
    """Ignores browsers that close the connection before the response."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def site_server(folder: Path, port: int, base: str = "") -> SiteServer:
    """Return a server on *port*, 0 for any free one, of a site below the path *base*. Raises OSError.

    A symbolic link is resolved at each request.
    """
    return SiteServer((LOOPBACK, port), partial(SiteHandler, directory=str(folder), base=base))

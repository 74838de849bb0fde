"""The archive's site built by Jekyll alone, without ``finews site build``, and a server for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from finews_crawler.site.theme_install import install_theme

NEEDS_JEKYLL = pytest.mark.skipif(
    shutil.which("jekyll") is None, reason="jekyll is not installed: apt-get install jekyll, or make test"
)


def build_site(archive: Path, folder: Path) -> Path:
    """Build the posts and category files of *archive* (a ``site`` folder) by Jekyll alone, below *folder*."""
    source, built = folder / "source", folder / "built"
    shutil.copytree(archive, source)
    install_theme(source)
    command = ["jekyll", "build", "--quiet", "--strict_front_matter", "-s", str(source), "-d", str(built)]
    environment = {**os.environ, "JEKYLL_ENV": "production", "LANG": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return built


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without logging requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Suppress the log line of a request."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve *folder* on loopback while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

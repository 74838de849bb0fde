"""``deploy/nginx.conf``: how long browsers may keep each file, asked of an nginx on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.daemons import wait_for_port
from tests.support.paths import ROOT
from tests.support.ports import free_port

PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
DIGEST = "ab" * 32
FOR_EVER, A_MINUTE = "public, max-age=31536000, immutable", "public, max-age=60"
KEPT_FOR = {
    "search-index/2022-05-1.0123456789abcdef/tokens": FOR_EVER,
    f"images/ab/{DIGEST}.png": FOR_EVER,
    "images/logo.png": A_MINUTE,
    "images/ab/cafe.jpg": A_MINUTE,
    f"images/mine/{DIGEST}.png": A_MINUTE,
    "assets/search-index/a.js": A_MINUTE,
    "index.html": A_MINUTE,
}


def adapted(folder: Path, port: int) -> str:
    """Return the configuration for *folder* instead of a container, and for a port of loopback."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for before, after in (
        ("/tmp/", f"{folder}/"),
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("root /srv/news/data/_site;", f"root {folder}/site;"),
    ):
        assert before in text
        text = text.replace(before, after)
    return f"daemon off;\n{'user root;' if os.geteuid() == 0 else ''}\n{text}"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Serve a site with the files of KEPT_FOR."""
    if PROGRAM is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    for path in KEPT_FOR:
        file = tmp_path / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    port = free_port()
    (tmp_path / "nginx.conf").write_text(adapted(tmp_path, port), "utf-8")
    server = subprocess.Popen([PROGRAM, "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "log"])
    try:
        wait_for_port(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_only_files_with_a_digest_in_their_names_are_kept_for_ever(url: str) -> None:
    kept = {}
    for path in KEPT_FOR:
        with urlopen(f"{url}/{path}") as response:
            kept[path] = response.headers["Cache-Control"]
    assert kept == KEPT_FOR

"""The archive's site as Jekyll renders it: real Jekyll, layouts that give the pages upstream.md describes, a server."""

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

NEEDS_JEKYLL = pytest.mark.skipif(
    shutil.which("jekyll") is None, reason="jekyll is not installed: apt-get install jekyll, or make test"
)
FILES = {
    "_config.yml": "timezone: Asia/Shanghai\n",
    "_layouts/default.html": (
        "<html><body><header><h1>档案</h1></header><section>\n{{ content }}\n</section></body></html>"
    ),
    "_layouts/post.html": (
        "---\nlayout: default\n---\n"
        '<small>(GMT+8, Asia/Shanghai, CST) {{ page.date | date: "%Y-%m-%d %H:%M:%S" }}</small>\n'
        "<h1>{{ page.title | escape }}</h1>\n\n{{ content }}\n\n"
        "<small>tags: <em>{{ page.tags | join: ' ' }}</em></small>"
    ),
    "_layouts/category.html": (
        "---\nlayout: default\n---\n"
        '<h2 id="{{ page.title | escape }}">{{ page.title | escape }}</h2>\n'
        "<ul>{% for post in site.categories[page.category] %}"
        '<li><a href="{{ post.url }}">{{ post.title | escape }}</a></li>{% endfor %}</ul>'
    ),
    "index.html": (
        "---\nlayout: default\n---\n"
        '{% for tag in site.tags %}<h2 id="{{ tag[0] | escape }}">{{ tag[0] | escape }}</h2>'
        '<ul>{% for post in tag[1] limit:5 %}<li><a href="{{ post.url }}">{{ post.title | escape }}</a></li>'
        "{% endfor %}</ul>{% endfor %}"
    ),
    "emnews/index.html": "---\nlayout: category\ntitle: 东财滚动新闻\ncategory: emnews\n---\n",
}


def build_site(archive: Path, folder: Path) -> Path:
    """Build the posts and category files of *archive* (a ``site`` folder) into a site below *folder*."""
    source, built = folder / "source", folder / "built"
    shutil.copytree(archive, source)
    for name, content in FILES.items():
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text(content, encoding="utf-8")
    command = ["jekyll", "build", "--quiet", "--strict_front_matter", "-s", str(source), "-d", str(built)]
    environment = {**os.environ, "JEKYLL_ENV": "production", "LANG": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return built


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


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

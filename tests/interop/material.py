"""What the readers read: an archive crawled from the embedded origin, and all that is made of it, once for a run."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from finews_crawler import Archive
from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.server import running_origin
from tests.interop.cells import ReaderFailed
from tests.interop.environments import folder, run
from tests.interop.expected import short
from tests.support.ports import free_port

ARTICLES = 300
NEWEST = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SITE = "https://news.example.org"
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class LocalSite:
    """A built site, and the port of loopback at which it expects to be."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Material:
    """A data directory and, made when first asked for, each output of it."""

    data: Path

    def finews(self, *words: str | Path, **environment: str) -> str:
        """Run a command of ours on the archive; return what it prints."""
        names = {"FINEWS_DATA_DIR": f"{self.data}", "FINEWS_POST_ARCHIVE_URL": SITE, **environment}
        return run(sys.executable, "-m", "finews_crawler", *words, cwd=self.data.parent, environment=names)

    @cached_property
    def articles(self) -> list[dict[str, Any]]:
        """The articles as plain values; ``text`` is its hash, ``published_at`` has the offset of Beijing."""
        return [
            {
                "info_code": record.info_code,
                "title": record.title,
                "media_name": record.media_name,
                "published_at": record.published_at.isoformat(),
                "text": short(record.text),
                "tickers": [ticker["symbol"] for ticker in record.tickers],
            }
            for record in Archive.open(self.data).articles()
        ]

    def export(self, name: str, *options: str) -> Path:
        """Return the folder of an export, made anew if its options are not those of an earlier one."""
        out = self.data.parent / "-".join(["export", name, *(word.strip("-") for word in options)])
        if not out.exists():
            self.finews("export", "--format", name, "--out", out, *options)
        return out

    @cached_property
    def site(self) -> Path:
        """The built site."""
        self.finews("site", "build")
        return self.data / "_site"

    @cached_property
    def local_site(self) -> LocalSite:
        """The site built for an address on loopback, of a port that was free then."""
        folder = self.data.parent / "local"
        if not (folder / "port").exists():
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(
                self.data, folder / "data", symlinks=True, ignore=shutil.ignore_patterns("site-build", "_site")
            )
            port = free_port()
            given = {"FINEWS_DATA_DIR": f"{folder / 'data'}", "FINEWS_POST_ARCHIVE_URL": f"http://127.0.0.1:{port}"}
            self.finews("site", "build", **given)
            (folder / "port").write_text(f"{port}", "utf-8")
        return LocalSite(folder / "data" / "_site", int((folder / "port").read_text("utf-8")))

    @cached_property
    def failed_run(self) -> Path:
        """Folder of the feed of alerts and the metrics of two crawls that reached no host, on a copy of the archive."""
        folder = self.data.parent / "failed-run"
        if not folder.exists():
            shutil.copytree(self.data, folder / "data", symlinks=True, ignore=shutil.ignore_patterns("site*", "_site"))
            names = {"FINEWS_ALARM_FEED_FILE": folder / "alerts.atom", "FINEWS_METRICS_FILE": folder / "finews.prom"}
            given = {name: f"{path}" for name, path in names.items()} | dict.fromkeys(HOST_SETTINGS, NOWHERE)
            given["FINEWS_DATA_DIR"] = f"{folder / 'data'}"
            for _ in range(2):  # the alert `unreachable` fires in the second one
                with suppress(ReaderFailed):  # status 3
                    self.finews("crawl", "channel", **given)
        return folder

    @cached_property
    def reports(self) -> Path:
        """Folder of the run history and of the coverage as HTML."""
        folder = self.data.parent / "reports"
        if not folder.exists():
            folder.mkdir()
            self.finews("runs", "--html", folder / "runs.html")
            self.finews("coverage", "--html", folder / "coverage.html")
        return folder

    @property
    def posts(self) -> Path:
        return self.data / "site" / "_posts"

    @property
    def warc(self) -> Path:
        """The folder with the recording of the crawl."""
        return self.data.parent / "warc"


@cache
def material() -> Material:
    """Crawl the archive, recorded as WARC; with ``INTEROP_CACHE`` only if it is not there yet."""
    made = Material(folder() / "material" / "data")
    crawled(made, list(generate(ARTICLES, seed=1, newest=NEWEST)), FINEWS_WARC_DIR=f"{made.warc}")
    return made


def crawled(made: Material, articles: list[OriginArticle], *options: str | Path, **environment: str) -> None:
    """Crawl *articles* into *made* from an origin, unless that was done before."""
    ready = made.data.parent / "ready"
    if ready.exists():
        return
    ready.parent.mkdir(parents=True, exist_ok=True)
    with running_origin(articles=articles) as origin:
        made.finews("crawl", "channel", *options, **dict.fromkeys(HOST_SETTINGS, origin.url), **environment)
    ready.touch()

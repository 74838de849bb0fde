"""What the readers read: an archive crawled from the embedded origin, and all that is made of it, once for a run."""

from __future__ import annotations

import sys
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
from tests.interop.environments import folder, run
from tests.interop.expected import short

ARTICLES = 300
NEWEST = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SITE = "https://news.example.org"


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

    @property
    def posts(self) -> Path:
        return self.data / "_posts"

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

"""Archives to export, and a reader that applies incremental exports."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.query import Cursor, ExportQuery, read_cursor
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import is_revision, merge
from finews_crawler.articles.record import Record
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING
from tests.support.scrapy_command import Scrapy

FIRST = datetime(2022, 5, 18, 8, 0, 0, tzinfo=BEIJING)
SEEN = datetime(2022, 6, 1, 8, 0, 0, tzinfo=BEIJING)
K_LINE = '<p><a data-code="600050|1|1"><img data-code="K 600050|1|1" src="http://127.0.0.1/k.png" width="8" /></a></p>'


def archive_in(data: Path) -> Archive:
    return Archive(DataDirectory(data), PostUrls())


def code(number: int) -> str:
    return f"NW20220518{number:010}"


def article(number: int, origin: str = "news_text", **fields: Any) -> Article:
    """Return article *number* as reported by *origin*, published *number* hours after the first."""
    published_at = FIRST + timedelta(hours=number)
    given = {"title": f"第{number}篇", "published_at": published_at, "text_html": f"<p>甲{number}</p>"}
    return article_from(origin, code(number), **{**given, **fields})


def store(archive: Archive, *articles: Article) -> None:
    """Archive them as the pipelines do, each a minute after the previous one."""
    for found in articles:
        held = archive.get(found.info_code)
        derived = derive(merge(held, found) if held else found, archive.addresses).article
        (number,) = archive.index.select("SELECT count(*) FROM change")[:1] or [(0,)]
        now = SEEN + timedelta(minutes=number[0])
        if held is None:
            derived.first_seen_at = now
        elif is_revision(held, derived):
            derived.revision, derived.revised_at = held.revision + 1, now
        (change,) = archive.store([derived])
        assert change.error is None


def records(archive: Archive, selection: ExportQuery | None = None) -> list[Record]:
    with open_snapshot(archive.index, selection or ExportQuery()) as snapshot:
        return list(snapshot.records())


@dataclass
class Reader:
    """A table of records that is updated by each export after its cursor."""

    with_revisions: bool = False
    table: dict[tuple[str, int], Record] = field(default_factory=dict)
    cursor: Cursor | None = None

    def read(self, archive: Archive) -> int:
        selection = ExportQuery(after=self.cursor, with_revisions=self.with_revisions)
        with open_snapshot(archive.index, selection) as snapshot:
            return self.take(list(snapshot.records()), snapshot.cursor)

    def take(self, found: list[Record], cursor: Cursor) -> int:
        for record in found:
            key = (record["info_code"], record["revision"] if self.with_revisions else 0)
            self.table[key] = record
        self.cursor = cursor
        return len(found)

    def read_folder(self, folder: Path) -> int:
        """Apply an export in a folder."""
        manifest = read_manifest(folder)
        return self.take(read_lines(folder / "articles.jsonl.gz"), read_cursor(manifest["cursor"]))


def read_manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return manifest


def read_lines(path: Path) -> list[Record]:
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return [json.loads(line) for line in text.decode().split("\n")[:-1]]


def archive_of_five(scrapy: Scrapy) -> Scrapy:
    """Store five articles in the data directory of *scrapy*, one of them revised."""
    made = archive_in(scrapy.data)
    store(made, *(article(number, media_name="证券时报") for number in range(5)), article(2, text_html="<p>更正</p>"))
    made.close()
    return scrapy


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

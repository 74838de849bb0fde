"""Crawls that are recorded and then replayed, without a server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article
from finews_crawler.stats import ExitStatus
from tests.support.scrapy_command import CLOSED_PORT, Run, Scrapy

TREE = ("_posts", "category")


@dataclass
class Recorded:
    """An archive, and the folder with the recordings of its crawls."""

    scrapy: Scrapy
    folder: Path

    @classmethod
    def below(cls, scrapy: Scrapy, folder: Path) -> Recorded:
        return cls(scrapy, folder / "warc")

    def crawl(self, url: str, *arguments: str, status: int = ExitStatus.ALL_WELL, **settings: str) -> Run:
        """Crawl *url*, and record it."""
        run = self.scrapy.at(url, **{"FINEWS_WARC_DIR": str(self.folder), **settings})("crawl", *arguments)
        assert run.status == status, run.log
        return run

    def replay(self, *arguments: str, source: Path | None = None, **settings: str) -> tuple[Scrapy, Run]:
        """Replay into another archive; the hosts of its settings are unreachable."""
        again = self.scrapy.into(self.scrapy.data.with_name("again"))
        given = {"FINEWS_REPLAY": str(source or self.folder), **settings}
        return again, again.at(CLOSED_PORT, **given)("crawl", *arguments)

    def check(self, *arguments: str, status: int = ExitStatus.ALL_WELL, **settings: str) -> tuple[Scrapy, Run]:
        """Replay, and check that the archive is the same, byte for byte."""
        again, run = self.replay(*arguments, **settings)
        assert run.status == status, run.log
        assert tree(again.data) == tree(self.scrapy.data), run.log
        theirs, ours = (
            {code: comparable(article) for code, article in articles(scrapy).items()} for scrapy in (again, self.scrapy)
        )
        codes = sorted(theirs.keys() | ours.keys())
        differing = [(code, theirs.get(code), ours.get(code)) for code in codes if theirs.get(code) != ours.get(code)]
        assert differing == [], f"{differing}\n{run.log}"
        return again, run


def tree(data: Path) -> dict[str, bytes]:
    """Return posts and category files by path."""
    found = (path for name in TREE for path in sorted((data / "site" / name).rglob("*")) if path.is_file())
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in found}


def articles(scrapy: Scrapy) -> dict[str, Article]:
    """Return the articles in the index by infoCode."""
    archive = Archive(DataDirectory(scrapy.data), PostUrls())
    try:
        codes = [str(code) for (code,) in archive.index.select("SELECT info_code FROM article")]
        return {code: article for code in codes if (article := archive.get(code))}
    finally:
        archive.close()


def revisions(scrapy: Scrapy, info_code: str) -> list[Article]:
    """Return the earlier revisions of an article."""
    archive = Archive(DataDirectory(scrapy.data), PostUrls())
    try:
        return list(archive.index.revisions(info_code))
    finally:
        archive.close()


def comparable(article: Article) -> tuple[object, ...]:
    """Return an article without its times: in a replay they may be some tenths of a second earlier."""
    return (article.revision, article.title, article.source_url, article.origins, article.is_stand_in)

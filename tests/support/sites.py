"""A small archive and its site, for the tests of builds."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.slug import slug
from finews_crawler.content.tickers import MARKETS
from finews_crawler.items import Article, Ticker
from finews_crawler.site.build import SiteBuild
from finews_crawler.site.build_context import BuildReport
from finews_crawler.site.serve import site_server
from finews_crawler.site.theme_install import install_theme

VOLATILE = re.compile(rb"<updated>[^<]*</updated>")
"""The build time in the feed."""
BUILD_ID = re.compile(rb"(?<=\.)[0-9a-f]{32}\b")
"""Part of the name of a search index, another one in each build."""
ANY_PORT = 0
BUILD = "site-build"


def article(number: int, day: str, media_name: str = "证券时报", **fields: object) -> Article:
    made = Article(
        info_code=f"NW{day.replace('-', '')}{number:010d}",
        title=f"江城重工第{number}次公告",
        published_at=parse_published_at(f"{day} 10:{number % 60:02d}:00"),
        media_name=media_name,
        slug=slug(media_name) if media_name else "emnews",
        body_html=f"<p>江城重工第{number}号产线投产。</p>",
        share_url=f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW{day.replace('-', '')}{number:010d}",
    )
    for name, value in fields.items():
        setattr(made, name, value)
    # The archive reads the tickers from the bodies of an article.
    made.content_html = made.body_html + "".join(map(mention, made.tickers))
    return made


def mention(ticker: Ticker) -> str:
    """Return upstream's mark-up of a ticker in a body."""
    code, _, exchange = ticker.symbol.partition(".")
    market = {exchange: market for market, exchange in MARKETS.items()}[exchange]
    if ticker.source == "kline":
        return f'<img data-code="K {code}|{market}|7">'
    return f'<span data-code="{market},{code}">{ticker.name}</span>'


class Site:
    """An archive and its site."""

    def __init__(self, folder: Path) -> None:
        self.directory = DataDirectory(folder)
        self.archive = Archive(self.directory, PostUrls())

    def close(self) -> None:
        self.archive.close()

    def store(self, *articles: Article) -> None:
        """Archive the articles, and install the theme as a crawl does."""
        for change in self.archive.store(articles):
            assert change.error is None
        install_theme(self.directory.site)

    def build(self, *, full: bool = False) -> BuildReport:
        return SiteBuild(self.archive, "https://finews.withounder.com", lambda line: None).run(full=full)

    def served(self) -> dict[str, bytes]:
        """Return the content of each served file, reduced to what two builds of the same posts have in common."""
        folder = self.directory.built_site.resolve()
        files = {}
        for path in (path for path in folder.rglob("*") if path.is_file()):
            name = BUILD_ID.sub(b"", str(path.relative_to(folder)).encode()).decode()
            files[name] = BUILD_ID.sub(b"", VOLATILE.sub(b"", path.read_bytes()))
        return files

    def page(self, path: str) -> str:
        return (self.directory.built_site / path).read_text("utf-8")


@contextmanager
def serving(folder: Path, base: str = "") -> Iterator[str]:
    """Serve *folder*, which need not exist yet, below the path *base* while the block runs. Yield the URL."""
    with site_server(folder, ANY_PORT, base) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{base}"
        finally:
            server.shutdown()


DAYS = ["2022-05-26", "2022-05-25", "2022-05-24", "2022-05-23", "2022-04-30", "2022-03-01"]
POSTS_A_PAGE = 10
"""Low enough for ``many`` to need pages for months; see ``listings.POSTS_A_PAGE``."""


def few() -> list[Article]:
    """Return articles of one day, which make a site of one partition."""
    return [article(n, DAYS[0]) for n in range(6)]


def many() -> list[Article]:
    """Return articles of four partitions. One in six is on the rolling list only."""
    tickers = [Ticker("600050.SH", "中国联通", "inline")]
    return [article(n, day, "证券时报" if n else "", tickers=tickers) for day in DAYS for n in range(6)]


def copy_archive(archive: Path, folder: Path) -> None:
    """Copy an archive with its built site. A build never writes to a file of an earlier one, so those are linked."""

    def copy(source: str, target: str) -> None:
        if f"/{BUILD}/" in source and ".sqlite" not in Path(source).name:
            os.link(source, target)
        else:
            shutil.copy2(source, target)

    shutil.copytree(archive, folder, symlinks=True, copy_function=copy)


def links(page: str) -> list[str]:
    """Return the URLs of the posts that a page lists."""
    return re.findall(r'<li><a href="([^"]*)"', page)

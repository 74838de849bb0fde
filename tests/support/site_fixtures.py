"""A built site on loopback, and a real browser to read it with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finews_crawler.testing.origin.server import running_origin
from tests.site.sites import Site, serving
from tests.support.browser import Reader, start_browser
from tests.support.paths import ROOT
from tests.support.scrapy_command import Scrapy

ARTICLES = 300


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with start_browser() as browser:
        yield browser


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    """Somebody at a desk, in daylight."""
    with Reader.opening(browser) as reader:
        yield reader


class BuiltSite:
    """A crawled archive, its built site, and where that is served."""

    def __init__(self, scrapy: Scrapy, url: str) -> None:
        self.scrapy = scrapy
        self.url = url
        self.folder = scrapy.data / "_site"


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Three hundred articles, built with the real Jekyll; shared, to be left as it is.

    The server is bound before the crawl: the posts' footers name its address.
    """
    if shutil.which("jekyll") is None:
        pytest.skip("jekyll is not installed: apt-get install jekyll, or make test")
    data = tmp_path_factory.mktemp("site") / "data"
    with serving(data / "_site") as url:
        scrapy = Scrapy.into_folder(data)
        scrapy.environment["FINEWS_POST_ARCHIVE_URL"] = url.removeprefix("http:")
        with running_origin(ARTICLES, seed=3) as origin:
            run = scrapy.at(origin.url)("crawl", "channel", "-a", f"count={ARTICLES}")
        assert run.status == 0, run.log
        run = scrapy("site", "build")
        assert run.status == 0, run.log
        yield BuiltSite(scrapy, url)


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where screenshots are left to be looked at."""
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "data")
    yield site
    site.archive.close()

"""Built sites, each built once in a test run, and a real browser to read them with."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finews_crawler.items import Article
from finews_crawler.site import listings
from finews_crawler.testing.origin.server import running_origin
from tests.support.browser import Reader, start_browser
from tests.support.scrapy_command import Scrapy
from tests.support.shared_folder import shared_folder
from tests.support.sites import POSTS_A_PAGE, Site, article, copy_archive, few, many, serving

ARTICLES = 160


@pytest.fixture(autouse=True)
def without_playwright_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide Playwright's event loop from tests without a browser: asyncio.run would refuse to run beside it.

    The sync API leaves its loop marked as running in the thread for as long as the session's browser is open.
    """
    loop = asyncio._get_running_loop()
    if loop is None or "browser" in request.fixturenames:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with start_browser() as browser:
        yield browser


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    """A reader at a desk, in daylight."""
    with Reader.opening(browser) as reader:
        yield reader


class BuiltSite:
    """A crawled archive, its built site, and the URL at which that is served."""

    def __init__(self, scrapy: Scrapy, url: str) -> None:
        self.scrapy = scrapy
        self.url = url
        self.folder = scrapy.data / "_site"


def require_jekyll() -> None:
    """Skip the test if Jekyll is not installed."""
    if shutil.which("jekyll") is None:
        pytest.skip("jekyll is not installed: apt-get install jekyll, or make test")


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Articles enough for a full day, crawled and built by the real commands. Shared: tests must not change it."""
    require_jekyll()

    def fill(data: Path) -> None:
        scrapy = Scrapy.into_folder(data)
        with running_origin(ARTICLES, seed=3) as origin:
            run = scrapy.at(origin.url)("crawl", "channel", "-a", f"count={ARTICLES}")
        assert run.status == 0, run.log
        run = scrapy("site", "build")
        assert run.status == 0, run.log

    data = shared_folder(tmp_path_factory, "crawled-site", fill)
    with serving(data / "_site") as url:
        yield BuiltSite(Scrapy.into_folder(data), url)


@pytest.fixture(scope="session")
def built_archive(tmp_path_factory: pytest.TempPathFactory, crawled_data: Path) -> Path:
    """A crawled archive of sixty articles with the site that ``finews site build`` made of it. Shared."""
    require_jekyll()

    def fill(data: Path) -> None:
        shutil.copytree(crawled_data, data, dirs_exist_ok=True)
        run = Scrapy.into_folder(data)("site", "build")
        assert run.status == 0, run.log

    return shared_folder(tmp_path_factory, "built-archive", fill)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An archive without articles."""
    with closing(Site(tmp_path / "data")) as site:
        yield site


@pytest.fixture
def built(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A copy of the built site of ``many`` articles, and of two of TechWeb."""
    monkeypatch.setattr(listings, "POSTS_A_PAGE", POSTS_A_PAGE)
    tech_web = [article(50, "2022-05-26", "TechWeb"), article(51, "2022-05-26", "TechWeb")]
    with closing(copy_of_built(tmp_path_factory, tmp_path / "data", "many-built", [*many(), *tech_web])) as site:
        yield site


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Site]:
    """A copy of the built site of ``few`` articles: one partition."""
    with closing(copy_of_built(tmp_path_factory, tmp_path / "data", "few-built", few())) as site:
        yield site


def copy_of_built(factory: pytest.TempPathFactory, folder: Path, name: str, articles: Sequence[Article]) -> Site:
    """Return a copy of the site of *articles*, which is built once in a test run."""
    require_jekyll()

    def fill(data: Path) -> None:
        with closing(Site(data)) as site:
            site.store(*articles)
            site.build()

    copy_archive(shared_folder(factory, name, fill), folder)
    return Site(folder)

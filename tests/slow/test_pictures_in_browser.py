"""A reader's browser shows the site's own picture when upstream's is gone, and asks for none while upstream's loads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from finews_crawler.items import Article
from tests.commands.test_images import NO_RULES, name_of, png, take
from tests.support.browser import Reader
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, scripted_site
from tests.support.sites import Site, article, serving

pytestmark = NEEDS_JEKYLL


@dataclass
class Upstream:
    """A host of pictures, some of which it may lose."""

    pictures: dict[str, bytes]
    lost: set[str] = field(default_factory=set)

    def __call__(self, path: str) -> Answer | None:
        if path == "/robots.txt":
            return NO_RULES
        found = None if path in self.lost else self.pictures.get(path)
        return Answer(found, headers={"Content-Type": "image/png"}) if found else None


@dataclass
class Visit:
    """A page that was read, with the paths that were asked of the site and of upstream."""

    reader: Reader
    of_site: list[str]
    of_upstream: list[str]

    def picture(self, name: str) -> Any:
        return self.reader.page.locator(f'article img[alt="{name}"]')


@pytest.fixture
def upstream() -> Upstream:
    return Upstream({f"/{name}.png": png(shade) for shade, name in enumerate(("works", "gone", "unknown"))})


@pytest.fixture
def page(scrapy: Scrapy, upstream: Upstream) -> Iterator[tuple[str, str]]:
    """The URL of a post with three pictures, two of which the archive holds, and the URL of upstream."""
    with scripted_site(upstream) as server:
        names = ("works", "gone", "unknown")
        body = "".join(f'<p><img alt="{name}" src="{server.url}/{name}.png"></p><p>正文</p>' for name in names)
        one = article(1, "2022-05-25", body_html=body)
        with closing(Site(scrapy.data)) as site:
            site.store(one)
        upstream.lost = {"/unknown.png"}
        assert take(scrapy, server.url).status == 3
        run = scrapy("site", "build")
        assert run.status == 0, run.log
        upstream.lost = {"/gone.png", "/unknown.png"}
        with serving(scrapy.data / "_site") as url:
            yield f"{url}/{address_of(one)}", server.url


def address_of(one: Article) -> str:
    day = f"{one.published_at:%Y/%m/%d}"
    return f"{one.slug}/{day}/{one.info_code}.html"


def visit(reader: Reader, page: tuple[str, str]) -> Visit:
    url, upstream = page
    found = Visit(reader, [], [])

    def note(request: Any) -> None:
        parts = urlsplit(request.url)
        (found.of_upstream if request.url.startswith(upstream) else found.of_site).append(parts.path)

    reader.page.on("request", note)
    reader.goto(url)
    reader.page.wait_for_load_state("networkidle")
    return found


def test_the_sites_own_picture_replaces_one_that_is_gone(browser: Browser, page: tuple[str, str]) -> None:
    with Reader.opening(browser) as reader:
        seen = visit(reader, page)
        for name in ("works", "gone"):
            expect(seen.picture(name)).to_be_visible()
            expect(seen.picture(name)).to_have_js_property("naturalWidth", 1)
        expect(seen.picture("unknown")).to_be_hidden()
        copies = [path for path in seen.of_site if path.startswith("/images/")]
        assert copies == [f"/images/{name_of(png(1), 'png')}"]
        assert sorted(seen.of_upstream) == ["/gone.png", "/unknown.png", "/works.png"]
        assert not [complaint for complaint in reader.complaints if "404" not in complaint]


def test_nothing_is_asked_of_the_site_while_upstream_has_all(
    browser: Browser, page: tuple[str, str], upstream: Upstream
) -> None:
    upstream.lost = set()
    with Reader.opening(browser) as reader:
        seen = visit(reader, page)
        assert not [path for path in seen.of_site if path.startswith("/images/")]
        assert reader.complaints == []


def test_without_scripts_the_page_is_as_before(browser: Browser, page: tuple[str, str]) -> None:
    with Reader.opening(browser, java_script_enabled=False) as reader:
        seen = visit(reader, page)
        assert not [path for path in seen.of_site if path.startswith("/images/")]
        assert "application/json" not in reader.page.inner_text("body")
        assert seen.picture("works").count() == 1

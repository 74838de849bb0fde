"""A site below a path of its host, as a project page of GitHub: every link leads to a page, and the search works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.site import listings
from finews_crawler.site.address import SiteAddress
from finews_crawler.site.build import SiteBuild
from tests.slow.test_pages import assert_quiet
from tests.support.browser import Reader
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.link_checker import check_links
from tests.support.sites import POSTS_A_PAGE, Site, article, many, serving

pytestmark = NEEDS_JEKYLL
HOST = "https://finews.withounder.com"
CASES = {
    "at the root": ("", "//finews.withounder.com", SiteAddress(HOST)),
    "baseurl": ("baseurl: /finews", "//finews.withounder.com", SiteAddress(HOST, "/finews")),
    "baseurl without slash": ("baseurl: finews/", "//finews.withounder.com", SiteAddress(HOST, "/finews")),
    "URL with a path": ("", "https://news.github.io/finews", SiteAddress("https://news.github.io", "/finews")),
    "both": (
        "baseurl: /news/archive",
        "https://news.github.io/finews/",
        SiteAddress("https://news.github.io", "/news/archive"),
    ),
    "url with a path": ("url: https://a.example/b", "//finews.withounder.com", SiteAddress("https://a.example", "/b")),
}


class PublishedSite(Site):
    """A site with a configuration of the user's own, and an archive with any URL."""

    def __init__(self, folder: Path, configuration: str, archive_url: str) -> None:
        super().__init__(folder)
        self.archive.close()
        self.archive = Archive(self.directory, PostUrls(archive_url=archive_url.rstrip("/")))
        self.store(*many(), article(50, "2022-05-26", "TechWeb"), article(51, "2022-05-26", "Techweb"))
        file = self.directory.site / "_config.yml"
        file.write_text(f"{file.read_text('utf-8')}\n{configuration}\n", "utf-8")
        SiteBuild(self.archive, archive_url, lambda line: None).run()


@pytest.fixture(params=CASES.values(), ids=CASES)
def published(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[PublishedSite, SiteAddress]]:
    monkeypatch.setattr(listings, "POSTS_A_PAGE", POSTS_A_PAGE)
    configuration, archive_url, address = request.param
    with closing(PublishedSite(tmp_path / "data", configuration, archive_url)) as site:
        yield site, address


def test_every_link_leads_to_a_page_and_the_search_finds_posts(
    published: tuple[PublishedSite, SiteAddress], reader: Reader
) -> None:
    site, address = published
    found = check_links(site.directory.built_site.resolve(), address)
    assert found.broken == []
    assert found.number > 500
    with serving(site.directory.built_site, address.base) as url:
        reader.goto(f"{url}/search.html?q=第3号产线")
        result = reader.page.locator("#results a").first
        expect(result).to_contain_text("江城重工第3次公告")
        result.click()
        expect(reader.page.locator("article h1")).to_have_text("江城重工第3次公告")
        reader.page.goto(f"{url}/category/Techweb.html")
        expect(reader.page.locator("main h1")).to_contain_text("Techweb")
        assert reader.page.url == f"{url}/category/!techweb/", "the page 404 knows where it is"
        if address.base:
            assert reader.page.goto(url.removesuffix(address.base) + "/media.html").status == 404  # type: ignore[union-attr]
    reader.complaints = [line for line in reader.complaints if "404" not in line]
    assert_quiet(reader)

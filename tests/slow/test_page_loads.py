"""Pages do not move while they load, on a slow line, and the home page is small."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from finews_crawler.items import Ticker
from finews_crawler.site.home_page import POSTS
from tests.support.browser import DESK, PHONE, Reader, image
from tests.support.layout_shift import observe, shifts
from tests.support.page_kinds import DAY, PageKinds
from tests.support.site_fixtures import require_jekyll
from tests.support.sites import Site, article

KINDS = ("home", "post", "rolling post", "ticker", "tickers", "day", "media", "archive", "search", "found")
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
LARGEST_SHIFT = 0.01
LARGEST_HOME_PAGE = 60_000
"""Bytes of the page, its style sheet, script and icon, not compressed."""
TITLE = "江城重工与海棠微电就车规芯片、储能电池及冷链物流等项目达成合作意向并拟于年内在长沙珠海宁波三地分期投产"
NAMES = (
    "海棠微电",
    "江城重工",
    "云栖储能",
    "重楼药业",
    "沐野乳品",
    "霁川汽车",
    "远岫航运",
    "石湖软件",
    "南渡银行",
    "北辰证券",
)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_do_not_move_while_they_load(browser: Browser, page_kinds: PageKinds, viewport: dict[str, int]) -> None:
    moved = {}
    with Reader.opening(browser, viewport=viewport) as reader:
        page = reader.page
        observe(reader.context)
        reader.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_LINE)
        late: list[Route] = []
        page.route(lambda url: "127.0.0.1" not in url, lambda route: late.append(route))  # noqa: PLW0108 (Playwright marks what it is given)
        for kind in KINDS:
            late.clear()
            page.goto(page_kinds.url + page_kinds.paths[kind], wait_until="domcontentloaded")
            page.locator("footer.site").wait_for(state="attached")
            page.wait_for_function("() => performance.getEntriesByType('paint').length > 0")
            if kind == "post":
                assert len(late) == 3
            for route in late:
                route.fulfill(content_type="image/svg+xml", body=image(route.request.url))
            page.wait_for_load_state("networkidle")
            if kind == "found":
                expect(page.locator("#results li").first).to_be_visible()
                expect(page.locator("#status")).to_contain_text("找到")
            found = shifts(page)
            if sum(value for value, _ in found) >= LARGEST_SHIFT:
                moved[kind] = found
        assert reader.complaints == []
    assert moved == {}


def test_the_home_page_of_a_large_archive_is_small(site: Site) -> None:
    """Forty posts of many outlets with long titles, the longest digests and three tickers each."""
    require_jekyll()
    tickers = [Ticker(f"60{n:04d}.SH", name, "inline") for n, name in enumerate(NAMES)]
    site.store(
        *(
            article(n, DAY, f"第{n % len(NAMES)}家财经媒体", title=f"{TITLE}（{n}）", digest="江" * 200, tickers=three)
            for n in range(60)
            for three in [[tickers[(n + i) % len(NAMES)] for i in range(3)]]
        )
    )
    site.build()
    folder = site.directory.built_site
    home = (folder / "index.html").read_text("utf-8")
    assert home.count("</li>") == POSTS
    assert home.count('class="about"') == home.count('class="digest"') == POSTS
    files = ["index.html", *re.findall(r'(?:src|href)="/(assets/[^"]*)"', home)]
    assert {"assets/site.css", "assets/site.js", "assets/icon.svg"} <= set(files)
    assert sum((folder / file).stat().st_size for file in files) <= LARGEST_HOME_PAGE

"""The coverage page, and its rendering in Chromium on desktop and phone, light and dark, with screenshots."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finews_crawler.archive.index import Index
from finews_crawler.operate.coverage.html_report import coverage_as_html
from finews_crawler.operate.coverage.query import Grouping
from finews_crawler.operate.coverage.report import build_report
from finews_crawler.operate.coverage.time_series import Period
from finews_crawler.utils.timezone import BEIJING
from tests.support.archived_series import articles_of, hold
from tests.support.browser import DESK, PHONE, Reader
from tests.support.hourly_counts import media, simulate
from tests.support.paths import ROOT
from tests.support.sites import serving

SINCE, UNTIL = date(2022, 9, 12), date(2022, 11, 10)
DEAD = date(2022, 10, 18)
HOSTILE = "<script>alert(1)</script>"
SCREENSHOTS = ROOT / "build" / "screenshots"


def page_of(folder: Path) -> str:
    paces = {**{name: pace / 4 for name, pace in media(45).items()}, HOSTILE: 30.0}
    counts = simulate(paces, SINCE, UNTIL, 5, lambda name, hour: hour.date() != DEAD and not late(name, hour))
    hold(folder / "data", articles_of(counts))
    now = datetime(2023, 1, 1, tzinfo=BEIJING)
    return coverage_as_html(
        build_report(Index(folder / "data" / "index.sqlite"), "data", Period(SINCE, UNTIL, now), Grouping.MEDIA)
    )


def late(name: str, hour: datetime) -> bool:
    return name == HOSTILE and hour.date() > date(2022, 11, 5)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(tmp_path_factory.mktemp("page"))


def test_the_page_is_one_file_without_scripts(html: str) -> None:
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert re.findall(r"""(?:src|href|url\()\s*=?\s*["']?[a-z]+:""", html) == ["src data:", 'href="data:']  # the icon
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_the_forty_largest_have_charts_and_the_others_a_table(html: str) -> None:
    assert html.count('<figure class="chart">') == 41
    assert len(re.findall(r"<tr><td>媒体\d+</td>", html)) == 6


def test_the_calendar_has_each_day_and_marks_the_gap(html: str) -> None:
    cells = re.findall(r'<td class="h(\d)([a-z ]*)" title="([^"]+)">', html)
    assert len(cells) == 60
    (dead,) = [(level, classes) for level, classes, title in cells if title.startswith("Tue 2022-10-18: 0 articles")]
    assert dead == ("0", " gap")
    assert {classes for _, classes, title in cells if "National Day" in title} == {" free"}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_renders_without_errors_and_overflow(
    html: str, browser: Browser, tmp_path: Path, size: dict[str, int], scheme: str
) -> None:
    (tmp_path / "coverage.html").write_text(html, encoding="utf-8")
    with serving(tmp_path) as url, Reader.opening(browser, viewport=size, color_scheme=scheme) as reader:
        reader.goto(f"{url}/coverage.html")
        assert (reader.complaints, reader.foreign) == ([], [])
        assert reader.overflow() == 0
        assert reader.page.locator(".gaps li").count() == 2
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        picture = SCREENSHOTS / f"coverage-{'phone' if size is PHONE else 'desk'}-{scheme}.png"
        reader.page.screenshot(path=picture, full_page=True)

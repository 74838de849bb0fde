"""The page of runs: one file that asks nobody for anything, read in Chromium at a desk and on a telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finews_crawler.operate.reports.run_history import summarize_runs
from finews_crawler.operate.reports.run_page import run_page
from tests.operate.reports.browser import DESK, PHONE, Reader, start_browser
from tests.operate.reports.run_rows import BAN, LAST, run_at, two_months
from tests.support.paths import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"
NO_WRAP = "nowheretobreak" * 15
"""As long as a first error can be."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    odd = run_at(LAST, first_error=NO_WRAP[:200], arguments={"file": "/srv/" + NO_WRAP}, exit_status=1)
    runs = list(summarize_runs([*two_months(), odd]))
    path = tmp_path_factory.mktemp("page") / "runs.html"
    banned = [run for run in runs if run.status == "blocked"]
    path.write_text(run_page([*banned[:2], *runs[-20:]], runs, LAST + timedelta(minutes=5)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as browser:
        yield browser


def test_it_runs_and_loads_nothing(page: Path) -> None:
    html = page.read_text("utf-8")
    assert (
        """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
        in html
    )
    assert "<script" not in html
    assert not re.search(r"\b(?:src|href|srcset|action)\s*=|url\(|@import", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(("name", "viewport", "scheme"), [("desk", DESK, "light"), ("phone", PHONE, "dark")])
def test_it_is_read_at_every_width(
    browser: Browser, page: Path, name: str, viewport: dict[str, int], scheme: str
) -> None:
    with Reader.opening(browser, viewport=viewport, color_scheme=scheme) as reader:
        asked: list[str] = []
        reader.page.on("request", lambda request: asked.append(request.url))
        # Reader lets nothing but loopback through, not even a file.
        reader.context.unroute_all()
        reader.goto(page.as_uri())
        assert reader.overflow() == 0
        assert reader.page.get_by_role("img", name="New articles a day").is_visible()
        assert reader.page.get_by_text("killed").count() >= 2  # in the legend and in the table
        assert reader.page.get_by_text(BAN).first.is_visible()
        first, second = (reader.page.locator("tbody td").nth(at).bounding_box() for at in (0, 1))
        assert first is not None
        assert second is not None
        assert (first["y"] == second["y"]) == (name == "desk")  # side by side, or a card
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        reader.page.screenshot(path=SCREENSHOTS / f"runs-{name}.png", full_page=True)
        assert asked == [page.as_uri()]
        assert reader.complaints == []


def test_without_bad_days_it_says_so() -> None:
    html = run_page(*[list(summarize_runs([run_at(LAST)]))] * 2, LAST)
    assert html.count('<p class="good">None.</p>') == 2

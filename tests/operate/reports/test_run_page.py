"""The page of runs, and its rendering in Chromium on desktop and phone, with screenshots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finews_crawler.operate.reports.run_history import summarize_runs
from finews_crawler.operate.reports.run_page import run_page
from tests.operate.reports.run_rows import BAN, LAST, run_at, two_months
from tests.support.browser import DESK, PHONE, Reader, start_browser
from tests.support.paths import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"
NO_WRAP = "nowheretobreak" * 15
"""Text of the maximum length of a first error."""


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


def test_the_page_has_no_scripts_and_external_resources(page: Path) -> None:
    html = page.read_text("utf-8")
    assert (
        """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
        in html
    )
    assert "<script" not in html
    assert not re.search(r"\b(?:src|href|srcset|action)\s*=|url\(|@import", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(("name", "viewport", "scheme"), [("desk", DESK, "light"), ("phone", PHONE, "dark")])
def test_the_page_renders_without_errors_and_overflow(
    browser: Browser, page: Path, name: str, viewport: dict[str, int], scheme: str
) -> None:
    with Reader.opening(browser, viewport=viewport, color_scheme=scheme) as reader:
        requested: list[str] = []
        reader.page.on("request", lambda request: requested.append(request.url))
        # Reader blocks everything but loopback, including files.
        reader.context.unroute_all()
        reader.goto(page.as_uri())
        assert reader.overflow() == 0
        assert reader.page.get_by_role("img", name="New articles per day").is_visible()
        assert reader.page.get_by_text("killed").count() >= 2  # in the legend and in the table
        assert reader.page.get_by_text(BAN).first.is_visible()
        first, second = (reader.page.locator("tbody td").nth(at).bounding_box() for at in (0, 1))
        assert first is not None
        assert second is not None
        assert (first["y"] == second["y"]) == (name == "desk")  # side by side on a desktop, a card on a phone
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        reader.page.screenshot(path=SCREENSHOTS / f"runs-{name}.png", full_page=True)
        assert requested == [page.as_uri()]
        assert reader.complaints == []


def test_a_page_without_failures_shows_none() -> None:
    html = run_page(*[list(summarize_runs([run_at(LAST)]))] * 2, LAST)
    assert html.count('<p class="good">None.</p>') == 2

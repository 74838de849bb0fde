"""The page of runs, the data of its charts, and its rendering in Chromium on desktop and phone, with screenshots."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finews_crawler.archive.runs import Run
from finews_crawler.operate.reports.run_history import RunEntry, summarize_runs
from finews_crawler.operate.reports.run_page import (
    Latency,
    by_day,
    failed_runs,
    failures,
    latencies,
    new_articles,
    run_page,
)
from finews_crawler.utils.timezone import BEIJING
from tests.operate.reports.run_rows import BAN, LAST, run_at, two_months
from tests.support.browser import DESK, PHONE, Reader
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


def test_the_page_has_no_scripts_and_external_resources(page: Path) -> None:
    html = page.read_text("utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in html
    icon = '<link rel="icon" href="data:,">'
    assert html.count(icon) == 1
    html = html.replace(icon, "")
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


NOON = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)


def entries(*runs: Run) -> list[RunEntry]:
    return list(summarize_runs(runs))


def delays(days: dict[date, list[RunEntry]]) -> list[Latency]:
    """Return the charts of the delay: the median, and the longest."""
    return list(latencies(days)["latencies"].values())


def test_by_day_includes_days_without_runs() -> None:
    days = by_day(entries(run_at(NOON - timedelta(days=2)), run_at(NOON)))
    assert [(str(day), len(runs)) for day, runs in days.items()] == [
        ("2022-05-24", 1),
        ("2022-05-25", 0),
        ("2022-05-26", 1),
    ]
    assert delays(days)[0].points[1] == ("2022-05-25", [None])
    assert by_day([]) == {}


def test_by_day_uses_days_in_beijing() -> None:
    evening = datetime(2022, 5, 25, 16, 30, tzinfo=UTC)
    assert list(by_day(entries(run_at(evening)))) == [date(2022, 5, 26)]


def test_charts_show_the_last_sixty_days() -> None:
    days = by_day(entries(*two_months()))
    assert (len(days), min(days), max(days)) == (60, date(2022, 3, 28), date(2022, 5, 26))
    names, points = new_articles(days)
    assert names == ("category", "channel")
    assert dict(points)["2022-04-02"] == [5_000, 7 * 12]
    assert dict(points)["2022-05-05"] == [0, 0]
    assert failed_runs(days)[0] == ("killed", "blocked")
    assert dict(failed_runs(days)[1])["2022-05-06"] == [0, 8]
    assert dict(failed_runs(days)[1])["2022-05-25"] == [1, 0]
    assert failures(days)[0] == ("failed",)
    assert dict(failures(days)[1])["2022-05-05"] == [8 * 20]


def test_by_day_is_limited_after_a_wrong_clock() -> None:
    ahead, behind = run_at(NOON.replace(year=2999)), run_at(NOON.replace(year=1999))
    assert len(by_day(entries(behind, ahead))) == 60
    assert list(by_day(entries(ahead, behind))) == [date(1999, 5, 26)]
    assert list(by_day(entries(ahead, behind, run_at(NOON))))[-1] == NOON.date()


def test_latency_is_that_of_the_channel_spider_in_a_suitable_unit() -> None:
    days = by_day(entries(*two_months()))
    half, everything = delays(days)
    assert (half.unit, dict(half.points)["2022-04-02"]) == ("minutes", [15])  # the backfill is not in it
    assert (everything.unit, dict(everything.points)["2022-05-26"]) == ("minutes", [4_000 / 60])
    assert dict(half.points)["2022-05-06"] == [None]
    slow = by_day(
        entries(run_at(NOON, latency_median=60), run_at(NOON, latency_median=7_200), run_at(NOON, latency_median=9_000))
    )
    assert delays(slow)[0].points == [("2022-05-26", [2.0])]
    assert delays(slow)[0].unit == "hours"


def test_the_charts_of_the_delay_have_one_unit_and_one_scale() -> None:
    days = by_day(entries(run_at(NOON, latency_median=60, latency_largest=9_000)))
    half, longest = delays(days)
    assert (half.unit, longest.unit) == ("hours", "hours")
    assert (half.points[0][1], longest.points[0][1]) == ([60 / 3600], [2.5])
    assert latencies(days)["latency_top"] == 5


def test_the_table_of_runs_comes_before_the_charts() -> None:
    runs = entries(run_at(NOON, latency_median=60, latency_largest=9_000))
    page = run_page(runs, runs, NOON)
    assert page.index("<table") < page.index('<div class="charts">')
    assert "<figcaption>Median archiving delay</figcaption>" in page


def test_charts_without_failures_have_no_names() -> None:
    days = by_day(entries(run_at(NOON)))
    assert failed_runs(days) == ((), [("2022-05-26", [])])
    assert failures(days)[0] == ()

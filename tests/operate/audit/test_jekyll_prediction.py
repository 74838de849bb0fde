"""Predictions compared with the real Jekyll, which builds a separate site for each case."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.operate.audit.jekyll_prediction import JekyllOutcome, JekyllPrediction, predict
from finews_crawler.posts.reader import read_post
from finews_crawler.site.theme_install import theme_files
from finews_crawler.testing.origin.server import RunningOrigin
from finews_crawler.utils import clock
from finews_crawler.utils.timezone import BEIJING
from tests.operate.audit.jekyll_cases import CAREFUL, EXACT, NAME, ORDINARY, build, post
from tests.support.jekyll_site import NEEDS_JEKYLL, build_site
from tests.support.scrapy_command import Scrapy

NOW = datetime(2026, 1, 1, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def real() -> dict[str, dict[str, Any]]:
    cases = {**EXACT, **CAREFUL}
    return dict(zip(cases, build(list(cases.values()), "strict"), strict=True))


def actual(result: dict[str, Any]) -> tuple[object, ...]:
    """Return a result of Jekyll in the form of ``predicted``."""
    if "error" in result:
        return (JekyllOutcome.REFUSED,)
    if not result["pages"]:
        return (JekyllOutcome.IGNORED,)
    (page,) = result["pages"]
    return JekyllOutcome.PUBLISHED, f"/{page}", result["moment"], list(dict.fromkeys(map(str, result["categories"])))


def predicted(prediction: JekyllPrediction) -> tuple[object, ...]:
    if prediction.outcome is not JekyllOutcome.PUBLISHED:
        assert prediction.why
        return (prediction.outcome,)
    return (
        prediction.outcome,
        prediction.url,
        f"{prediction.published_at:%Y-%m-%d %H:%M:%S}",
        list(prediction.categories),
    )


@NEEDS_JEKYLL
@pytest.mark.parametrize("case", EXACT)
def test_jekyll_does_what_predict_returns(case: str, real: dict[str, dict[str, Any]]) -> None:
    assert predicted(predict(*EXACT[case], NOW)) == actual(real[case])


@NEEDS_JEKYLL
@pytest.mark.parametrize("case", CAREFUL)
def test_predict_refuses_what_jekyll_reads_unreliably(case: str, real: dict[str, dict[str, Any]]) -> None:
    assert predict(*CAREFUL[case], NOW).outcome is JekyllOutcome.REFUSED
    assert actual(real[case])[0] in (JekyllOutcome.PUBLISHED, JekyllOutcome.REFUSED)


@NEEDS_JEKYLL
def test_without_strict_front_matter_a_broken_title_is_published_today() -> None:
    """The reason for ``strict_front_matter``, and for the outcome ``refused`` of such posts."""
    before = clock.now().date()
    (result,) = build([EXACT["quotes in quotes"]], "lax")
    days = {f"{day:%Y/%m/%d}" for day in (before, clock.now().date())}
    assert result["pages"][0].removesuffix(f"/{NAME.removesuffix('.md')}.html") in days


USUAL = [case for case, (name, content) in (EXACT | CAREFUL).items() if read_post(name, content).usual]


@pytest.mark.parametrize("case", USUAL)
def test_usual_front_matter_is_predicted_as_yaml_is(case: str) -> None:
    name, content = (EXACT | CAREFUL)[case]
    assert predict(name, content, NOW, usual=read_post(name, content).usual) == predict(name, content, NOW)


def test_predict_ignores_a_post_dated_after_now() -> None:
    at = datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING)
    assert predict(*post(), at).outcome is JekyllOutcome.PUBLISHED
    prediction = predict(*post(), at - timedelta(seconds=1))
    assert (prediction.outcome, prediction.why) == (
        JekyllOutcome.IGNORED,
        "its date 2022-05-18 16:48:06 is in the future",
    )


def test_dates_without_zone_are_shown_eight_hours_late() -> None:
    assert [predict(*post(date=f"2021-12-08 {hour}:30:00"), NOW).day for hour in ("09", "16")] == [
        datetime(2021, 12, day, tzinfo=BEIJING).date() for day in (8, 9)
    ]


def test_predict_refuses_a_name_that_is_not_utf_8() -> None:
    name = os.fsdecode(b"2022-05-18-\xff.md")
    assert predict(name, ORDINARY, NOW) == JekyllPrediction(JekyllOutcome.REFUSED, "its name is not UTF-8")


@pytest.mark.parametrize(
    "content",
    [
        b"---\na:\n " + b"- " * 30_000 + b"b\n---\n",
        b"---\na: " + b"[" * 1_000_000 + b"\n---\n",
        b"---\n" + b"\n" * 1_000_000,
        b"---" + b" " * 1_000_000 + b"x",
        b"---\na: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (i, i) for i in range(2000)) + b"---\n",
        b"---\nslug: " + b"-" * 1_000_000 + b"a\n---\n",
        b"---\ndate: 2022-05-18 " + b" " * 1_000_000 + b"x\n---\n",
    ],
    ids=["levels", "brackets", "blank lines", "spaces", "aliases", "hyphens", "spaces in the date"],
)
def test_predict_takes_less_than_two_seconds_on_hostile_front_matter(content: bytes) -> None:
    began = time.process_time()
    predict(NAME, content, NOW)
    assert time.process_time() - began < 2


@NEEDS_JEKYLL
def test_jekyll_builds_a_crawled_archive_as_predicted(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    assert scrapy.at(origin.url)("crawl", "channel").status == 0
    posts = sorted(scrapy.posts.iterdir())
    twin = scrapy.posts / "again" / posts[0].name
    twin.parent.mkdir()
    twin.write_bytes(posts[0].read_bytes())

    predictions = [predict(path.name, path.read_bytes(), clock.now()) for path in [*posts, twin]]
    assert {prediction.outcome for prediction in predictions} == {JekyllOutcome.PUBLISHED}
    site = build_site(scrapy.data / "site", tmp_path)
    pages = {f"/{path.relative_to(site).as_posix()}" for path in site.rglob("*.html")}
    other = {f"/{name}" for name in theme_files()} | {page for page in pages if page.startswith("/category/")}
    # Of two posts with the same URL, Jekyll keeps one.
    assert pages - other == {prediction.url for prediction in predictions}
    assert len(pages - other) == len(posts)

"""What is foreseen of Jekyll is what the real Jekyll does: each case is a site of its own, built by Jekyll's code."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.operate.audit.jekyll_view import JekyllView, Outcome, foresee
from finews_crawler.site.theme_install import theme_files
from finews_crawler.testing.origin.server import RunningOrigin
from finews_crawler.utils import clock
from finews_crawler.utils.timezone import BEIJING
from tests.operate.audit.jekyll_cases import CAREFUL, EXACT, NAME, ORDINARY, built, post
from tests.support.jekyll_site import NEEDS_JEKYLL, build_site
from tests.support.scrapy_command import Scrapy

NOW = datetime(2026, 1, 1, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def real() -> dict[str, dict[str, Any]]:
    cases = {**EXACT, **CAREFUL}
    return dict(zip(cases, built(list(cases.values()), "strict"), strict=True))


def told(result: dict[str, Any]) -> tuple[object, ...]:
    """A result of Jekyll's, as ``seen`` gives a view."""
    if "error" in result:
        return (Outcome.REFUSED,)
    if not result["pages"]:
        return (Outcome.IGNORED,)
    (page,) = result["pages"]
    return Outcome.PUBLISHED, f"/{page}", result["moment"], list(dict.fromkeys(map(str, result["categories"])))


def seen(view: JekyllView) -> tuple[object, ...]:
    if view.outcome is not Outcome.PUBLISHED:
        assert view.why
        return (view.outcome,)
    return view.outcome, view.address, f"{view.moment:%Y-%m-%d %H:%M:%S}", list(view.categories)


@NEEDS_JEKYLL
@pytest.mark.parametrize("case", EXACT)
def test_jekyll_does_what_is_foreseen(case: str, real: dict[str, dict[str, Any]]) -> None:
    assert seen(foresee(*EXACT[case], NOW)) == told(real[case])


@NEEDS_JEKYLL
@pytest.mark.parametrize("case", CAREFUL)
def test_what_cannot_be_relied_on_is_told(case: str, real: dict[str, dict[str, Any]]) -> None:
    assert foresee(*CAREFUL[case], NOW).outcome is Outcome.REFUSED
    assert told(real[case])[0] in (Outcome.PUBLISHED, Outcome.REFUSED)


@NEEDS_JEKYLL
def test_without_strict_front_matter_a_broken_title_is_published_today() -> None:
    """The reason for ``strict_front_matter``, and for every ``refused`` of that kind."""
    before = clock.now().date()
    (result,) = built([EXACT["quotes in quotes"]], "lax")
    days = {f"{day:%Y/%m/%d}" for day in (before, clock.now().date())}
    assert result["pages"][0].removesuffix(f"/{NAME.removesuffix('.md')}.html") in days


def test_the_future_is_after_the_moment_passed_in() -> None:
    at = datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING)
    assert foresee(*post(), at).outcome is Outcome.PUBLISHED
    view = foresee(*post(), at - timedelta(seconds=1))
    assert (view.outcome, view.why) == (Outcome.IGNORED, "its date 2022-05-18 16:48:06 is in the future")


def test_the_old_dates_without_zone_are_eight_hours_late() -> None:
    assert [foresee(*post(date=f"2021-12-08 {hour}:30:00"), NOW).day for hour in ("09", "16")] == [
        datetime(2021, 12, day, tzinfo=BEIJING).date() for day in (8, 9)
    ]


def test_a_name_that_is_not_utf_8_fails_the_build() -> None:
    name = os.fsdecode(b"2022-05-18-\xff.md")
    assert foresee(name, ORDINARY, NOW) == JekyllView(Outcome.REFUSED, "its name is not UTF-8")


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
def test_hostile_front_matter_takes_no_time(content: bytes) -> None:
    began = time.process_time()
    foresee(NAME, content, NOW)
    assert time.process_time() - began < 2


@NEEDS_JEKYLL
def test_a_crawled_archive_is_built_as_foreseen(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    assert scrapy.at(origin.url)("crawl", "channel").status == 0
    posts = sorted(scrapy.posts.iterdir())
    twin = scrapy.posts / "again" / posts[0].name
    twin.parent.mkdir()
    twin.write_bytes(posts[0].read_bytes())

    views = [foresee(path.name, path.read_bytes(), clock.now()) for path in [*posts, twin]]
    assert {view.outcome for view in views} == {Outcome.PUBLISHED}
    site = build_site(scrapy.data / "site", tmp_path)
    pages = {f"/{path.relative_to(site).as_posix()}" for path in site.rglob("*.html")}
    other = {f"/{name}" for name in theme_files()} | {page for page in pages if page.startswith("/category/")}
    # Of two posts with one address Jekyll keeps one.
    assert pages - other == {view.address for view in views}
    assert len(pages - other) == len(posts)

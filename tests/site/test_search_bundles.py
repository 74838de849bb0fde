"""Division of posts into search indexes: what new posts rebuild, and how many indexes there are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.site import search_bundles
from finews_crawler.site.search_bundles import (
    MONTH_BITS,
    MOST_OF_MONTHS,
    MOST_POSTS,
    OPEN_POSTS,
    Span,
    divide,
    place_of,
)
from finews_crawler.utils.timezone import BEIJING

BEGIN = datetime(2015, 1, 1, tzinfo=BEIJING)


def place(time: datetime) -> int:
    return place_of(f"{time:%Y-%m-%d %H:%M:%S %z}")


TIMES = st.integers(0, 250_000_000).map(lambda seconds: place(BEGIN + timedelta(seconds=seconds)))


@given(st.lists(TIMES, max_size=60), st.integers(1, 20))
def test_bundles_have_all_posts_once_newest_first(places: list[int], copies: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_bundles, "MOST_OF_MONTHS", 20)
        patch.setattr(search_bundles, "MOST_POSTS", 8)
        patch.setattr(search_bundles, "OPEN_POSTS", 3)
        spans = divide(sorted(places * copies))
    assert [span.end for span in spans] == [len(places) * copies, *(span.begin for span in spans)][: len(spans)]
    assert [span.begin for span in spans[-1:]] == [0][: len(spans)]
    assert len({span.name for span in spans}) == len(spans)
    assert all(0 < span.end - span.begin <= (20 if has_whole_months(span) else 8) for span in spans)


def has_whole_months(span: Span) -> bool:
    return int(span.name.split("-")[0]) >= MONTH_BITS


def test_hundred_new_posts_rebuild_at_most_one_full_bundle_and_few_in_the_mean() -> None:
    """A month of 20,000 posts, as it grows."""
    number, step = 20_000, 100
    places = [place(BEGIN + timedelta(days=30 * n / number)) for n in range(number)]
    built: set[tuple[str, int]] = set()
    rebuilt = []
    for end in range(step, number + 1, step):
        spans = {(span.name, span.end - span.begin) for span in divide(places[:end])}
        rebuilt.append(sum(posts for _, posts in spans - built))
        built = spans
    assert max(rebuilt) <= MOST_POSTS + OPEN_POSTS
    assert sum(rebuilt) / number <= 6, "how often each post is indexed"
    assert len(built) <= 2 * number / MOST_POSTS + 5


@pytest.mark.parametrize(("months", "bundles"), [(12, 7), (120, 34)])
def test_months_that_have_ended_share_bundles(months: int, bundles: int) -> None:
    """1,500 posts a month: 1 bundle for each month would be 12 and 120, and those of the last one."""
    places = [place_of(f"{2015 + n // 12}-{n % 12 + 1:02}-01 00:00:00") + k for n in range(months) for k in range(1500)]
    sizes = [span.end - span.begin for span in divide(places)]
    assert len(sizes) <= bundles
    assert MOST_POSTS < max(sizes) <= MOST_OF_MONTHS


def test_a_late_post_of_an_old_day_rebuilds_one_bundle() -> None:
    places = [place(BEGIN + timedelta(hours=n)) for n in range(9_000)]
    before = {(span.name, span.end - span.begin) for span in divide(places)}
    late = place_of("2015-04-30 12:34:56 +0800")
    after = {(span.name, span.end - span.begin) for span in divide(sorted([*places, late]))}
    assert sum(posts for _, posts in after - before) <= MOST_OF_MONTHS + 1


def test_few_new_posts_do_not_rebuild_the_many_of_the_day_before() -> None:
    """Days 21 and 22 are halves of a span: 1,000 posts, and then 100."""
    days = [place_of(f"2022-05-{day} 00:00:00 +0800") for day in (21, 22, 23)]
    busy, quiet, after = (
        [day + 86 * n for n in range(count)] for day, count in zip(days, (1000, 100, 50), strict=True)
    )
    before = {(span.name, span.end - span.begin) for span in divide([*busy, *quiet])}
    assert sum(posts for _, posts in before) == 1100
    now = {(span.name, span.end - span.begin) for span in divide([*busy, *quiet, *after])}
    assert sum(posts for _, posts in now - before) == 50
    assert max(posts for _, posts in now) == 1000

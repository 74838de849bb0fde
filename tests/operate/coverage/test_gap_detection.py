"""Gap detection on simulated archives: no false gaps, and each real gap exactly once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from finews_crawler.operate.coverage.gap import Gap, backfill_command
from finews_crawler.operate.coverage.gap_detection import find_gaps
from finews_crawler.operate.coverage.time_series import Period, Series, sum_of
from finews_crawler.utils.timezone import BEIJING
from tests.support.arrivals import BY_HOUR
from tests.support.hourly_counts import Counts, Lives, always, media, period_of, simulate

UNTIL = date(2026, 11, 10)
SINCE = UNTIL - timedelta(days=59)
"""Sixty days with the Mid-Autumn Festival, the National Day week, and make-up workdays on 20 September, 10 October."""
TUESDAY = date(2026, 10, 20)


def dead(first: date, last: date, *names: str) -> Lives:
    """Return a share of 0 on these days, for the given outlets or for all."""
    return lambda name, hour: 0 if first <= hour.date() <= last and (name in names or not names) else 1


def series_of(counts: Counts) -> dict[str, Series]:
    groups: dict[str, Series] = {}
    for (name, day, hour), number in counts.items():
        groups.setdefault(name, Series()).add(day, hour, number)
    return groups


def gaps_in(counts: Counts, period: Period) -> list[Gap]:
    groups = series_of(counts)
    return find_gaps(groups, sum_of(groups.values()), period)


def find(lives: Lives, seed: int = 1, number: int = 30, period: Period | None = None) -> list[Gap]:
    return gaps_in(simulate(media(number), SINCE, UNTIL, seed, lives), period or period_of(SINCE, UNTIL))


def single(found: list[Gap]) -> Gap:
    (gap,) = found
    return gap


def assert_covers(gap: Gap, first: date, last: date) -> None:
    """Check that *gap* covers the usual hours of these days, and at most half a day more on either side."""
    begins = datetime(first.year, first.month, first.day, tzinfo=BEIJING)
    ends = datetime(last.year, last.month, last.day, tzinfo=BEIJING) + timedelta(days=1)
    assert begins - timedelta(hours=12) <= gap.begins <= begins + timedelta(hours=6)
    assert ends - timedelta(hours=3) <= gap.ends <= ends + timedelta(hours=12)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("history", [0, 90])
def test_a_steady_archive_has_no_gap(seed: int, history: int) -> None:
    counts = simulate(media(30), SINCE - timedelta(days=history), UNTIL, seed)
    assert gaps_in(counts, period_of(SINCE, UNTIL)) == []


@pytest.mark.parametrize("rank", [1, 4, 8])
def test_an_outlet_without_articles_for_two_days(rank: int) -> None:
    name = f"媒体{rank}"
    gap = single(find(dead(TUESDAY, TUESDAY + timedelta(days=1), name)))
    assert (gap.names, gap.is_open) == ((name,), False)
    assert gap.found <= 2
    assert gap.expected > 10
    assert_covers(gap, TUESDAY, TUESDAY + timedelta(days=1))


# A workday, a Sunday, a make-up Saturday, a holiday; and a week of holidays, without comparable days.
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (TUESDAY, TUESDAY),
        (date(2026, 10, 25), date(2026, 10, 25)),
        (date(2026, 10, 10), date(2026, 10, 10)),
        (date(2026, 10, 3), date(2026, 10, 3)),
        (date(2026, 10, 1), date(2026, 10, 7)),
    ],
)
def test_a_gap_of_all_outlets_is_reported_once(first: date, last: date) -> None:
    gap = single(find(dead(first, last)))
    assert (gap.names, gap.is_open) == ((), False)
    assert_covers(gap, first, last)


def test_a_gap_of_some_hours() -> None:
    gap = single(find(lambda _name, hour: 0 if hour.date() == TUESDAY and 9 <= hour.hour < 15 else 1))
    assert (gap.names, gap.begins.isoformat()) == ((), "2026-10-20T09:00:00+08:00")
    assert (gap.ends.hour, gap.found) == (15, 0)


@pytest.mark.parametrize("share", [0.5, 2.0])
def test_a_holiday_week_with_an_unusual_rate_is_no_gap(share: float) -> None:
    assert find(lambda _name, hour: share if date(2026, 10, 1) <= hour.date() <= date(2026, 10, 7) else 1) == []


def test_outlets_that_pause_on_weekends_and_holidays_have_no_gaps() -> None:
    def works(name: str, hour: datetime) -> float:
        rests = hour.weekday() >= 5 or date(2026, 10, 1) <= hour.date() <= date(2026, 10, 7)
        return 0 if rests and name in ("媒体2", "媒体3") else 1

    assert find(works) == []


def test_an_outlet_that_ended_is_one_open_gap() -> None:
    gap = single(find(dead(date(2026, 10, 5), UNTIL, "媒体3")))
    assert (gap.names, gap.is_open, gap.found) == (("媒体3",), True, 0)
    assert gap.ends == datetime(2026, 11, 11, tzinfo=BEIJING)


def test_an_archive_that_ended_is_one_open_gap() -> None:
    # Most of the days have no articles, and must not become the baseline.
    gap = single(find(dead(date(2026, 10, 1), UNTIL)))
    assert (gap.names, gap.is_open) == ((), True)
    # Also without any article in the period.
    counts = simulate(media(5), date(2026, 6, 1), date(2026, 7, 31), 1)
    gap = single(gaps_in(counts, period_of(SINCE, UNTIL)))
    assert (gap.names, gap.is_open, gap.begins.date()) == ((), True, SINCE)


def test_an_outlet_that_ended_long_before_the_period_is_not_reported() -> None:
    counts = simulate(media(5), SINCE - timedelta(days=90), UNTIL, 1, dead(SINCE - timedelta(days=15), UNTIL, "媒体2"))
    assert gaps_in(counts, period_of(SINCE, UNTIL)) == []
    counts = simulate(media(5), SINCE - timedelta(days=90), UNTIL, 1, dead(SINCE - timedelta(days=9), UNTIL, "媒体2"))
    assert single(gaps_in(counts, period_of(SINCE, UNTIL))).names == ("媒体2",)


def test_a_new_outlet_has_no_gaps_in_its_first_days() -> None:
    begins = date(2026, 10, 12)
    assert find(dead(SINCE, begins - timedelta(days=1), "媒体2")) == []

    def silent_at(*ages: int) -> Lives:
        return lambda name, hour: name != "媒体2" or ((age := (hour.date() - begins).days) >= 0 and age not in ages)

    assert find(silent_at(8, 9)) == []
    gap = single(find(silent_at(16, 17)))
    assert gap.names == ("媒体2",)
    assert_covers(gap, begins + timedelta(days=16), begins + timedelta(days=17))


def test_a_gap_of_all_outlets_within_a_gap_of_one() -> None:
    first, last = TUESDAY - timedelta(days=3), TUESDAY + timedelta(days=3)
    outlet, total = dead(first, last, "媒体3"), dead(TUESDAY, TUESDAY)
    found = find(lambda name, hour: min(outlet(name, hour), total(name, hour)))
    assert sorted(gap.names for gap in found) == [(), ("媒体3",)]
    assert_covers(max(found, key=lambda gap: gap.names), first, last)


def test_a_gap_of_the_largest_outlet_is_not_a_gap_of_all() -> None:
    counts = simulate({**media(20), "东财滚动新闻": 900}, SINCE, UNTIL, 1, dead(TUESDAY, TUESDAY, "东财滚动新闻"))
    assert single(gaps_in(counts, period_of(SINCE, UNTIL))).names == ("东财滚动新闻",)


def test_an_archive_of_one_outlet() -> None:
    counts = simulate({"甲": 100}, SINCE, UNTIL, 1, dead(TUESDAY, TUESDAY))
    assert single(gaps_in(counts, period_of(SINCE, UNTIL))).names == ()


def test_outlets_that_end_together_are_one_gap() -> None:
    names = ("媒体4", "媒体5", "媒体6", "媒体7")
    gap = single(find(dead(TUESDAY, TUESDAY + timedelta(days=1), *names)))
    assert sorted(gap.names) == sorted(names)
    assert_covers(gap, TUESDAY, TUESDAY + timedelta(days=1))
    # Two may be a coincidence: each has its own gap.
    assert len(find(dead(TUESDAY, TUESDAY + timedelta(days=1), *names[:2]))) == 2


def test_a_burst_is_no_gap_and_hides_none() -> None:
    found = find(lambda name, hour: 20 if hour.day == 21 else dead(TUESDAY, TUESDAY)(name, hour))
    assert_covers(single(found), TUESDAY, TUESDAY)


def test_an_irregular_outlet_has_no_gaps() -> None:
    # Four days out of ten have no articles, the others many.
    assert find(lambda name, hour: (hour.date().toordinal() * 7 % 10 > 3) * 3 if name == "媒体5" else 1) == []


def test_future_hours_are_not_missing() -> None:
    now = datetime(2026, 11, 10, 9, 30, tzinfo=BEIJING)
    counts = {key: number for key, number in simulate(media(30), SINCE, UNTIL, 1).items() if key[1:] < (UNTIL, 9)}
    assert gaps_in(counts, Period(SINCE, UNTIL, now)) == []
    # In the evening they are.
    gap = single(gaps_in(counts, Period(SINCE, UNTIL, now + timedelta(hours=12))))
    assert (gap.names, gap.is_open, gap.ends.hour) == ((), True, 20)


def test_articles_that_a_channel_may_have_listed_fill_its_gaps() -> None:
    steady = simulate({"media": 200, "rolling": 150}, SINCE, UNTIL, 1)
    lives = {key: number for key, number in steady.items() if key[:2] != ("rolling", TUESDAY)}
    groups = series_of(lives)
    total = sum_of(groups.values())
    assert single(find_gaps(groups, total, period_of(SINCE, UNTIL))).names == ("rolling",)
    later = Series({TUESDAY: list(BY_HOUR)})
    assert find_gaps(groups, sum_of((total, later)), period_of(SINCE, UNTIL), {"rolling": later}) == []
    assert single(find_gaps(groups, total, period_of(SINCE, UNTIL), {"media": later})).names == ("rolling",)


def test_a_young_archive_with_many_gaps() -> None:
    """Three of nine days with a baseline have gaps."""
    since, bad = date(2026, 8, 22), [date(2026, 9, day) for day in (8, 10, 12)]
    counts = simulate(media(10), since, date(2026, 9, 13), 1, lambda _, hour: 0.2 if hour.date() in bad else 1)
    assert [gap.begins.date() for gap in gaps_in(counts, period_of(since, date(2026, 9, 13)))] == bad


def test_an_empty_archive_has_no_gaps() -> None:
    assert gaps_in({}, period_of(SINCE, UNTIL)) == []
    assert gaps_in({("甲", TUESDAY, 9): 1}, period_of(SINCE, UNTIL)) == []
    assert always("甲", datetime(2026, 1, 1, tzinfo=BEIJING)) == 1


def test_a_backfill_begins_where_the_silence_began() -> None:
    """An outlet that fell silent before it had a baseline: the gap begins with it, and the backfill earlier."""
    silent = SINCE + timedelta(days=10)
    counts = simulate(media(3), SINCE, SINCE + timedelta(days=25), 1, dead(silent, UNTIL, "媒体1"))
    gap = single(gaps_in(counts, period_of(SINCE, SINCE + timedelta(days=25))))
    assert gap.names == ("媒体1",)
    assert gap.begins.date() > silent
    assert gap.silent_since is not None
    assert gap.silent_since.date() in (silent - timedelta(days=1), silent)
    assert f"since={gap.silent_since:%Y-%m-%d}" in backfill_command(gap)

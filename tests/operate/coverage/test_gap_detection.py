"""Holes of simulated archives: none where nothing is missing, and each where something is, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from finews_crawler.operate.coverage.gap import Gap
from finews_crawler.operate.coverage.gap_detection import find_gaps, find_gaps_of
from finews_crawler.operate.coverage.time_series import Period, series_of, sum_of
from finews_crawler.utils.timezone import BEIJING
from tests.support.arrivals import BY_HOUR
from tests.support.hourly_counts import Lives, always, media, period_of, simulate

UNTIL = date(2026, 11, 10)
SINCE = UNTIL - timedelta(days=59)
"""Sixty days with the Mid-Autumn Festival, the National Day week, and make-up workdays on 20 September, 10 October."""
TUESDAY = date(2026, 10, 20)


def dead(first: date, last: date, *names: str) -> Lives:
    """Nothing comes on these days; of all media, or of those named."""
    return lambda name, hour: 0 if first <= hour.date() <= last and (name in names or not names) else 1


def holes(lives: Lives, seed: int = 1, number: int = 30, period: Period | None = None) -> list[Gap]:
    return find_gaps(simulate(media(number), SINCE, UNTIL, seed, lives), period or period_of(SINCE, UNTIL))


def only(found: list[Gap]) -> Gap:
    (hole,) = found
    return hole


def assert_covers(hole: Gap, first: date, last: date) -> None:
    """All hours of these days in which articles come as a rule; and no more than half a day to either side."""
    begins = datetime(first.year, first.month, first.day, tzinfo=BEIJING)
    ends = datetime(last.year, last.month, last.day, tzinfo=BEIJING) + timedelta(days=1)
    assert begins - timedelta(hours=12) <= hole.begins <= begins + timedelta(hours=6)
    assert ends - timedelta(hours=3) <= hole.ends <= ends + timedelta(hours=12)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("history", [0, 90])
def test_a_steady_archive_has_no_hole(seed: int, history: int) -> None:
    counts = simulate(media(30), SINCE - timedelta(days=history), UNTIL, seed)
    assert find_gaps(counts, period_of(SINCE, UNTIL)) == []


@pytest.mark.parametrize("place", [1, 4, 8])
def test_a_medium_that_is_dead_for_two_days(place: int) -> None:
    name = f"媒体{place}"
    hole = only(holes(dead(TUESDAY, TUESDAY + timedelta(days=1), name)))
    assert (hole.names, hole.is_open) == ((name,), False)
    assert hole.found <= 2
    assert hole.expected > 10
    assert_covers(hole, TUESDAY, TUESDAY + timedelta(days=1))


# A workday, a Sunday, a make-up Saturday, a holiday; and a week of holidays, with nothing to compare them with.
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
def test_a_whole_that_is_dead_is_told_once(first: date, last: date) -> None:
    hole = only(holes(dead(first, last)))
    assert (hole.names, hole.is_open) == ((), False)
    assert_covers(hole, first, last)


def test_some_hours_of_a_day() -> None:
    hole = only(holes(lambda _name, hour: 0 if hour.date() == TUESDAY and 9 <= hour.hour < 15 else 1))
    assert (hole.names, hole.begins.isoformat()) == ((), "2026-10-20T09:00:00+08:00")
    assert (hole.ends.hour, hole.found) == (15, 0)


@pytest.mark.parametrize("share", [0.5, 2.0])
def test_a_holiday_week_of_its_own_pace(share: float) -> None:
    assert holes(lambda _name, hour: share if date(2026, 10, 1) <= hour.date() <= date(2026, 10, 7) else 1) == []


def test_media_that_rest_on_weekends_made_up_for_or_not_and_on_holidays() -> None:
    def works(name: str, hour: datetime) -> float:
        rests = hour.weekday() >= 5 or date(2026, 10, 1) <= hour.date() <= date(2026, 10, 7)
        return 0 if rests and name in ("媒体2", "媒体3") else 1

    assert holes(works) == []


def test_a_medium_that_died_for_good_is_one_hole() -> None:
    hole = only(holes(dead(date(2026, 10, 5), UNTIL, "媒体3")))
    assert (hole.names, hole.is_open, hole.found) == (("媒体3",), True, 0)
    assert hole.ends == datetime(2026, 11, 11, tzinfo=BEIJING)


def test_an_archive_that_died_for_good() -> None:
    # For most of the days there are: the dead ones are no norm.
    hole = only(holes(dead(date(2026, 10, 1), UNTIL)))
    assert (hole.names, hole.is_open) == ((), True)
    # And when nothing came in all of the period.
    counts = simulate(media(5), date(2026, 6, 1), date(2026, 7, 31), 1)
    hole = only(find_gaps(counts, period_of(SINCE, UNTIL)))
    assert (hole.names, hole.is_open, hole.begins.date()) == ((), True, SINCE)


def test_a_medium_that_ended_long_before_is_old_news() -> None:
    counts = simulate(media(5), SINCE - timedelta(days=90), UNTIL, 1, dead(SINCE - timedelta(days=15), UNTIL, "媒体2"))
    assert find_gaps(counts, period_of(SINCE, UNTIL)) == []
    counts = simulate(media(5), SINCE - timedelta(days=90), UNTIL, 1, dead(SINCE - timedelta(days=9), UNTIL, "媒体2"))
    assert only(find_gaps(counts, period_of(SINCE, UNTIL))).names == ("媒体2",)


def test_a_new_medium_gets_time_to_settle() -> None:
    begins = date(2026, 10, 12)
    assert holes(dead(SINCE, begins - timedelta(days=1), "媒体2")) == []

    def silent_at(*ages: int) -> Lives:
        return lambda name, hour: name != "媒体2" or ((age := (hour.date() - begins).days) >= 0 and age not in ages)

    assert holes(silent_at(8, 9)) == []
    hole = only(holes(silent_at(16, 17)))
    assert hole.names == ("媒体2",)
    assert_covers(hole, begins + timedelta(days=16), begins + timedelta(days=17))


def test_an_archive_with_a_hole_while_one_medium_is_dead() -> None:
    first, last = TUESDAY - timedelta(days=3), TUESDAY + timedelta(days=3)
    medium, whole = dead(first, last, "媒体3"), dead(TUESDAY, TUESDAY)
    found = holes(lambda name, hour: min(medium(name, hour), whole(name, hour)))
    assert sorted(hole.names for hole in found) == [(), ("媒体3",)]
    assert_covers(max(found, key=lambda hole: hole.names), first, last)


def test_a_medium_that_gives_most_of_the_articles_is_not_the_whole() -> None:
    counts = simulate({**media(20), "东财滚动新闻": 900}, SINCE, UNTIL, 1, dead(TUESDAY, TUESDAY, "东财滚动新闻"))
    assert only(find_gaps(counts, period_of(SINCE, UNTIL))).names == ("东财滚动新闻",)


def test_an_archive_of_one_medium() -> None:
    counts = simulate({"甲": 100}, SINCE, UNTIL, 1, dead(TUESDAY, TUESDAY))
    assert only(find_gaps(counts, period_of(SINCE, UNTIL))).names == ()


def test_media_that_die_together_are_one_hole() -> None:
    names = ("媒体4", "媒体5", "媒体6", "媒体7")
    hole = only(holes(dead(TUESDAY, TUESDAY + timedelta(days=1), *names)))
    assert sorted(hole.names) == sorted(names)
    assert_covers(hole, TUESDAY, TUESDAY + timedelta(days=1))
    # Two may be chance: each has its own line, and its own command.
    assert len(holes(dead(TUESDAY, TUESDAY + timedelta(days=1), *names[:2]))) == 2


def test_a_burst_is_no_hole_and_hides_none() -> None:
    found = holes(lambda name, hour: 20 if hour.day == 21 else dead(TUESDAY, TUESDAY)(name, hour))
    assert_covers(only(found), TUESDAY, TUESDAY)


def test_a_medium_with_a_will_of_its_own_has_no_norm_to_miss() -> None:
    # Four days out of ten bring nothing, the others plenty.
    assert holes(lambda name, hour: (hour.date().toordinal() * 7 % 10 > 3) * 3 if name == "媒体5" else 1) == []


def test_hours_to_come_are_not_missing() -> None:
    now = datetime(2026, 11, 10, 9, 30, tzinfo=BEIJING)
    counts = {key: number for key, number in simulate(media(30), SINCE, UNTIL, 1).items() if key[1:] < (UNTIL, 9)}
    assert find_gaps(counts, Period(SINCE, UNTIL, now)) == []
    # By the evening they are.
    hole = only(find_gaps(counts, Period(SINCE, UNTIL, now + timedelta(hours=12))))
    assert (hole.names, hole.is_open, hole.ends.hour) == ((), True, 20)


def test_what_no_channel_listed_fills_the_holes_of_all() -> None:
    steady = simulate({"media": 200, "rolling": 150}, SINCE, UNTIL, 1)
    lives = {key: number for key, number in steady.items() if key[:2] != ("rolling", TUESDAY)}
    named = series_of(lives)
    whole = sum_of(named.values())
    assert only(find_gaps_of(named, whole, period_of(SINCE, UNTIL))).names == ("rolling",)
    later = sum_of([series_of({("", TUESDAY, hour): number for hour, number in enumerate(BY_HOUR)})[""]])
    assert find_gaps_of(named, whole.plus(later), period_of(SINCE, UNTIL), later) == []


def test_a_young_archive_with_many_bad_days() -> None:
    """Of nine days that can be judged three are bad."""
    since, bad = date(2026, 8, 22), [date(2026, 9, day) for day in (8, 10, 12)]
    counts = simulate(media(10), since, date(2026, 9, 13), 1, lambda _, hour: 0.2 if hour.date() in bad else 1)
    assert [hole.begins.date() for hole in find_gaps(counts, period_of(since, date(2026, 9, 13)))] == bad


def test_nothing_at_all() -> None:
    assert find_gaps({}, period_of(SINCE, UNTIL)) == []
    assert find_gaps({("甲", TUESDAY, 9): 1}, period_of(SINCE, UNTIL)) == []
    assert always("甲", datetime(2026, 1, 1, tzinfo=BEIJING)) == 1

"""A channel that falls silent is noticed soon; nights, weekends and holidays alarm nobody."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from finews_crawler.operate.monitoring.baseline import newest_published, silences
from finews_crawler.operate.monitoring.silence import Rhythm, Silence, check_silence, silence_of
from finews_crawler.utils.timezone import BEIJING
from tests.operate.monitoring.channel_arrivals import article, index_of
from tests.support.arrivals import published

HALF_AN_HOUR = timedelta(minutes=30)
SINCE, UNTIL = date(2026, 8, 1), date(2026, 10, 12)
"""With the holidays of Mid-Autumn and of National Day, and the workdays that make up for them."""


def at(*moment: int) -> datetime:
    return datetime(2026, *moment, tzinfo=BEIJING)  # type: ignore[misc]


def is_quiet(moments: list[datetime], now: datetime) -> bool:
    return bool(check_silence("media", silence_of(moments[: bisect_right(moments, now)], now), now))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_channel_that_lives_alarms_nobody_in_seven_weeks_of_half_hours(seed: int) -> None:
    moments = published(300, SINCE, UNTIL, seed)
    alarms, now = [], at(8, 24)
    while now < at(10, 12):
        seen = moments[: bisect_right(moments, now)]
        rhythm = Rhythm(seen, now.date())
        usual = rhythm.usual_pause()
        assert usual is not None
        for _ in range(48):  # a day's rhythm is made once: what is published that day is no part of it
            last = moments[bisect_right(moments, now) - 1]
            alarms += [now] if check_silence("media", Silence(last, rhythm.expected(last, now), usual), now) else []
            now += HALF_AN_HOUR
    assert alarms == []


@pytest.mark.parametrize("died", [at(9, 8, 10), at(9, 10, 15), at(9, 21, 14)])
def test_a_dead_channel_is_noticed_within_two_runs_of_a_workday(died: datetime) -> None:
    moments = [moment for moment in published(300, SINCE, UNTIL, 4) if moment < died]
    assert is_quiet(moments, died + 2 * HALF_AN_HOUR)
    assert not is_quiet(moments, moments[-1])


def test_it_goes_on_to_be_noticed_over_a_weekend_and_a_holiday() -> None:
    moments = [moment for moment in published(300, SINCE, UNTIL, 4) if moment < at(9, 24, 11)]
    assert all(is_quiet(moments, at(9, 24, 14) + timedelta(hours=5 * hours)) for hours in range(80))


def test_the_same_silence_at_night_is_no_alarm() -> None:
    moments = [moment for moment in published(300, SINCE, UNTIL, 4) if moment < at(9, 8, 23)]
    assert not is_quiet(moments, at(9, 9, 6))
    assert is_quiet(moments, at(9, 9, 9))


def test_a_list_that_comes_in_batches_is_no_alarm_between_two() -> None:
    moments = [moment.replace(hour=moment.hour // 3 * 3, minute=0) for moment in published(300, SINCE, UNTIL, 5)]
    before_a_batch = [at(9, 8, hour, 59) for hour in (11, 14, 17)]
    assert not any(is_quiet(sorted(moments), now) for now in before_a_batch)


def test_a_channel_without_a_norm_is_not_judged() -> None:
    moments = published(300, at(9, 1).date(), at(9, 14).date(), 6)
    assert silence_of(moments, at(9, 14, 23)) is None
    assert silence_of([], at(9, 14, 23)) is None


def test_expected_articles_add_up() -> None:
    moments = published(120, SINCE, UNTIL, 7)
    rhythm = Rhythm(moments, UNTIL)
    steps = [at(9, 8) + timedelta(minutes=17 * number) for number in range(200)]
    parts = [rhythm.expected(begin, end) for begin, end in pairwise(steps)]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == pytest.approx(rhythm.expected(steps[0], steps[-1]))
    assert 100 < rhythm.expected(at(9, 8), at(9, 9)) < 140


def test_silences_are_read_from_the_index_by_channel(tmp_path: Path) -> None:
    moments = published(60, SINCE, at(9, 8).date(), 8)
    died, now = at(9, 6), at(9, 8, 20)
    both, one = {"title": "media", "digest": "rolling", "text_html": "news_text"}, {"title": "rolling"}
    held = [article(number, moment, both if moment < died else one) for number, moment in enumerate(moments)]
    index = index_of(tmp_path / "index.sqlite", [*held, article(99, at(12, 31), both)])  # one dated ahead of time
    found = silences(index, ["media", "rolling", "market:37"], now)
    assert newest_published(index, now) == max(moment for moment in moments if moment <= now).replace(microsecond=0)
    index.close()
    media, rolling = found["media"], found["rolling"]
    assert media is not None
    assert rolling is not None
    assert media.since == max(moment for moment in moments if moment < died).replace(microsecond=0)
    assert media.expected > 50 > rolling.expected
    assert found["market:37"] is None


def test_no_index_is_no_silence(tmp_path: Path) -> None:
    index = index_of(tmp_path / "index.sqlite", [])
    assert silences(index, ["media"], at(9, 8)) == {"media": None}
    assert newest_published(index, at(9, 8)) is None
    index.close()

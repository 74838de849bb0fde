"""A silent channel is reported soon; nights, weekends and holidays are not reported."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from finews_crawler.operate.monitoring.baseline import newest_published, silences
from finews_crawler.operate.monitoring.rhythm import Rhythm, measure_silence
from finews_crawler.operate.monitoring.silence import Silence, check_silence
from finews_crawler.utils.timezone import BEIJING
from tests.operate.monitoring.channel_arrivals import article, index_of
from tests.support.arrivals import published

HALF_AN_HOUR = timedelta(minutes=30)
SINCE, UNTIL = date(2026, 8, 1), date(2026, 10, 12)
"""Includes the Mid-Autumn and National Day holidays, and the working weekends that compensate for them."""


def at(*time: int) -> datetime:
    return datetime(2026, *time, tzinfo=BEIJING)  # type: ignore[misc]


def is_silent(times: list[datetime], now: datetime) -> bool:
    return bool(check_silence("media", measure_silence(times[: bisect_right(times, now)], now)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_active_channel_is_never_silent_in_seven_weeks_of_half_hours(seed: int) -> None:
    times = published(300, SINCE, UNTIL, seed)
    alarms, now = [], at(8, 24)
    while now < at(10, 12):
        seen = times[: bisect_right(times, now)]
        rhythm = Rhythm(seen, now.date())
        usual = rhythm.usual_pause()
        assert usual is not None
        for _ in range(48):  # the articles of the day itself are not part of its baseline
            last = times[bisect_right(times, now) - 1]
            alarms += (
                [now] if check_silence("media", Silence(last, now - last, rhythm.expected(last, now), usual)) else []
            )
            now += HALF_AN_HOUR
    assert alarms == []


@pytest.mark.parametrize("died", [at(9, 8, 10), at(9, 10, 15), at(9, 21, 14)])
def test_dead_channel_is_silent_within_two_runs_on_a_workday(died: datetime) -> None:
    times = [time for time in published(300, SINCE, UNTIL, 4) if time < died]
    assert is_silent(times, died + 2 * HALF_AN_HOUR)
    assert not is_silent(times, times[-1])


def test_dead_channel_stays_silent_over_a_weekend_and_a_holiday() -> None:
    times = [time for time in published(300, SINCE, UNTIL, 4) if time < at(9, 24, 11)]
    assert all(is_silent(times, at(9, 24, 14) + timedelta(hours=5 * hours)) for hours in range(80))


def test_hours_without_articles_at_night_are_usual() -> None:
    times = [time for time in published(300, SINCE, UNTIL, 4) if time < at(9, 8, 23)]
    assert not is_silent(times, at(9, 9, 6))
    assert is_silent(times, at(9, 9, 9))


def test_pause_between_two_batches_is_usual() -> None:
    times = [time.replace(hour=time.hour // 3 * 3, minute=0) for time in published(300, SINCE, UNTIL, 5)]
    before_a_batch = [at(9, 8, hour, 59) for hour in (11, 14, 17)]
    assert not any(is_silent(sorted(times), now) for now in before_a_batch)


def test_channel_without_a_baseline_has_no_silence() -> None:
    times = published(300, at(9, 1).date(), at(9, 14).date(), 6)
    assert measure_silence(times, at(9, 14, 23)) is None
    assert measure_silence([], at(9, 14, 23)) is None


def test_expected_articles_of_periods_add_up() -> None:
    times = published(120, SINCE, UNTIL, 7)
    rhythm = Rhythm(times, UNTIL)
    steps = [at(9, 8) + timedelta(minutes=17 * number) for number in range(200)]
    parts = [rhythm.expected(begin, end) for begin, end in pairwise(steps)]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == pytest.approx(rhythm.expected(steps[0], steps[-1]))
    assert 100 < rhythm.expected(at(9, 8), at(9, 9)) < 140


def test_silences_are_read_from_the_index_by_channel(tmp_path: Path) -> None:
    times = published(60, SINCE, at(9, 8).date(), 8)
    died, now = at(9, 6), at(9, 8, 20)
    both, one = {"title": "media", "digest": "rolling", "text_html": "news_text"}, {"title": "rolling"}
    held = [article(number, time, both if time < died else one) for number, time in enumerate(times)]
    index = index_of(tmp_path / "index.sqlite", [*held, article(99, at(12, 31), both)])  # dated in the future
    found = silences(index, ["media", "rolling", "market:37"], now)
    assert newest_published(index, now) == max(time for time in times if time <= now).replace(microsecond=0)
    index.close()
    media, rolling = found["media"], found["rolling"]
    assert media is not None
    assert rolling is not None
    assert media.since == max(time for time in times if time < died).replace(microsecond=0)
    assert media.expected > 50 > rolling.expected
    assert found["market:37"] is None


def test_column_is_not_silent_while_another_column_gives_the_same_articles(tmp_path: Path) -> None:
    times, changed, now = published(200, SINCE, at(9, 8).date(), 9), at(9, 7), at(9, 8, 20)
    first, second = ({"title": name, "text_html": "web_article"} for name in ("columns:344", "columns:345"))
    # Both lists have all articles. From a day on, the rows of the second one are read last.
    held = [article(number, time, first if time < changed else second) for number, time in enumerate(times)]
    index = index_of(tmp_path / "index.sqlite", held)
    newest = max(time for time in times if time <= now)
    lists = ["columns:344", "columns:345"]
    alive = silences(index, lists, now, dict.fromkeys(lists, newest))
    dead = silences(index, lists, now, {"columns:344": changed, "columns:345": newest})
    index.close()
    assert check_silence("columns:344", alive["columns:344"]) == ""
    assert check_silence("columns:344", dead["columns:344"]), "the list itself has nothing newer"


def test_empty_index_has_no_silences(tmp_path: Path) -> None:
    index = index_of(tmp_path / "index.sqlite", [])
    assert silences(index, ["media"], at(9, 8)) == {"media": None}
    assert newest_published(index, at(9, 8)) is None
    index.close()

"""What is usual in a channel is learned once a day, and gives the same silences as learning it each time."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article
from finews_crawler.operate.monitoring import rhythm_store
from finews_crawler.operate.monitoring.baseline import learn_rhythms, silences
from finews_crawler.operate.monitoring.rhythm_store import RhythmStore
from finews_crawler.operate.monitoring.silence import Silence
from finews_crawler.utils.timezone import BEIJING
from tests.operate.monitoring.channel_arrivals import article, index_of
from tests.support.arrivals import published

MEDIA, ROLLING = {"title": "media"}, {"title": "rolling"}
CHANNELS = ("media", "rolling", "market:37")
SINCE, UNTIL = date(2026, 7, 20), date(2026, 9, 8)
HALF_AN_HOUR = timedelta(minutes=30)


def at(*time: int) -> datetime:
    return datetime(2026, *time, tzinfo=BEIJING)  # type: ignore[misc]


def articles(rate: int, origins: dict[str, str], seed: int) -> list[Article]:
    times = published(rate, SINCE, UNTIL, seed)
    return [article(seed * 1_000_000 + number, time, origins) for number, time in enumerate(times)]


@pytest.fixture
def arrivals() -> list[Article]:
    """Articles of two channels; the second one has none from the fourth of September to the evening of the eighth."""
    rolling = [
        each
        for each in articles(40, ROLLING, 2)
        if each.published_at and not at(9, 4) < each.published_at < at(9, 8, 18)
    ]
    return sorted([*articles(60, MEDIA, 1), *rolling], key=lambda each: each.published_at or at(1, 1))


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path)


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Return the times at which rhythms are learned."""
    times: list[datetime] = []

    def learn(index: Index, channels: set[str], now: datetime) -> object:
        times.append(now)
        return learn_rhythms(index, channels, now)

    monkeypatch.setattr(rhythm_store, "learn_rhythms", learn)
    return times


@contextmanager
def archive(data: DataDirectory, held: list[Article]) -> Iterator[Index]:
    index = index_of(data.index, held)
    yield index
    index.close()


def put(index: Index, *held: Article) -> None:
    index.put(IndexEntry(one, f"site/_posts/{one.info_code}.md", "") for one in held)


def is_listed_before(each: Article, now: datetime) -> bool:
    return each.published_at is not None and each.published_at <= now


def rounded(found: dict[str, Silence | None]) -> dict[str, Silence | None]:
    """Return silences without the differences of sums of the same numbers in another order."""
    return {channel: one and one._replace(expected=round(one.expected, 9)) for channel, one in found.items()}


def test_the_silences_of_every_run_are_those_of_learning_anew(
    data: DataDirectory, arrivals: list[Article], learned: list[datetime]
) -> None:
    now = at(9, 7, 20)
    before = [each for each in arrivals if is_listed_before(each, now)]
    rest = arrivals[len(before) :]
    with archive(data, [*before, article(7, at(12, 31), MEDIA)]) as index:
        while now < at(9, 8, 23):
            listed = [each for each in rest if is_listed_before(each, now)]
            for each in listed:
                each.first_seen_at = now
            put(index, *listed)
            rest = rest[len(listed) :]
            now += timedelta(minutes=10)  # the monitors read the index at the end of the run
            stored = RhythmStore(data, index).silences(CHANNELS, now, {"media": at(9, 7, 21)})
            expected = silences(index, CHANNELS, now, {"media": at(9, 7, 21)})
            assert rounded(stored) == rounded(expected), now
            now += HALF_AN_HOUR
        assert expected["rolling"] is not None
    assert len(learned) <= 3, "at first, at midnight, and when a channel that paused for days goes on"


def test_nothing_is_learned_or_written_when_nothing_has_changed(
    data: DataDirectory, arrivals: list[Article], learned: list[datetime]
) -> None:
    with archive(data, arrivals) as index:
        for minute in range(3):
            RhythmStore(data, index).silences(CHANNELS, at(9, 9, 12, minute))
        written = (data.cache / rhythm_store.FILE).stat().st_mtime_ns
        RhythmStore(data, index).silences(["media"], at(9, 9, 12, 4))
        assert (data.cache / rhythm_store.FILE).stat().st_mtime_ns == written
    assert learned == [at(9, 9, 12)]


@pytest.mark.parametrize("change", ["backfill", "merge", "removal of the file", "damage", "another index", "old time"])
def test_a_change_of_the_past_is_learned(
    data: DataDirectory, arrivals: list[Article], learned: list[datetime], change: str
) -> None:
    now, path = at(9, 9, 12), data.cache / rhythm_store.FILE
    with archive(data, arrivals) as index:
        RhythmStore(data, index).silences(CHANNELS, now)
        if change == "backfill":
            late = article(8, at(9, 1, 12), MEDIA)
            late.first_seen_at = now + timedelta(minutes=1)
            put(index, late)
        elif change == "merge":
            arrivals[100].origins = {"title": "market:37"}
            put(index, arrivals[100])
        elif change == "removal of the file":
            path.unlink()
        elif change == "damage":
            path.write_bytes(path.read_bytes().replace(b'"usual": ', b'"usual": "x", "": ', 1))
        elif change == "another index":
            with index.writing() as connection:
                connection.execute("UPDATE timeline SET id = lower(hex(randomblob(4)))")
        else:
            content = json.loads(path.read_bytes())
            path.write_text(json.dumps({**content, "at": at(9, 9, 13).isoformat()}))
        later = now + timedelta(minutes=5)
        assert RhythmStore(data, index).silences(CHANNELS, later) == silences(index, CHANNELS, later)
        assert RhythmStore(data, index).silences(CHANNELS, later)
    assert learned == [now, later]


@pytest.mark.parametrize("field", ["usual", "by_hour"])
def test_rhythms_with_a_number_that_is_none_are_learned_again(
    data: DataDirectory, arrivals: list[Article], learned: list[datetime], field: str
) -> None:
    now = at(9, 9, 12)
    with archive(data, arrivals) as index:
        store = RhythmStore(data, index)
        expected = store.silences(["media"], now)
        content = json.loads(store.path.read_bytes())
        value = content["rhythms"]["media"]
        value[field] = [math.nan] * len(value[field]) if field == "by_hour" else math.inf
        store.path.write_text(json.dumps(content), "utf-8")
        assert store.silences(["media"], now) == expected
    assert learned == [now, now]


def test_a_folder_that_cannot_be_written_costs_time_only(data: DataDirectory, arrivals: list[Article]) -> None:
    data.cache.write_text("not a folder")
    with archive(data, arrivals) as index:
        found = RhythmStore(data, index).silences(CHANNELS, at(9, 9, 12))
        assert found == silences(index, CHANNELS, at(9, 9, 12))


def test_an_archive_without_an_index_has_no_silences(data: DataDirectory) -> None:
    assert RhythmStore(data, Index(data.index)).silences(["media"], at(9, 8)) == {"media": None}
    assert not data.cache.exists()

"""``cache/rhythms.json``: what is usual in each channel, learned once a day instead of by every run.

Learning reads the times of all articles of 90 days. What it finds depends on the articles of the days before, so it
holds until midnight, or until an article of an earlier day is added or changes. Without the file it is learned again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.index import Index
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.monitoring.baseline import NOTHING_READ, learn_rhythms, listed_by, silences_of
from finews_crawler.operate.monitoring.silence import DayRhythm, Silence, midnight
from finews_crawler.utils.files import write_whole
from finews_crawler.utils.timezone import BEIJING

FILE = "rhythms.json"
Rhythms = Mapping[str, DayRhythm | None]
ONE_DAY = timedelta(days=1)
LAST_CHANGE = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0)"
TIMELINE = "SELECT id FROM timeline WHERE start < ? ORDER BY start DESC LIMIT 1"
CHANGED = """SELECT article.info_code, published_at, first_seen_at FROM change JOIN article USING (info_code)
    WHERE number > ? LIMIT ?"""
MOST_CHANGED = 1000
"""Changes that are looked at; after more of them, everything is learned again."""
NEWEST = """SELECT origins, max(published_at) FROM article WHERE published_at >= ? AND published_at <= ?
    GROUP BY origins"""


class Learned(NamedTuple):
    """The rhythms of one day, and the change of the index up to which they hold."""

    at: datetime
    timeline: str
    """Timeline of the change, so that another index is not taken for this one."""
    number: int
    rhythms: Rhythms


class RhythmStore:
    """Reads and writes the file; only the run that holds the archive lock may write."""

    def __init__(self, directory: DataDirectory, index: Index) -> None:
        self.root, self.path = directory.root, directory.cache / FILE
        self.index = index

    def silences(
        self, channels: Collection[str], now: datetime, newest_rows: Mapping[str, datetime] = NOTHING_READ
    ) -> dict[str, Silence | None]:
        """Return what ``baseline.silences`` returns. Raises UnusableIndex."""
        if not channels or not self.index.exists():
            return dict.fromkeys(channels)
        rhythms = self._rhythms(set(channels), now)
        return silences_of({channel: rhythms[channel] for channel in channels}, now, newest_rows)

    def _rhythms(self, channels: set[str], now: datetime) -> Rhythms:
        number, learned = self._last_change(), self._read()
        if learned and self._holds(learned, now) and channels <= learned.rhythms.keys():
            rhythms = self._with_newest(learned.rhythms, now)
            if rhythms is not None:
                if number != learned.number:
                    self._write(Learned(now, self._timeline(number), number, learned.rhythms))
                return rhythms
        known = learned.rhythms.keys() if learned else set()
        rhythms = learn_rhythms(self.index, {*channels, *known}, now)
        self._write(Learned(now, self._timeline(number), number, rhythms))
        return rhythms

    def _holds(self, learned: Learned, now: datetime) -> bool:
        """Return True if nothing but new articles of today was added to the index since."""
        today = midnight(now)
        if midnight(learned.at) != today or learned.at > now or self._timeline(learned.number) != learned.timeline:
            return False
        rows = decode_rows(
            self.index.select(CHANGED, learned.number, MOST_CHANGED),
            "article",
            info_code=decoders.text,
            published_at=decoders.time,
            first_seen_at=decoders.optional_time,
        )
        changed = list(rows)
        are_new = (seen and seen >= learned.at and published >= today for _, published, seen in changed)
        return len(changed) < MOST_CHANGED and all(are_new)

    def _with_newest(self, rhythms: Rhythms, now: datetime) -> Rhythms | None:
        """Return the rhythms with the newest articles of today; None if they differ from those that were learned.

        Days without an article count in a baseline only when there is a later one.
        """
        found, today = dict(rhythms), midnight(now)
        bounds = (time.astimezone(BEIJING).isoformat() for time in (today, now))
        rows = self.index.select(NEWEST, *bounds)
        for origins, newest in decode_rows(rows, "article", origins=decoders.text, published_at=decoders.time):
            for channel in listed_by(origins) & rhythms.keys():
                rhythm = rhythms[channel]
                if rhythm is None or rhythm.last < today - ONE_DAY:
                    return None
                latest = found[channel] or rhythm
                found[channel] = latest.with_newest(newest)
        return found

    def _last_change(self) -> int:
        return int(next(iter(self.index.select(LAST_CHANGE)), (0,))[0])

    def _timeline(self, number: int) -> str:
        return str(next(iter(self.index.select(TIMELINE, number)), ("",))[0])

    def _read(self) -> Learned | None:
        try:
            return _parse(json.loads(self.path.read_bytes()))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return None  # to be learned again

    def _write(self, learned: Learned) -> None:
        rhythms = {channel: rhythm and _as_object(rhythm) for channel, rhythm in learned.rhythms.items()}
        content = {"at": learned.at.isoformat(), "timeline": learned.timeline, "number": learned.number}
        with suppress(OSError):  # the next run learns again
            write_whole(self.path, json.dumps({**content, "rhythms": rhythms}).encode(), self.root)


def _as_object(rhythm: DayRhythm) -> dict[str, Any]:
    times = {"last": rhythm.last.isoformat(), "settled": rhythm.settled.isoformat()}
    return {**times, "usual": rhythm.usual, "by_hour": rhythm.by_hour}


def _parse(content: Any) -> Learned:
    rhythms = {channel: value and _rhythm(value) for channel, value in content["rhythms"].items()}
    return Learned(decoders.time(content["at"]), str(content["timeline"]), int(content["number"]), rhythms)


def _rhythm(value: Any) -> DayRhythm:
    usual = None if value["usual"] is None else float(value["usual"])
    last, settled = decoders.time(value["last"]), decoders.time(value["settled"])
    by_hour = tuple(map(float, value["by_hour"]))
    if not all(map(math.isfinite, (usual or 0, *by_hour))):  # json reads NaN, with which no silence would be long
        raise ValueError("not a number of articles")
    return DayRhythm(last, settled, usual, by_hour)

"""The index as counts: articles by the hour in which they were published, of each medium or each channel.

Grouped by SQLite: an archive has more articles than a command has time to read.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from finews_crawler.archive.index import Index
from finews_crawler.articles.merge import HAND, POST
from finews_crawler.content.slug import EMNEWS_TAG
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.operate.coverage.gap_detection import HISTORY, history_since
from finews_crawler.operate.coverage.time_series import Period, Series, series_of, sum_of
from finews_crawler.sources import CHANNELS, SURFACES
from finews_crawler.utils.error_hints import RESTORE

NO_CHANNELS = frozenset((HAND, POST, *SURFACES)) - CHANNELS.keys()
"""Surfaces that list no news: by them alone an article came later, and any channel may have had it."""


class Grouping(StrEnum):
    """By what articles are told apart."""

    MEDIA = "media"
    CHANNEL = "channel"


# All of it from indexes: the rows hold bodies, which no count should read.
GROUPED = """
    SELECT {column}, substr(published_at, 1, 10), CAST(substr(published_at, 12, 2) AS INTEGER), COUNT(*) FROM article
    WHERE published_at >= ? AND published_at < ? AND rowid NOT IN
        (SELECT rowid FROM article WHERE (NOT is_written OR previous_path <> '') AND NOT is_written)
    GROUP BY 1, 2, 3
"""
LAST = "SELECT max(published_at) FROM article WHERE published_at <> '' AND published_at < ?"


@dataclass(frozen=True)
class Archived:
    """What an archive holds of some days and of those before them."""

    named: dict[str, Series]
    whole: Series
    """Each article once."""
    unlisted: Series
    """Those that no channel has listed, when articles are told apart by channel."""


def query_counts(index: Index, period: Period, by: Grouping) -> Archived:
    """The articles of the period, and of the days before it that tell the norm."""
    archived = _read_from(index, period.since - HISTORY, period.until, by)
    if max(archived.whole.days, default=date.min) >= period.since:
        return archived
    # Nothing came in all of the period: the days when something did may lie further back.
    ((last,),) = index.select(LAST, str(period.until + timedelta(days=1))) or [(None,)]
    if last is None:
        return archived
    ended = Series({date.fromisoformat(last[:10]): []})
    return _read_from(index, history_since(period, ended), period.until, by)


def _read_from(index: Index, first: date, last: date, by: Grouping) -> Archived:
    column = "media_name" if by is Grouping.MEDIA else "origins"
    # In the index every time is Beijing's (text/dates.py), so that its text sorts as it does.
    rows = index.select(GROUPED.format(column=column), str(first), str(last + timedelta(days=1)))
    try:
        return _by_media(rows) if by is Grouping.MEDIA else _by_channel(rows)
    except (ValueError, AttributeError) as error:
        raise UnusableIndex(f"a row of {index.path} is damaged ({error}): {RESTORE}") from error


def _by_media(rows: list[tuple[Any, ...]]) -> Archived:
    counts: Counter[tuple[str, date, int]] = Counter()
    for media_name, day, hour, number in rows:
        counts[media_name or EMNEWS_TAG, date.fromisoformat(day), hour] += number
    named = series_of(counts)
    return Archived(named, sum_of(named.values()), Series())


def _by_channel(rows: list[tuple[Any, ...]]) -> Archived:
    """An article counts for each surface that gave a field of it, and once for the whole."""
    counts: Counter[tuple[str, date, int]] = Counter()
    whole, unlisted = Series(), Series()
    surfaces_of: dict[str, frozenset[str]] = {}
    for origins, day_text, hour, number in rows:
        if origins not in surfaces_of:
            surfaces_of[origins] = frozenset(json.loads(origins).values())
        day = date.fromisoformat(day_text)
        whole.add(day, hour, number)
        if surfaces_of[origins] <= NO_CHANNELS:
            unlisted.add(day, hour, number)
        for surface in surfaces_of[origins]:
            counts[surface, day, hour] += number
    return Archived(series_of(counts), whole, unlisted)

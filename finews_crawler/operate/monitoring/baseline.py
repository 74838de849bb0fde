"""Usual values, read from the index: seconds per request, times of publication, filled fields."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from finews_crawler.archive.index import Index
from finews_crawler.operate.monitoring.field_coverage import FIELDS, MIN_ARTICLES, Share
from finews_crawler.operate.monitoring.monitors import MIN_REQUESTS
from finews_crawler.operate.monitoring.silence import HISTORY, Silence, measure_silence
from finews_crawler.sources import CHANNELS
from finews_crawler.utils.timezone import BEIJING

LAST_RUNS = 20
LAST_ARTICLES = 1000
ROWS_BEFORE = 5 * LAST_ARTICLES
"""Enough for a thousand articles of one group among several."""
RUNS = """
    SELECT started_at, ended_at, requests FROM run
    WHERE spider = ? AND ended_at <> '' AND reason = 'finished' AND requests >= ? ORDER BY id DESC LIMIT ?
"""
PUBLISHED = "SELECT origins, published_at FROM article WHERE published_at >= ? AND published_at <= ? ORDER BY 2"
# By rowid: the order in which rows were inserted, which a later merge does not change.
NEWEST = f"SELECT first_seen_at, origins, {', '.join(FIELDS)} FROM article ORDER BY rowid DESC LIMIT ?"  # noqa: S608


def usual_seconds(index: Index, spider: str) -> list[float]:
    """Return the seconds per request of the spider's last runs, without stopped and very small ones."""
    rows = index.select(RUNS, spider, MIN_REQUESTS, LAST_RUNS)
    return [seconds_between(started, ended) / requests for started, ended, requests in rows]


def seconds_between(begin: str, end: str) -> float:
    """
    >>> seconds_between("2022-05-26T12:00:00+08:00", "2022-05-26T12:01:30+08:00")
    90.0
    """
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def silences(index: Index, channels: Collection[str], now: datetime) -> dict[str, Silence | None]:
    """Return the current silence of each of *channels*.

    Articles dated after *now* are ignored: one of the year 2099 would be the newest for ever.
    """
    if not channels:
        return {}
    since, until = (time.astimezone(BEIJING).isoformat() for time in (now - HISTORY, now))
    published: dict[str, list[datetime]] = {channel: [] for channel in channels}
    channels_of: dict[str, frozenset[str]] = {}
    for origins, published_at in index.select(PUBLISHED, since, until):
        if origins not in channels_of:
            channels_of[origins] = listed_by(origins)
        for channel in channels_of[origins] & published.keys():
            published[channel].append(datetime.fromisoformat(published_at))
    return {channel: measure_silence(times, now) for channel, times in published.items()}


def listed_by(origins: str) -> frozenset[str]:
    """Return the channels that gave a field of an article, from the index column ``origins``.

    >>> sorted(listed_by('{"title": "media", "digest": "rolling", "text_html": "news_text"}'))
    ['media', 'rolling']
    """
    return frozenset(CHANNELS.keys() & json.loads(origins).values())


class Row(NamedTuple):
    """The empty fields of an article."""

    is_new: bool
    """First seen by this run."""
    empty: tuple[bool, ...]
    """For each of FIELDS."""


def field_shares(index: Index, new: int, started_at: datetime) -> dict[str, list[Share]]:
    """Return the shares of empty values by field, for each group of channels that this run has new articles of.

    Articles are grouped by the channels that listed them: one gives no outlet, another no public URL. Articles that no
    channel listed are ignored: a backfill reads one category after the other, and each has fields of its own.

    *new*: number of new articles of the run.
    """
    if not new:
        return {}
    began = started_at.astimezone(BEIJING).isoformat()
    groups: dict[frozenset[str], list[Row]] = defaultdict(list)
    for first_seen_at, origins, *values in index.select(NEWEST, new + ROWS_BEFORE):
        row = Row(first_seen_at >= began, tuple(value in ("", "[]") for value in values))
        groups[listed_by(origins)].append(row)
    shares: dict[str, list[Share]] = {field: [] for field in FIELDS}
    for channels, rows in groups.items():
        total = max(MIN_ARTICLES, sum(row.is_new for row in rows))
        if channels and rows[0].is_new and len(rows) > total:
            for number, field in enumerate(FIELDS):
                empty = [row.empty[number] for row in rows]
                shares[field].append(share_of("+".join(sorted(channels)), empty, total))
    return shares


def share_of(channels: str, empty: list[bool], total: int) -> Share:
    """Split the articles, newest first, into the newest *total* and at most a thousand before them.

    >>> share_of("media", [True, False, False, True, True], 2)
    Share(channels='media', empty=1, total=2, empty_before=2, total_before=3)
    """
    before = empty[total : total + LAST_ARTICLES]
    return Share(channels, sum(empty[:total]), total, sum(before), len(before))


def newest_published(index: Index, now: datetime) -> datetime | None:
    """Return the publication time of the newest article, without those dated after *now*."""
    query = "SELECT max(published_at) FROM article WHERE published_at <= ?"
    rows: list[tuple[Any, ...]] = index.select(query, now.astimezone(BEIJING).isoformat())
    return datetime.fromisoformat(rows[0][0]) if rows and rows[0][0] else None

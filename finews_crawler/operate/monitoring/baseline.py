"""What the index says of the time before a run: how fast its like were, when channels gave news, what fields were
filled. Read only."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from finews_crawler.archive.index import Index
from finews_crawler.operate.monitoring.field_coverage import FEWEST, FIELDS, Share
from finews_crawler.operate.monitoring.monitors import FEWEST_REQUESTS
from finews_crawler.operate.monitoring.silence import HISTORY, Silence, silence_of
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.utils.timezone import BEIJING

LAST_RUNS = 20
LAST_ARTICLES = 1000
ROWS_BEFORE = 5 * LAST_ARTICLES
"""Enough for a thousand articles of a group that is one of several."""
RUNS = """
    SELECT started_at, ended_at, requests FROM run
    WHERE spider = ? AND ended_at <> '' AND reason = 'finished' AND requests >= ? ORDER BY id DESC LIMIT ?
"""
PUBLISHED = "SELECT origins, published_at FROM article WHERE published_at >= ? AND published_at <= ? ORDER BY 2"
# The order in which rows were written, which a later merge does not change.
NEWEST = f"SELECT first_seen_at, origins, {', '.join(FIELDS)} FROM article ORDER BY rowid DESC LIMIT ?"  # noqa: S608


def usual_seconds(index: Index, spider: str) -> list[float]:
    """Seconds a request of the last runs of a spider that ended by themselves."""
    rows = index.select(RUNS, spider, FEWEST_REQUESTS, LAST_RUNS)
    return [seconds_between(started, ended) / requests for started, ended, requests in rows]


def seconds_between(begin: str, end: str) -> float:
    """
    >>> seconds_between("2022-05-26T12:00:00+08:00", "2022-05-26T12:01:30+08:00")
    90.0
    """
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def silences(index: Index, channels: Collection[str], now: datetime) -> dict[str, Silence | None]:
    """For how long each of *channels* has given nothing new.

    What is dated ahead of time is left out: one article of the year 2099 would be the newest for ever.
    """
    if not channels:
        return {}
    since, until = (moment.astimezone(BEIJING).isoformat() for moment in (now - HISTORY, now))
    moments: dict[str, list[datetime]] = {channel: [] for channel in channels}
    channels_of: dict[str, frozenset[str]] = {}
    for origins, published_at in index.select(PUBLISHED, since, until):
        if origins not in channels_of:
            channels_of[origins] = listed_by(origins)
        for channel in channels_of[origins] & moments.keys():
            moments[channel].append(datetime.fromisoformat(published_at))
    return {channel: silence_of(found, now) for channel, found in moments.items()}


def listed_by(origins: str) -> frozenset[str]:
    """The channels that gave a field of an article, by its ``origins`` as the index keeps them.

    >>> sorted(listed_by('{"title": "media", "digest": "rolling", "text_html": "news_text"}'))
    ['media', 'rolling']
    """
    return frozenset(CHANNELS.keys() & json.loads(origins).values())


class Row(NamedTuple):
    """What an article lacks."""

    is_new: bool
    """Whether this run was the first to see it."""
    empty: tuple[bool, ...]
    """For each of FIELDS."""


def field_shares(index: Index, new: int, started_at: datetime) -> dict[str, list[Share]]:
    """For each field, the shares of empty ones among the newest articles and those before; *new* are the run's own.

    By the channels that told of them: one gives no medium, the other no public address. What no channel told of is
    left out: a backfill reads one category after the other, and each has fields of its own.
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
        of = max(FEWEST, sum(row.is_new for row in rows))
        if channels and rows[0].is_new and len(rows) > of:
            for number, field in enumerate(FIELDS):
                shares[field].append(share_of("+".join(sorted(channels)), [row.empty[number] for row in rows], of))
    return shares


def share_of(surfaces: str, empty: list[bool], of: int) -> Share:
    """The newest *of* articles, which come first, and at most a thousand before them.

    >>> share_of("media", [True, False, False, True, True], 2)
    Share(surfaces='media', empty=1, of=2, empty_before=2, before=3)
    """
    before = empty[of : of + LAST_ARTICLES]
    return Share(surfaces, sum(empty[:of]), of, sum(before), len(before))


def newest_published(index: Index, now: datetime) -> datetime | None:
    """When the newest article of the archive was published; one dated ahead of time does not count."""
    query = "SELECT max(published_at) FROM article WHERE published_at <= ?"
    rows: list[tuple[Any, ...]] = index.select(query, now.astimezone(BEIJING).isoformat())
    return datetime.fromisoformat(rows[0][0]) if rows and rows[0][0] else None

"""Usual values, read from the index: seconds per request, times of publication, filled fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import FLAWS, Decoder, damaged, decode_rows
from finews_crawler.archive.index import Index
from finews_crawler.archive.rows import SORTED_TEXTS
from finews_crawler.archive.runs import RUNS
from finews_crawler.operate.monitoring.field_coverage import FIELDS, MIN_ARTICLES, Share
from finews_crawler.operate.monitoring.monitors import MIN_REQUESTS
from finews_crawler.operate.monitoring.silence import HISTORY, DayRhythm, Silence, midnight
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.source import family_of
from finews_crawler.utils.timezone import BEIJING

NOTHING_READ: Mapping[str, datetime] = {}
ONE_DAY, ONE_SECOND = timedelta(days=1), timedelta(seconds=1)
LAST_RUNS = 20
LAST_ARTICLES = 1000
ROWS_BEFORE = 5 * LAST_ARTICLES
"""Enough for a thousand articles of one group among several."""
LAST_OF_SPIDER = f"""
    SELECT id, {", ".join(RUNS.columns)} FROM run
    WHERE spider = ? AND ended_at <> '' AND reason = 'finished' AND requests >= ? ORDER BY id DESC LIMIT ?
"""  # noqa: S608
PUBLISHED = "SELECT origins, published_at FROM article WHERE published_at >= ? AND published_at <= ? ORDER BY 2"
# By rowid: the order in which rows were inserted, which a later merge does not change.
NEWEST = f"""
    SELECT rowid, first_seen_at, published_at, origins, {", ".join(FIELDS)} FROM article
    WHERE rowid < ? ORDER BY rowid DESC LIMIT ?
"""  # noqa: S608
ROWS_AT_ONCE = 1000
LARGEST_ROWID = 2**63 - 1


def usual_seconds(index: Index, spider: str) -> list[float]:
    """Return the seconds per request of the spider's last runs, without stopped and very small ones."""
    runs = (
        RUNS.from_row(row, key=number) for number, *row in index.select(LAST_OF_SPIDER, spider, MIN_REQUESTS, LAST_RUNS)
    )
    return [run.seconds / run.requests for run in runs if run.seconds is not None]


def silences(
    index: Index, channels: Collection[str], now: datetime, newest_rows: Mapping[str, datetime] = NOTHING_READ
) -> dict[str, Silence | None]:
    """Return the current silence of each of *channels*. *newest_rows*: the newest row of each list that was just read.

    The baseline of a channel is the articles that it gave a field of. An article that is in several lists counts for
    one of a family only, so a channel's baseline is lower than the rate of its list, and that of a list which has
    nothing of its own is none. The silence itself therefore begins with the newest row of the list: a list whose rows
    all come from others is alive.

    Articles dated after *now* are ignored: one of the year 2099 would be the newest for ever.
    """
    return silences_of(learn_rhythms(index, channels, now) if channels else {}, now, newest_rows)


def silences_of(
    rhythms: Mapping[str, DayRhythm | None], now: datetime, newest_rows: Mapping[str, datetime]
) -> dict[str, Silence | None]:
    """Return the silence of each channel at *now*, None without a baseline; *newest_rows* as for ``silences``."""
    return {
        channel: rhythm.silence(now, newest_rows.get(channel)) if rhythm else None
        for channel, rhythm in rhythms.items()
    }


def learn_rhythms(index: Index, channels: Collection[str], now: datetime) -> dict[str, DayRhythm | None]:
    """Return the rhythm of each of *channels*, None without articles. Reads the times of all articles of 90 days."""
    from finews_crawler.operate.monitoring.rhythm import learn

    published: dict[str, list[datetime]] = {channel: [] for channel in channels}
    channels_of: dict[str, frozenset[str]] = {}
    for origins, published_at in _published(index, now - HISTORY, now):
        if origins not in channels_of:
            channels_of[origins] = listed_by(origins)
        for channel in channels_of[origins] & published.keys():
            published[channel].append(published_at)
    today = now.astimezone(BEIJING).date()
    return {channel: learn(times, today) for channel, times in published.items()}


def _published(index: Index, since: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield origins and time of each article from *since* to *until*, both included, by time. Reads a day at a time."""
    begins = since
    while begins <= until:
        ends = midnight(begins) + ONE_DAY
        bounds = (time.astimezone(BEIJING).isoformat() for time in (begins, min(until, ends - ONE_SECOND)))
        rows = index.select(PUBLISHED, *bounds)
        yield from decode_rows(rows, "article", origins=decoders.text, published_at=decoders.time)
        begins = ends


def listed_by(origins: str) -> frozenset[str]:
    """Return the channels that gave a field of an article, from the index column ``origins``.

    >>> sorted(listed_by('{"title": "media", "digest": "rolling", "text_html": "news_text"}'))
    ['media', 'rolling']
    """
    try:
        return frozenset(CHANNELS.keys() & SORTED_TEXTS.decode(origins).values())
    except FLAWS as error:
        raise damaged("article", origins, "origins", error) from error


def field_shares(index: Index, new: int, started_at: datetime) -> dict[str, list[Share]]:
    """Return the shares of empty values by field, for each group of lists that this run has new articles of.

    Articles are grouped by the families of the channels that listed them: one gives no outlet, another no public URL,
    while all columns give the same. Articles that no channel listed are ignored: a backfill reads one category after
    the other, and each has fields of its own. So are those that were first seen a day or more after their publication:
    a backfill finds old ones only in the lists that reach back to them, so that its groups are others than a poll's.

    *new*: number of new articles of the run.
    """
    if not new:
        return {}
    groups: dict[frozenset[str], list[bytearray]] = defaultdict(lambda: [bytearray() for _ in ("is_new", *FIELDS)])
    for first_seen_at, published_at, origins, *values in _newest(index, new + ROWS_BEFORE):
        if first_seen_at is None or first_seen_at - published_at >= ONE_DAY:
            continue
        flags = (first_seen_at >= started_at, *(value in ("", "[]") for value in values))
        for column, flag in zip(groups[frozenset(map(family_of, listed_by(origins)))], flags, strict=True):
            column.append(flag)
    shares: dict[str, list[Share]] = {field: [] for field in FIELDS}
    for channels, (is_new, *columns) in groups.items():
        total = max(MIN_ARTICLES, sum(is_new))
        if channels and is_new[0] and len(is_new) > total:
            for field, empty in zip(FIELDS, columns, strict=True):
                before = empty[total : total + LAST_ARTICLES]
                share = Share("+".join(sorted(channels)), sum(empty[:total]), total, sum(before), len(before))
                shares[field].append(share)
    return shares


def _newest(index: Index, number: int) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of the newest articles, without their rowid. Reads a page at a time: a backfill has many."""
    columns: dict[str, Decoder] = {"first_seen_at": decoders.optional_time, "published_at": decoders.time}
    columns |= dict.fromkeys(("origins", *FIELDS), decoders.text)
    before = LARGEST_ROWID
    while number and (rows := index.select(NEWEST, before, min(number, ROWS_AT_ONCE))):
        before, number = rows[-1][0], number - len(rows)
        yield from decode_rows([row[1:] for row in rows], "article", **columns)


def newest_published(index: Index, now: datetime) -> datetime | None:
    """Return the publication time of the newest article, without those dated after *now*."""
    query = "SELECT max(published_at) FROM article WHERE published_at <= ?"
    rows: list[tuple[Any, ...]] = index.select(query, now.astimezone(BEIJING).isoformat())
    decoded = decode_rows(rows, "article", published_at=decoders.optional(decoders.optional_time))
    return next((published_at for (published_at,) in decoded), None)

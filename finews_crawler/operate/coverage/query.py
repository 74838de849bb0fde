"""Number of articles per hour of publication, by outlet or by channel, from the index.

SQLite does the grouping, since reading all articles of an archive would take too long.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.index import Index
from finews_crawler.archive.rows import SORTED_TEXTS
from finews_crawler.articles.merge import HAND, POST
from finews_crawler.content.slug import EMNEWS_TAG
from finews_crawler.operate.coverage.gap_detection import HISTORY, history_since
from finews_crawler.operate.coverage.time_series import Period, Series, sum_of
from finews_crawler.sources import CHANNELS, SURFACES
from finews_crawler.sources.source import family_of

NO_CHANNELS = frozenset(map(family_of, (HAND, POST, *SURFACES))) - frozenset(map(family_of, CHANNELS))
"""Sources that are not channels. An article from these alone was added later, and may have been in any channel."""


class Grouping(StrEnum):
    """Grouping dimension of the report: outlet or channel."""

    MEDIA = "media"
    CHANNEL = "channel"
    """Lists of one family, such as all columns, are one."""


# Answered from SQL indexes alone, because the rows contain the bodies.
GROUPED = """
    SELECT {column}, substr(published_at, 1, 10), CAST(substr(published_at, 12, 2) AS INTEGER), COUNT(*) FROM article
    WHERE published_at >= ? AND published_at < ? AND rowid NOT IN
        (SELECT rowid FROM article WHERE (NOT is_written OR previous_path <> '') AND NOT is_written)
    GROUP BY 1, 2, 3
"""
LAST = "SELECT max(published_at) FROM article WHERE published_at <> '' AND published_at < ?"


@dataclass(frozen=True)
class ArticleCounts:
    """Number of articles of a period and of the days before it."""

    groups: dict[str, Series]
    total: Series
    """All articles, each counted once."""
    unlisted: Series
    """Articles that no channel listed, when grouped by channel."""


def query_counts(index: Index, period: Period, by: Grouping) -> ArticleCounts:
    """Return the counts of the period, and of the days before it for the baseline."""
    counts = _read_from(index, period.since - HISTORY, period.until, by)
    if max(counts.total.days, default=date.min) >= period.since:
        return counts
    # The period has no articles: the baseline may be further back.
    rows = index.select(LAST, str(period.until + timedelta(days=1))) or [(None,)]
    ((last,),) = decode_rows(rows, "article", published_at=decoders.optional(decoders.time))
    if last is None:
        return counts
    ended = Series({last.date(): []})
    return _read_from(index, history_since(period, ended), period.until, by)


def _read_from(index: Index, first: date, last: date, by: Grouping) -> ArticleCounts:
    column = "media_name" if by is Grouping.MEDIA else "origins"
    # All times in the index are Beijing times (content/dates.py), so they sort as text.
    rows = index.select(GROUPED.format(column=column), str(first), str(last + timedelta(days=1)))
    decode = decoders.text if by is Grouping.MEDIA else _origins
    decoded = decode_rows(rows, "article", **{column: decode}, day=date.fromisoformat, hour=_hour, number=int)
    return _by_media(decoded) if by is Grouping.MEDIA else _by_channel(decoded)


def _origins(value: Any) -> str:
    """Return the JSON text of a row's origins, after it was decoded once. Raises as a decoder."""
    SORTED_TEXTS.decode(value)
    return str(value)


def _hour(value: Any) -> int:
    if decoders.integer(value) not in range(24):
        raise ValueError(f"the hour {value}")
    return int(value)


def _by_media(rows: Iterable[tuple[Any, ...]]) -> ArticleCounts:
    groups: defaultdict[str, Series] = defaultdict(Series)
    for media_name, day, hour, number in rows:
        groups[media_name or EMNEWS_TAG].add(day, hour, number)
    return ArticleCounts(groups, sum_of(groups.values()), Series())


def _by_channel(rows: Iterable[tuple[Any, ...]]) -> ArticleCounts:
    """Count an article for each source that gave one of its fields, and once in the total.

    Lists of one family count as one: of several columns that have an article, the index names the one that was read
    last, so that the numbers of a single column depend on the order of the responses.
    """
    groups: defaultdict[str, Series] = defaultdict(Series)
    total, unlisted = Series(), Series()
    sources_by_origins: dict[str, frozenset[str]] = {}
    for origins, day, hour, number in rows:
        if origins not in sources_by_origins:
            sources_by_origins[origins] = frozenset(map(family_of, json.loads(origins).values()))
        total.add(day, hour, number)
        if sources_by_origins[origins] <= NO_CHANNELS:
            unlisted.add(day, hour, number)
        for source in sources_by_origins[origins]:
            groups[source].add(day, hour, number)
    return ArticleCounts(groups, total, unlisted)

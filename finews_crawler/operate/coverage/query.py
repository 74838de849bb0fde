"""Number of articles per hour of publication, by outlet or by channel, from the index.

SQLite does the grouping, since reading all articles of an archive would take too long.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.index import Index
from finews_crawler.archive.rows import SORTED_TEXTS
from finews_crawler.articles.merge import FAMILY_PRECEDENCE, HAND, POST
from finews_crawler.content.slug import EMNEWS_TAG
from finews_crawler.operate.coverage.gap_detection import HISTORY, history_since
from finews_crawler.operate.coverage.time_series import Period, Series, sum_of
from finews_crawler.sources import SOURCES, SURFACES
from finews_crawler.sources.source import family_of

LISTS = {channel.family: (source, channel.gives) for source in SOURCES for channel in source.lists}
"""Source and fields of each family of channels."""
NO_CHANNELS = frozenset(map(family_of, (HAND, POST, *SURFACES))) - frozenset(LISTS)
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
    possible: Mapping[str, Series] = field(default_factory=dict)
    """By channel: the articles that it may have listed besides its own, as the index does not tell."""


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
    return ArticleCounts(groups, sum_of(groups.values()))


def _by_channel(rows: Iterable[tuple[Any, ...]]) -> ArticleCounts:
    """Count an article for each source that gave one of its fields, and once in the total.

    Lists of one family count as one: of several columns that have an article, the index names the one that was read
    last, so that the numbers of a single column depend on the order of the responses.
    """
    groups: defaultdict[str, Series] = defaultdict(Series)
    possible: defaultdict[str, Series] = defaultdict(Series)
    total = Series()
    known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for origins, day, hour, number in rows:
        if origins not in known:
            families = {name: family_of(origin) for name, origin in json.loads(origins).items()}
            known[origins] = frozenset(families.values()), possible_lists(families)
        total.add(day, hour, number)
        for series, names in zip((groups, possible), known[origins], strict=True):
            for name in names:
                series[name].add(day, hour, number)
    return ArticleCounts(groups, total, possible)


def possible_lists(families: Mapping[str, str]) -> frozenset[str]:
    """Return the lists that may have had an article, although none of its fields is theirs. *families*: by field.

    Without a field of any list, these are all: the article was added later. Otherwise they are those of another source
    than the lists that it has fields of, if these win each of their fields. Within one source the lists are polled
    together, so that what one of them alone gives is comparable from day to day. Those of two generations are not: the
    first articles of ``rolling``, whose rows ``fast`` has too, would begin a gap of ``fast`` that nothing could fill.

    >>> rolling = dict.fromkeys(("title", "published_at", "digest", "public_url"), "rolling")
    >>> sorted(possible_lists(rolling)), sorted(possible_lists({**rolling, "digest": "fast"}))
    (['fast', 'fast_js', 'pc'], ['fast_js', 'pc'])
    """
    if frozenset(families.values()) <= NO_CHANNELS:
        return frozenset(LISTS)
    return frozenset(name for name in LISTS if _is_outranked(name, families))


def _is_outranked(name: str, families: Mapping[str, str]) -> bool:
    source, gives = LISTS[name]
    winners = {each: families.get(each, name) for each in gives}
    is_by_another = any(winner in LISTS and LISTS[winner][0] is not source for winner in winners.values())
    return is_by_another and all(_wins(each, winner, name) for each, winner in winners.items())


def _wins(name: str, winner: str, other: str) -> bool:
    """Return True if a field *name* of *winner* is kept when *other* gives it too."""
    ranks = FAMILY_PRECEDENCE[name]
    return winner in ranks and ranks.index(winner) < ranks.index(other)

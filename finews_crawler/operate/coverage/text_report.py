"""Coverage report as plain text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from finews_crawler.operate.coverage.gap import Gap
from finews_crawler.operate.coverage.query import Grouping
from finews_crawler.operate.coverage.report import Coverage

UNANNOUNCED = (
    "the make-up workdays are not known, so days around a holiday may be taken for gaps; "
    "`pip install --upgrade holidays` once they are announced"
)
MAX_GROUPS = 40
MAX_NAMES = 5
NOUNS = {Grouping.MEDIA: "outlet", Grouping.CHANNEL: "channel"}
JSON_KEYS = {Grouping.MEDIA: "media", Grouping.CHANNEL: "channels"}


def coverage_as_json(coverage: Coverage) -> str:
    """Return the report as one JSON object, in ASCII so that no text in it can control a terminal."""
    days = [
        {"day": str(day.day), "weekday": weekday(day.day), "kind": day.kind.value, "name": day.name,
         "articles": day.articles}
        for day in coverage.days
    ]  # fmt: skip
    groups = [
        {"name": one.name, "articles": one.articles, "last": str(one.last), "by_day": list(one.by_day)}
        for one in coverage.groups
    ]
    document = {
        "path": coverage.path,
        "by": coverage.by.value,
        "since": str(coverage.period.since),
        "until": str(coverage.period.until),
        "articles": coverage.articles,
        "baseline_since": str(coverage.baseline_since) if coverage.baseline_since else None,
        "unannounced_years": list(coverage.unannounced),
        "days": days,
        JSON_KEYS[coverage.by]: groups,
        "holes": [_gap_object(gap, coverage) for gap in coverage.gaps],
    }
    return json.dumps(document, indent=1).replace("\x7f", "\\u007f")


def _gap_object(gap: Gap, coverage: Coverage) -> dict[str, object]:
    return {
        "of": "all" if not gap.names else coverage.by.value,
        "names": list(gap.names),
        "begins": gap.begins.isoformat(),
        "ends": gap.ends.isoformat(),
        "open": gap.is_open,
        "articles": gap.found,
        "expected": round(gap.expected, 1),
        "command": coverage.command(gap),
    }


def coverage_as_lines(coverage: Coverage) -> Iterator[str]:
    """Yield the lines of the text report, not escaped for a terminal."""
    if coverage.days:
        yield "articles per day"
    for day in coverage.days:
        yield f"{day.articles:>8,}  {day.day} {weekday(day.day)}{f'  {day.name}' if day.name else ''}"
    if coverage.groups:
        yield f"articles by {NOUNS[coverage.by]}"
    for one in coverage.groups[:MAX_GROUPS]:
        yield f"{one.articles:>8,}  {one.name}"
    if rest := coverage.groups[MAX_GROUPS:]:
        articles = sum(one.articles for one in rest)
        yield f"{articles:>8,}  … of {len(rest)} more (listed by --json and --html)"
    if coverage.unannounced:
        yield f"{', '.join(map(str, coverage.unannounced))}: {UNANNOUNCED}"
    for gap in coverage.gaps:
        yield f"gap: {describe_gap(gap)}"
        yield f"  {coverage.command(gap)}"
    yield coverage_summary(coverage)


def coverage_summary(coverage: Coverage) -> str:
    """Return the last line of the text report.

    >>> from datetime import datetime
    >>> from finews_crawler.operate.coverage.time_series import Period
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> now = datetime(2026, 11, 23, 12, tzinfo=BEIJING)
    >>> coverage_summary(Coverage("data", Grouping.MEDIA, Period(date(2026, 9, 25), date(2026, 11, 23), now)))
    'coverage: data has no articles up to 2026-11-23: run `finews crawl channel`'
    """
    until = coverage.period.until
    if not coverage.days:
        return f"coverage: {coverage.path} has no articles up to {until}: run `finews crawl channel`"
    number = len(coverage.gaps)
    gaps = f"{number} gap{'' if number == 1 else 's'}" if number else "no gaps"
    if coverage.without_baseline:
        gaps = f"{coverage.without_baseline}, so gaps cannot be found"
    names = f"{len(coverage.groups)} {NOUNS[coverage.by]}{'' if len(coverage.groups) == 1 else 's'}"
    span = f"from {coverage.period.since} to {until}"
    return f"coverage: {coverage.path} has {coverage.articles:,} articles of {names} {span}: {gaps}"


def describe_gap(gap: Gap) -> str:
    """Return a gap in one line.

    >>> from datetime import datetime
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> days = datetime(2026, 10, 20, tzinfo=BEIJING), datetime(2026, 10, 21, 6, tzinfo=BEIJING)
    >>> describe_gap(Gap(("甲", "乙", "丙", "丁", "戊", "己", "庚"), *days, False, 1, 48.2))
    '甲, 乙, 丙, 丁, 戊 and 2 more, Tue 2026-10-20 00:00 to Wed 2026-10-21 06:00: 1 article where about 48 are expected'
    >>> describe_gap(Gap((), *days, True, 0, 1482.2))
    'all outlets and channels, since Tue 2026-10-20 00:00, still open: 0 articles where about 1,482 are expected'
    """
    return f"{describe_names(gap)}, {describe_time(gap)}: {describe_counts(gap)}"


def describe_names(gap: Gap) -> str:
    """Return the names of the outlets or channels with missing articles, five at most."""
    more = len(gap.names) - MAX_NAMES
    groups = ", ".join(gap.names[:MAX_NAMES]) or "all outlets and channels"
    return f"{groups} and {more} more" if more > 0 else groups


def describe_time(gap: Gap) -> str:
    begins = f"{weekday(gap.begins)} {gap.begins:%Y-%m-%d %H:%M}"
    if gap.is_open:
        return f"since {begins}, still open"
    return f"{begins} to {weekday(gap.ends)} {gap.ends:%Y-%m-%d %H:%M}"


def describe_counts(gap: Gap) -> str:
    return f"{gap.found:,} article{'' if gap.found == 1 else 's'} where about {gap.expected:,.0f} are expected"


def weekday(day: date) -> str:
    """Return the abbreviated English name of a weekday, in any locale."""
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]

"""A coverage as text for a person, and as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from finews_crawler.operate.coverage.gap import Gap, filling_command
from finews_crawler.operate.coverage.query import Grouping
from finews_crawler.operate.coverage.report import Coverage

SHOWN_NAMES = 40
NAMES_IN_A_HOLE = 5
WHOLE = "all media and channels"
PLURAL = {Grouping.MEDIA: "media", Grouping.CHANNEL: "channels"}


def as_json(coverage: Coverage) -> str:
    """One object; ASCII, so that no terminal takes a name for anything else."""
    days = [
        {"day": str(day.day), "weekday": weekday(day.day), "kind": day.kind.value, "name": day.name,
         "articles": day.articles}
        for day in coverage.days
    ]  # fmt: skip
    named = [
        {"name": one.name, "articles": one.articles, "last": str(one.last), "by_day": list(one.by_day)}
        for one in coverage.named
    ]
    whole = {
        "path": coverage.path,
        "by": coverage.by.value,
        "since": str(coverage.period.since),
        "until": str(coverage.period.until),
        "articles": coverage.articles,
        "days": days,
        PLURAL[coverage.by]: named,
        "holes": [_hole_object(hole, coverage.by) for hole in coverage.holes],
    }
    return json.dumps(whole, indent=1).replace("\x7f", "\\u007f")


def _hole_object(hole: Gap, by: Grouping) -> dict[str, object]:
    return {
        "of": "all" if not hole.names else by.value,
        "names": list(hole.names),
        "begins": hole.begins.isoformat(),
        "ends": hole.ends.isoformat(),
        "open": hole.is_open,
        "articles": hole.found,
        "expected": round(hole.expected, 1),
        "command": filling_command(hole, by_channel=by is Grouping.CHANNEL),
    }


def as_lines(coverage: Coverage) -> Iterator[str]:
    """The lines for a person, as they are: whoever prints them makes them harmless to a terminal."""
    if coverage.days:
        yield "articles a day"
    for day in coverage.days:
        yield f"{day.articles:>8,}  {day.day} {weekday(day.day)}{f'  {day.name}' if day.name else ''}"
    yield from _name_lines(coverage)
    for hole in coverage.holes:
        yield f"hole: {described(hole)}"
        yield f"  {filling_command(hole, by_channel=coverage.by is Grouping.CHANNEL)}"
    yield summary(coverage)


def _name_lines(coverage: Coverage) -> Iterator[str]:
    if coverage.named:
        yield f"articles by {coverage.by.value}"
    for one in coverage.named[:SHOWN_NAMES]:
        yield f"{one.articles:>8,}  {one.name}"
    rest = coverage.named[SHOWN_NAMES:]
    if rest:
        articles = sum(one.articles for one in rest)
        yield f"{articles:>8,}  … of {len(rest)} more (--json and --html name them)"


def summary(coverage: Coverage) -> str:
    """The last line.

    >>> from datetime import datetime
    >>> from finews_crawler.operate.coverage.time_series import Period
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> now = datetime(2026, 11, 23, 12, tzinfo=BEIJING)
    >>> summary(Coverage("data", Grouping.MEDIA, Period(date(2026, 9, 25), date(2026, 11, 23), now)))
    'coverage: data has no articles up to 2026-11-23: scrapy crawl channel gets some'
    """
    until = coverage.period.until
    if not coverage.days:
        return f"coverage: {coverage.path} has no articles up to {until}: scrapy crawl channel gets some"
    number = len(coverage.holes)
    holes = f"{number} hole{'' if number == 1 else 's'}" if number else "no hole"
    names = f"{len(coverage.named)} {PLURAL[coverage.by]}"
    span = f"from {coverage.period.since} to {until}"
    return f"coverage: {coverage.path} has {coverage.articles:,} articles of {names} {span}: {holes}"


def described(hole: Gap) -> str:
    """A hole in one line.

    >>> from datetime import datetime
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> days = datetime(2026, 10, 20, tzinfo=BEIJING), datetime(2026, 10, 21, 6, tzinfo=BEIJING)
    >>> described(Gap(("证券时报",), *days, False, 1, 48.2))
    '证券时报, Tue 2026-10-20 00:00 to Wed 2026-10-21 06:00: 1 article where about 48 are usual'
    >>> described(Gap((), *days, True, 0, 1482.2))
    'all media and channels, from Tue 2026-10-20 00:00 on, still open: 0 articles where about 1,482 are usual'
    """
    return f"{who(hole)}, {when(hole)}: {how_many(hole)}"


def who(hole: Gap) -> str:
    """What lacks articles.

    >>> from datetime import datetime
    >>> now = datetime(2026, 10, 20)
    >>> who(Gap(("甲", "乙", "丙", "丁", "戊", "己", "庚"), now, now, False, 0, 90))
    '甲, 乙, 丙, 丁, 戊 and 2 more'
    """
    more = len(hole.names) - NAMES_IN_A_HOLE
    named = ", ".join(hole.names[:NAMES_IN_A_HOLE]) or WHOLE
    return f"{named} and {more} more" if more > 0 else named


def when(hole: Gap) -> str:
    """Its time, in Beijing."""
    begins = f"{weekday(hole.begins)} {hole.begins:%Y-%m-%d %H:%M}"
    if hole.is_open:
        return f"from {begins} on, still open"
    return f"{begins} to {weekday(hole.ends)} {hole.ends:%Y-%m-%d %H:%M}"


def how_many(hole: Gap) -> str:
    """What came, and what was expected."""
    return f"{hole.found:,} article{'' if hole.found == 1 else 's'} where about {hole.expected:,.0f} are usual"


def weekday(day: date) -> str:
    """In English, whatever the locale.

    >>> weekday(date(2026, 11, 23))
    'Mon'
    """
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]

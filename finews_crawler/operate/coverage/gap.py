"""A gap in which articles are missing, and the command that fills it."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_CATEGORIES = 10
"""Maximum number of categories in a command; for more it uses ``all=1``, which reads them from the home page."""


@dataclass(frozen=True)
class Gap:
    """Interval with far fewer articles than the baseline."""

    names: tuple[str, ...]
    """Outlets or channels, the one with most missing articles first; empty for all together."""
    begins: datetime
    ends: datetime
    """End of the last hour."""
    is_open: bool
    """True if no articles arrived after the gap until the end of the period."""
    found: int
    expected: float
    silent_since: datetime | None = None
    """Beginning of the hours without articles that lead up to the gap, if that is earlier: a backfill begins there."""

    @property
    def missing(self) -> float:
        return self.expected - self.found

    def overlap(self, other: Gap) -> float:
        """Return the length of the intersection of two gaps, relative to their union.

        >>> from datetime import UTC
        >>> nine, ten, noon = (datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (9, 10, 12))
        >>> Gap(("甲",), nine, noon, False, 0, 20).overlap(Gap(("乙",), ten, noon, False, 0, 20)) == 2 / 3
        True
        """
        common = min(self.ends, other.ends) - max(self.begins, other.begins)
        return max(common, timedelta()) / (max(self.ends, other.ends) - min(self.begins, other.begins))


def backfill_command(gap: Gap, *, by_channel: bool = False, paged: Collection[str] = ()) -> str:
    """Return the shell command that fills *gap*.

    *paged*: the channels that can be read back to a day. They have the articles of every outlet; without any, the
    archive site is crawled.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> days = datetime(2026, 9, 10, 9, tzinfo=BEIJING), datetime(2026, 9, 12, tzinfo=BEIJING)
    >>> outlet = Gap(("21世纪经济报道  南财理财通",), *days, False, 0, 40)
    >>> backfill_command(outlet)
    "finews crawl category -a 'category=21世纪经济报道  南财理财通' -a since=2026-09-10 -a until=2026-09-11"
    >>> backfill_command(outlet, paged=["fast", "columns:345"])
    'finews crawl channel -a since=2026-09-10 -a until=2026-09-11'
    >>> backfill_command(Gap(("fast",), *days, False, 0, 40), by_channel=True, paged=["fast", "columns:345"])
    'finews crawl channel -a channels=fast -a since=2026-09-10 -a until=2026-09-11'
    """
    last = gap.ends - timedelta(microseconds=1)
    first = min(gap.begins, gap.silent_since or gap.begins)
    days = ("-a", f"since={first:%Y-%m-%d}", "-a", f"until={last:%Y-%m-%d}")
    if not paged:
        return shlex.join(["finews", "crawl", "category", "-a", _categories(gap, by_channel=by_channel), *days])
    are_named = by_channel and gap.names and all(name in paged for name in gap.names)
    channels = ("-a", f"channels={','.join(gap.names)}") if are_named else ()
    return shlex.join(["finews", "crawl", "channel", *channels, *days])


def _categories(gap: Gap, *, by_channel: bool) -> str:
    """Return the argument that selects the categories of the outlets of *gap*.

    >>> days = datetime(2026, 9, 10), datetime(2026, 9, 12)
    >>> _categories(Gap((), *days, False, 0, 1200), by_channel=False)
    'all=1'
    """
    # A channel's articles may be in any category.
    categories = () if by_channel else gap.names
    # The argument is a comma-separated list without paths; other outlets are found through the home page.
    can_be_listed = all("," not in name and "/" not in name and name[:1] != "." for name in categories)
    are_listed = 0 < len(categories) <= MAX_CATEGORIES and can_be_listed
    return f"category={','.join(categories)}" if are_listed else "all=1"

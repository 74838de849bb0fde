"""A hole: where articles are missing, and the command that fills it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_NAMED = 10
"""More categories than this are asked for by ``all=1``: the home page names them."""


@dataclass(frozen=True)
class Gap:
    """Hours in which far fewer articles came than the norm expects."""

    names: tuple[str, ...]
    """The media or channels, the one that misses most first; none: the whole."""
    begins: datetime
    ends: datetime
    """The end of its last hour."""
    is_open: bool
    """Nothing came since, as far as the period goes."""
    found: int
    expected: float

    @property
    def missing(self) -> float:
        return self.expected - self.found

    def overlap(self, other: Gap) -> float:
        """The share of the time of either that they have in common.

        >>> from datetime import UTC
        >>> nine, ten, noon = (datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (9, 10, 12))
        >>> Gap(("甲",), nine, noon, False, 0, 20).overlap(Gap(("乙",), ten, noon, False, 0, 20)) == 2 / 3
        True
        """
        common = min(self.ends, other.ends) - max(self.begins, other.begins)
        return max(common, timedelta()) / (max(self.ends, other.ends) - min(self.begins, other.begins))


def filling_command(hole: Gap, *, by_channel: bool = False) -> str:
    """What to type to fill *hole* from the archive site, for a shell.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> days = datetime(2026, 9, 10, 9, tzinfo=BEIJING), datetime(2026, 9, 12, tzinfo=BEIJING)
    >>> filling_command(Gap(("21世纪经济报道  南财理财通",), *days, False, 0, 40))
    "scrapy crawl category -a 'category=21世纪经济报道  南财理财通' -a since=2026-09-10 -a until=2026-09-11"
    >>> filling_command(Gap((), *days, False, 0, 1200))
    'scrapy crawl category -a all=1 -a since=2026-09-10 -a until=2026-09-11'
    """
    # A channel's articles may stand in any category.
    categories = () if by_channel else hole.names
    # The argument is a list with commas, and no path: a medium of such a name is reached from the home page.
    is_sayable = all("," not in name and "/" not in name and name[:1] != "." for name in categories)
    is_named = 0 < len(categories) <= MOST_NAMED and is_sayable
    what = f"category={','.join(categories)}" if is_named else "all=1"
    last = hole.ends - timedelta(microseconds=1)
    days = ("-a", f"since={hole.begins:%Y-%m-%d}", "-a", f"until={last:%Y-%m-%d}")
    return shlex.join(["scrapy", "crawl", "category", "-a", what, *days])

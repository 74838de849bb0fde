"""State of one run that its spider publishes for extensions, middlewares, monitoring and WARC recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from finews_crawler.utils.compact_set import CompactSet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from scrapy.crawler import Crawler


@dataclass
class RunInfo:
    """Arguments and progress of one run, in plain values that can be serialised.

    Only the spider writes here. Other components read it by ``run_info_of(crawler)`` each time they need it and keep
    no reference: a replay publishes a new RunInfo for each recorded run.
    """

    given: dict[str, str] = field(default_factory=dict)
    """The ``-a NAME=VALUE`` pairs of the command line."""
    inlined: dict[str, str] = field(default_factory=dict)
    """The same with the contents of the files that they name, to repeat the run when those are gone. Empty without WARC
    files to keep it: it is as long as those files."""
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    refetch: bool = False
    dry_run: bool = False
    is_cut_short: bool = False
    """True when ``limit`` left articles to the next run: the lists stay due."""
    has_outage: bool = False
    """True when a host had none of the articles that were requested last: the next run reads the lists back to them."""
    mentioned: CompactSet = field(default_factory=CompactSet)
    """The infoCodes found so far."""
    channels_due: tuple[str, ...] = ()
    """The channels whose lists are requested: those named with ``-a``, otherwise those due."""
    channels_read: dict[str, datetime] = field(default_factory=dict)
    """Request time of each channel whose list was received and parsed."""
    newest_rows: dict[str, datetime] = field(default_factory=dict)
    """Publication time of the newest row of each channel that was read, if a row has one that is not in the future."""
    categories_read: dict[str, datetime] = field(default_factory=dict)
    """Start time of the run for each category (by path) of which every list was read; empty with since or until."""

    def note_rows(self, channel: str, published: Iterable[datetime | None], now: datetime) -> None:
        """Record the times of a channel's rows. A row of the year 2099 would be the newest one for ever.

        >>> from datetime import datetime
        >>> info, noon = RunInfo(), datetime(2026, 9, 10, 12)
        >>> info.note_rows("fast", [datetime(2026, 9, 10, 11), None, datetime(2099, 1, 1)], noon)
        >>> info.newest_rows["fast"].hour
        11
        """
        times = [time for time in (self.newest_rows.get(channel), *published) if time is not None and time <= now]
        if times:
            self.newest_rows[channel] = max(times)

    @property
    def is_partial(self) -> bool:
        """True when the arguments restrict the run to some of the news, so that a silent channel means nothing.

        >>> RunInfo(limit=10).is_partial, RunInfo(refetch=True).is_partial
        (True, False)
        """
        return any(value is not None for value in (self.since, self.until, self.limit))

    @property
    def channels_missing(self) -> dict[str, bool]:
        """For each channel requested, True when its list was not received.

        >>> from datetime import datetime
        >>> RunInfo(channels_due=("rolling", "media"), channels_read={"media": datetime.min}).channels_missing
        {'rolling': True, 'media': False}
        """
        return {name: name not in self.channels_read for name in self.channels_due}


def publishes_run_info(crawler: Crawler) -> bool:
    """Return True for the spiders of this package, which also count the articles that they find."""
    return isinstance(getattr(crawler.spider, "run_info", None), RunInfo)


def run_info_of(crawler: Crawler) -> RunInfo:
    """Return the RunInfo that the crawler's spider publishes.

    ``scrapy fetch`` and ``scrapy shell`` run Scrapy's own spider, which publishes none: the defaults apply to it.
    """
    info = getattr(crawler.spider, "run_info", None)
    return info if isinstance(info, RunInfo) else RunInfo()

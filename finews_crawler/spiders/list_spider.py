"""Base of the spiders that read rolling lists: polls, and backfills by ``since`` and ``until``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from finews_crawler.content.dates import publication_day
from finews_crawler.sources.source import ListSurface
from finews_crawler.spiders.channel_arguments import DEFAULT_COUNT
from finews_crawler.spiders.list_reader import ListReader, next_day
from finews_crawler.spiders.list_requests import ListRequests
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils import clock
from finews_crawler.utils.timezone import BEIJING

CATCH_UP_PAGES = 10
"""Pages of a list that one poll reads at most to come to the rows of the last one."""


class ListSpider(ListRequests):
    """Reads all lists before it requests an article: most articles are in several, each with other fields missing."""

    def readers(self) -> list[ListReader]:
        """Return a reader for each list of this run."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        self.listed = {}
        self.requested_at = clock.now()
        readers = self.readers()
        self.report_limits(readers)
        read = self.backfill if self.arguments.is_backfill else self.poll
        async for request in read(readers):
            yield request

    def report_limits(self, readers: Iterable[ListReader]) -> None:
        """Log which lists give fewer rows to one request than ``count`` asks for."""
        count = self.arguments.count
        limited = [reader.channel for reader in readers if reader.channel.max_count < count != DEFAULT_COUNT]
        if limited:
            most = max(channel.max_count for channel in limited)
            names = ", ".join(channel.name for channel in limited)
            self.logger.info("count=%d: at most %d rows in one response of %s", count, most, names)

    def first_page(self, channel: ListSurface) -> str | None:
        """Return the page to begin with: the one behind ``until``, if the list can be entered there."""
        until = self.arguments.until
        if until is None or until == date.max or channel.page_before is None:  # no day follows date.max
            return None
        return channel.page_before(datetime.combine(until + timedelta(days=1), time(), BEIJING))

    async def poll(self, readers: list[ListReader]) -> AsyncIterator[Any]:
        """Read the newest rows of each list, and further ones only if the last poll is longer ago than they are."""
        behind = readers
        while behind:
            async for request in self.read(behind):
                yield request
            behind = [reader for reader in behind if self.is_behind(reader)]
        async for request in self.article_requests(list(self.listed)):
            yield request

    def is_behind(self, reader: ListReader) -> bool:
        """Return True if rows of the time since the last poll are on further pages; log if they are on none."""
        if self.recorded is not None:
            return reader.has_more and self.is_available(reader)
        polled_at = self.polled_at(reader)
        if reader.has_failed or polled_at is None or reader.reached is None:
            return False
        if reader.reached <= polled_at <= clock.now() + clock.SLACK:
            return False
        if reader.has_more and reader.pages_read < CATCH_UP_PAGES:
            return True
        if reader.is_paged:
            self.report_gap(reader, polled_at)
        return False

    def report_gap(self, reader: ListReader, polled_at: datetime) -> None:
        """Log that a list has not been read back to its last poll, because it is too long or ends before."""
        self.crawler.stats.inc_value("finews/lists/too_short")
        poll = f"{polled_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        if polled_at > clock.now():  # so when it was is not known
            message = "%s: the time of the last poll (%s) is to come, so %d pages were read: -a since=… reads more"
            self.logger.warning(message, reader.label, poll, reader.pages_read)
        elif reader.has_more:
            message = "%s: %d pages do not reach back to the last poll (%s): -a since=%s reads the rest"
            self.logger.warning(message, reader.label, reader.pages_read, poll, publication_day(polled_at))
        elif reader.reached:
            message = "%s ends at %s, after the last poll (%s): articles of the time between are not on it"
            self.logger.warning(message, reader.label, f"{reader.reached.astimezone(BEIJING):%Y-%m-%d %H:%M}", poll)

    def polled_at(self, reader: ListReader) -> datetime | None:
        """Return the time of a list's last successful poll, None if it is unknown."""
        return None

    async def backfill(self, readers: list[ListReader]) -> AsyncIterator[Any]:
        """Read the lists day by day, newest first, and request the articles of each day before the day before it.

        So the memory holds the rows of one day, and a run that is killed has complete days behind it.
        """
        async for request in self.read(readers):
            yield request
        while (day := next_day(readers, self.days_listed(), self.arguments.since)) and not self.is_at_limit():
            while behind := [reader for reader in readers if reader.must_go_on(day)]:
                async for request in self.read(behind):
                    yield request
            async for request in self.article_requests(self.listed_from(day)):
                yield request
        self.report_ends(readers)
        async for request in self.article_requests(list(self.listed)):
            yield request

    def is_at_limit(self) -> bool:
        """Return True after ``limit`` has stopped a request. In a replay, a request that was not recorded is none."""
        return self.run_info.limit is not None and self.run_info.is_cut_short

    def days_listed(self) -> list[date]:
        return [publication_day(article.published_at) for article in self.listed.values() if article.published_at]

    def listed_from(self, day: date) -> list[str]:
        """Return the infoCodes of *day* and of later days, and those without a time."""
        times = ((code, article.published_at) for code, article in self.listed.items())
        return [code for code, published_at in times if published_at is None or publication_day(published_at) >= day]

    def report_ends(self, readers: Iterable[ListReader]) -> None:
        """Name the lists that do not reach back to ``since`` with the time at which they end, and those without times,
        which cannot be read by days."""
        for reader in readers:
            if reader.is_paged and reader.lacks_times:
                count_failure(self.crawler.stats, FailureReason.CHANGED_SHAPE)
                message = "changed_shape: %s: no times in %d pages in a row, so it was not read further"
                self.logger.error(message, reader.label, reader.pages_without_times)
            if self.arguments.since and reader.reached and reader.ends_after(self.arguments.since):
                self.crawler.stats.inc_value("finews/lists/too_short")
                message = "%s ends at %s: older articles are not on it"
                self.logger.warning(message, reader.label, f"{reader.reached.astimezone(BEIJING):%Y-%m-%d %H:%M}")

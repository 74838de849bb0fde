"""Base of the spiders that read rolling lists: polls, and backfills by ``since`` and ``until``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.articles.merge import merge
from finews_crawler.config.load import config_of
from finews_crawler.content.dates import publication_day
from finews_crawler.http_cache.storage import MAX_AGE
from finews_crawler.items import Article
from finews_crawler.requests import RequestSkipped
from finews_crawler.sources.outcome import Outcome
from finews_crawler.sources.source import ListSurface
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.spiders.channel_arguments import ListArguments
from finews_crawler.spiders.error_reporting import request_of
from finews_crawler.spiders.list_reader import ListReader, next_day
from finews_crawler.stats import Count
from finews_crawler.utils import clock
from finews_crawler.utils.timezone import BEIJING

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from finews_crawler.sources.outcome import ParsedList

READ_WHOLE_EVERY = timedelta(days=1)
"""Scripts generate these lists. If a validator does not change with its list, news are late by a day, and not lost."""
NO_DATA_REPEATS = 3
"""Times that a list without data is requested again. Source: upstream-today.md, "7×24"."""
CATCH_UP_PAGES = 10
"""Pages of a list that one poll reads at most to come to the rows of the last one."""


class ListSpider(FinewsSpider):
    """Reads all lists before it requests an article: most articles are in several, each with other fields missing."""

    arguments: ListArguments

    def readers(self) -> list[ListReader]:
        """Return a reader for each list of this run."""
        raise NotImplementedError

    def list_was_read(self, reader: ListReader, found: ParsedList) -> None:
        """Take note of a page that was received and parsed."""

    async def start(self) -> AsyncIterator[Any]:
        self.listed: dict[str, Article] = {}
        self.requested_at = clock.now()
        readers = self.readers()
        read = self.backfill if self.arguments.is_backfill else self.poll
        async for request in read(readers):
            yield request

    def first_page(self, channel: ListSurface) -> str | None:
        """Return the page to begin with: the one behind ``until``, if the list can be entered there."""
        if self.arguments.until is None or channel.page_before is None:
            return None
        return channel.page_before(datetime.combine(self.arguments.until + timedelta(days=1), time(), BEIJING))

    async def poll(self, readers: list[ListReader]) -> AsyncIterator[Any]:
        """Read the newest rows of each list, and further ones only if the last poll is longer ago than they are."""
        behind = readers
        while behind:
            async for request in self.read(behind):
                yield request
            behind = [reader for reader in readers if self.is_behind(reader)]
        async for request in self.article_requests(list(self.listed)):
            yield request

    def is_behind(self, reader: ListReader) -> bool:
        """Return True if rows of the time since the last poll are on further pages."""
        if not reader.has_more:
            return False
        if self.recorded is not None:
            return self.is_available(reader)
        polled_at = self.polled_at(reader)
        if polled_at is None or reader.reached is None or reader.reached <= polled_at:
            return False
        if reader.pages_read < CATCH_UP_PAGES:
            return True
        message = "%s: %d pages do not reach back to the last poll (%s): -a since=%s reads the rest"
        days = (f"{polled_at:%Y-%m-%d %H:%M}", publication_day(polled_at))
        self.logger.warning(message, reader.label, reader.pages_read, *days)
        return False

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
        """Name the lists that do not reach back to ``since``, and the time at which they end."""
        for reader in readers:
            if self.arguments.since and reader.reached and reader.ends_after(self.arguments.since):
                self.crawler.stats.inc_value("finews/lists/too_short")
                message = "%s ends at %s: older articles are not on it"
                self.logger.warning(message, reader.label, f"{reader.reached.astimezone(BEIJING):%Y-%m-%d %H:%M}")

    async def read(self, readers: list[ListReader]) -> AsyncIterator[Request]:
        """Request the next page of each of *readers*, and wait until all are processed."""
        readers = [reader for reader in readers if self.is_available(reader)]
        self.lists_to_come, self.lists_read = len(readers), asyncio.Event()
        for reader in readers:
            yield self.list_request(reader)
        if readers:
            await self.lists_read.wait()

    def is_available(self, reader: ListReader) -> bool:
        """Return False in a replay for a further page that was not recorded, such as those after a kill."""
        if self.recorded is None or not reader.pages_read or self.recorded([self.list_url(reader)]):
            return True
        reader.fail()
        return False

    def list_url(self, reader: ListReader) -> str:
        channel = reader.channel
        return channel.url(config_of(self.settings).hosts[channel.host_setting], self.arguments.count, reader.page)

    def list_request(self, reader: ListReader) -> Request:
        # The newest rows are requested again and again, so conditionally; the others once.
        is_polled = reader.page is None and reader.no_data_in_a_row == 0
        return Request(
            self.list_url(reader),
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"reader": reader},
            meta={MAX_AGE: READ_WHOLE_EVERY} if is_polled else {"dont_cache": True},
            dont_filter=True,
        )

    def parse_list(self, response: Response, reader: ListReader) -> Iterator[Any]:
        found = reader.channel.parse(response.body, reader.channel)
        if found.outcome is Outcome.NO_DATA and reader.no_data_in_a_row < NO_DATA_REPEATS:
            reader.no_data_in_a_row += 1
            self.crawler.stats.inc_value("finews/lists/no_data_repeated")
            yield self.list_request(reader)
            return
        try:
            yield from self.take_list(response, reader, found)
        finally:
            self.list_done()

    def take_list(self, response: Response, reader: ListReader, found: ParsedList) -> Iterator[Any]:
        self.report_list(reader.label, response, found)
        reader.take(found)
        if not reader.has_failed:
            reader.no_data_in_a_row = 0
            self.list_was_read(reader, found)
        for rejection in found.rejections:
            rejection.source_url = response.url
            self.count(Count.FOUND)
            yield rejection
        for article in found.articles:
            self.take(article)

    def list_failed(self, failure: Failure) -> None:
        try:
            request_of(failure).cb_kwargs["reader"].fail()
            self.run_info.is_cut_short = self.run_info.is_cut_short or isinstance(failure.value, RequestSkipped)
            self.report_list_failure(failure)
        finally:
            self.list_done()

    def list_done(self) -> None:
        self.lists_to_come -= 1
        if not self.lists_to_come:
            self.lists_read.set()

    def take(self, article: Article) -> None:
        """Merge a row with the rows of the same article in other lists."""
        other = self.listed.get(article.info_code)
        self.count(Count.FOUND)
        if other is None and article.info_code in self.run_info.mentioned:
            self.count(Count.MERGED)  # requested with an earlier page
            return
        self.run_info.mentioned.add(article.info_code)
        if other is None:
            self.listed[article.info_code] = article
            return
        self.count(Count.MERGED)
        # Of two rows from one list the first one is newer and must prevail, so it is merged last.
        joined = merge(article, other)
        joined.listing_hash = "+".join(sorted({*other.listing_hash.split("+"), article.listing_hash}))
        self.listed[article.info_code] = joined

    async def article_requests(self, info_codes: Iterable[str]) -> AsyncIterator[Any]:
        """Yield the requests for listed articles, newest first."""
        for info_code in info_codes:
            article = self.listed.pop(info_code)
            if self.arguments.covers_moment(article.published_at):
                await self.wait_for_capacity()
                yield self.article_request(article, listed=True)
            else:
                self.count(Count.SKIPPED)

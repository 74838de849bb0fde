"""Requests for the pages of lists, and their rows, merged over all lists."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.articles.merge import merge
from finews_crawler.extensions.archive import archive_of
from finews_crawler.http_cache.storage import MAX_AGE
from finews_crawler.items import Article
from finews_crawler.requests import RequestSkipped
from finews_crawler.sources.outcome import Outcome
from finews_crawler.spiders.article_spider import ArticleSpider
from finews_crawler.spiders.channel_arguments import ListArguments
from finews_crawler.spiders.error_reporting import request_of
from finews_crawler.spiders.list_reader import ListReader
from finews_crawler.stats import Count

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from finews_crawler.sources.outcome import ParsedList

READ_WHOLE_EVERY = timedelta(days=1)
"""Scripts generate these lists. If a validator does not change with its list, news are late by a day, and not lost."""
REPEATS = 3
"""Times that a list is requested again. For those without data, the source is upstream-today.md, "7×24"."""
REPEATED = (Outcome.NO_DATA, Outcome.CUT_OFF)
"""Outcomes after which the same list may be whole a moment later."""


class ListRequests(ArticleSpider):
    """Requests pages of several lists at once, and holds their rows until their articles are requested."""

    arguments: ListArguments
    listed: dict[str, Article]
    """Rows whose articles have not been requested, by infoCode; those of one article are merged."""

    def list_was_read(self, reader: ListReader, found: ParsedList) -> None:
        """Take note of a page that was received and parsed."""

    def list_was_not_read(self, reader: ListReader) -> None:
        """Take note of a page that failed."""

    async def read(self, readers: list[ListReader]) -> AsyncIterator[Request]:
        """Request the next page of each of *readers*, and merge the rows once all have been received.

        In the order of the lists, not of the responses: of two rows from one family of lists the one that is merged
        last prevails, and would change with the speed of the responses.
        """
        readers = [reader for reader in readers if self.is_available(reader)]
        self.lists_to_come, self.lists_read = len(readers), asyncio.Event()
        for reader in readers:
            yield self.list_request(reader)
        if readers:
            await self.lists_read.wait()
        for reader in readers:
            rows, reader.rows = reader.rows, []
            for article in rows:
                self.take(article)

    def is_available(self, reader: ListReader) -> bool:
        """Return False in a replay for a further page that was not recorded, such as those after a kill."""
        if self.recorded is None or not reader.pages_read or self.recorded([self.list_url(reader)]):
            return True
        reader.fail()
        return False

    def list_url(self, reader: ListReader) -> str:
        channel = reader.channel
        return channel.url(self.hosts[channel.host_setting], self.arguments.count, reader.page)

    def list_request(self, reader: ListReader) -> Request:
        # The newest rows are requested again and again, so conditionally; the others once.
        is_polled = reader.page is None and reader.repeats == 0
        return Request(
            self.list_url(reader),
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"reader": reader},
            meta={MAX_AGE: READ_WHOLE_EVERY} if is_polled else {"dont_cache": True},
            dont_filter=True,
        )

    def parse_list(self, response: Response, reader: ListReader) -> Iterator[Any]:
        is_repeated = False
        try:
            found = reader.channel.parse(response.body, reader.channel)
            is_repeated = found.outcome in REPEATED and reader.repeats < REPEATS
            yield from self.repeat(reader, found.outcome) if is_repeated else self.take_list(response, reader, found)
        except Exception:
            # A bug, which Scrapy logs. The run would wait for this list for ever, or read the page again and again.
            reader.fail()
            self.list_was_not_read(reader)
            raise
        finally:
            if not is_repeated:
                self.list_done()

    def repeat(self, reader: ListReader, outcome: Outcome) -> Iterator[Request]:
        reader.repeats += 1
        self.crawler.stats.inc_value(f"finews/lists/{outcome.value}_repeated")
        yield self.list_request(reader)

    def take_list(self, response: Response, reader: ListReader, found: ParsedList) -> Iterator[Any]:
        self.report_list(reader.label, response, found)
        reader.take(found)
        if reader.has_failed:
            self.list_was_not_read(reader)
        else:
            reader.repeats = 0
            self.list_was_read(reader, found)
        for rejection in found.rejections:
            rejection.source_url = response.url
            self.count(Count.FOUND)
            yield rejection

    def list_failed(self, failure: Failure) -> None:
        try:
            reader: ListReader = request_of(failure).cb_kwargs["reader"]
            reader.fail()
            self.list_was_not_read(reader)
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
        # Of two rows from one list the first one is newer and must prevail, so it is merged last; as is the row of the
        # first of two lists.
        joined = merge(article, other)
        joined.listing_hash = "+".join(sorted({*other.listing_hash.split("+"), article.listing_hash}))
        self.listed[article.info_code] = joined

    async def article_requests(self, info_codes: Iterable[str]) -> AsyncIterator[Any]:
        """Yield the requests for listed articles, in the given order; those of other days are skipped."""
        codes = list(info_codes)
        archive_of(self.crawler).expected.expect((code, self.listed[code].listing_hash) for code in codes)
        for info_code in codes:
            article = self.listed.pop(info_code)
            if self.arguments.covers_moment(article.published_at):
                await self.wait_for_capacity()
                yield self.article_request(article, listed=True)
            else:
                self.count(Count.SKIPPED)

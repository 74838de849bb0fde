"""Category pages of the web site: the part of ``finews crawl category`` that reads ``/a/czqyw.html`` and its pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.content.dates import publication_day
from finews_crawler.extensions.archive import archive_of
from finews_crawler.extensions.storage_errors import is_archived
from finews_crawler.http_cache.storage import MAX_AGE
from finews_crawler.requests import RequestSkipped
from finews_crawler.sources.eastmoney_web.category_page import (
    LAST_PAGE,
    CategoryPage,
    numbered,
    parse_category_page,
)
from finews_crawler.sources.eastmoney_web.pages import CATEGORY
from finews_crawler.sources.outcome import Outcome
from finews_crawler.spiders.article_spider import ArticleSpider
from finews_crawler.spiders.category_frontier import CategoryProgress
from finews_crawler.spiders.error_reporting import is_gone, request_of
from finews_crawler.spiders.list_reader import LAST_ROWS
from finews_crawler.spiders.list_requests import READ_WHOLE_EVERY

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from finews_crawler.items import Article


class WebCategorySpider(ArticleSpider):
    """Follows the pages of a category, and requests the articles of each page before the next one."""

    async def read_web_category(self, path: str, progress: CategoryProgress) -> AsyncIterator[Any]:
        """Read the pages of the category with the first page *path*, newest first, until one is wholly archived.

        As with the archive site's categories, only if a run has read all of them lately: see CategoryProgress.
        """
        before: datetime | None = None
        for number in range(1, LAST_PAGE + 1):
            url = self.hosts[CATEGORY.host_setting].rstrip("/") + numbered(path, number)
            if number > 1 and self.recorded is not None and not self.recorded([url]):
                return
            self.page, self.page_read = CategoryPage(Outcome.MISSING), asyncio.Event()
            yield self.page_request(url, number, before)
            await self.page_read.wait()
            is_known = self.is_known(self.page)
            async for request in self.listed_requests(self.page.articles):
                yield request
            progress.is_whole = progress.is_whole and self.page.outcome in (Outcome.ARTICLES, Outcome.NO_NEWS)
            times = [article.published_at for article in self.page.articles if article.published_at]
            before = times[-1] if times else before
            # As with other lists, a single row may have a wrong time.
            reached = max(times[-LAST_ROWS:], default=before)
            is_past = self.arguments.since and reached and publication_day(reached) < self.arguments.since
            if is_past or not self.page.articles:
                return
            if progress.was_whole and is_known:
                progress.is_whole = False
                self.crawler.stats.inc_value("finews/category/lists_left_out")
                return

    def page_request(self, url: str, number: int, before: datetime | None, repeats: int = 0) -> Request:
        return Request(
            url,
            callback=self.page_received,
            errback=self.page_failed,
            cb_kwargs={"url": url, "number": number, "before": before, "repeats": repeats},
            meta={"dont_cache": True} if number > 1 or repeats else {MAX_AGE: READ_WHOLE_EVERY},
            dont_filter=True,
        )

    def page_received(
        self, response: Response, url: str, number: int, before: datetime | None, repeats: int
    ) -> Iterator[Request]:
        is_repeated = False
        try:
            self.page = parse_category_page(response.body, before)
            is_repeated = self.must_repeat(self.page.outcome, repeats)
            if is_repeated:
                yield self.page_request(url, number, before, repeats + 1)
            else:
                self.report_list("category page", response, self.page)
                self.crawler.stats.inc_value("finews/category/not_an_article", len(self.page.left_out))
        finally:
            if not is_repeated:
                self.page_read.set()

    def page_failed(self, failure: Failure) -> None:
        try:
            if request_of(failure).cb_kwargs["number"] > 1 and is_gone(failure):
                self.page = CategoryPage(Outcome.NO_NEWS)  # a category of fewer pages
                return
            self.run_info.is_cut_short = self.run_info.is_cut_short or isinstance(failure.value, RequestSkipped)
            self.report_list_failure(failure)
        finally:
            self.page_read.set()

    def is_known(self, page: CategoryPage) -> bool:
        """Return True if each article of a page is archived."""
        return not self.arguments.refetch and all(is_archived(self.crawler, found.info_code) for found in page.articles)

    async def listed_requests(self, articles: Iterable[Article]) -> AsyncIterator[Any]:
        articles = list(articles)
        archive_of(self.crawler).expected.expect((article.info_code, article.listing_hash) for article in articles)
        for article in articles:
            day = publication_day(article.published_at) if article.published_at else None
            if self.mention(article.info_code, day):
                await self.wait_for_capacity()
                yield self.article_request(article, listed=True)

"""The spider of ``finews images``: requests the pictures that are not held, and stores them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError

from finews_crawler.archive.image_store import HELD, ImageStore, Lasting
from finews_crawler.archive.image_urls import newest_images
from finews_crawler.content.image_types import image_extension
from finews_crawler.exceptions import ArchiveError
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import ForbiddenAddress
from finews_crawler.spiders.error_reporting import ErrorReportingMixin, describe, is_gone, request_of
from finews_crawler.stats import OUTCOMES, Count, FailureReason, count, count_failure, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.crawler import extension_of
from finews_crawler.utils.log import error_line
from finews_crawler.utils.origins import netloc_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from finews_crawler.archive.index import Index
    from finews_crawler.archive.query import ExportQuery

BASE = "https://finance.eastmoney.com/"
"""Page that the URLs of pictures without a scheme are relative to."""
OK = 200


@dataclass
class ImageRun:
    """What one run takes pictures of, and what it found."""

    index: Index
    store: ImageStore
    query: ExportQuery
    limit: int | None = None
    """Pictures to request at most."""
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Mentions of pictures at other hosts, by host."""


class ImageSpider(ErrorReportingMixin):
    """Goes through the archived articles, the newest first. Each URL is counted once in a run."""

    name = "images"
    things = "pictures"
    job: ImageRun
    allowed: Allowlist

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, job: ImageRun | None = None, **kwargs: Any) -> Self:
        assert job is not None  # noqa: S101 (the command gives it)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.job, spider.allowed = job, Allowlist.by_settings(crawler.settings)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        seen: set[int] = set()
        left = self.job.limit
        try:
            for urls in newest_images(self.job.index, self.job.query):
                for url in urls:
                    if hash(url) in seen:
                        continue
                    seen.add(hash(url))  # eight bytes instead of a hundred
                    request = self.request_for(url)
                    if request is None:
                        continue
                    if left == 0:
                        self.count(Count.SKIPPED)
                        continue
                    left = None if left is None else left - 1
                    yield request
                await asyncio.sleep(0)  # pages without a new picture must not keep a signal waiting
        except ArchiveError as error:
            self.report_storage(error)  # what has been requested is finished

    def request_for(self, url: str) -> Request | None:
        """Return the request for a picture; None, and count it, for one that need not or must not be requested."""
        try:
            address = urljoin(BASE, url.strip())
            if not self.allowed.has(address):
                self.job.elsewhere[netloc_of(address)] += 1
                return None
            request = Request(
                address, self.parse, errback=self.failed, cb_kwargs={"url": url}, meta={"url": url}, dont_filter=True
            )
        except ValueError:  # not a URL
            return None
        self.count(Count.FOUND)
        before = self.job.store.attempt(url)
        if before is not None and not before.is_due(clock.now()):
            self.count(Count.HELD if before.is_held else Count.SKIPPED)
            return None
        if extension_of(self.crawler, HostRegistry).closed_for(request):
            self.count(Count.SKIPPED)
            return None
        return request

    def parse(self, response: Response, url: str) -> None:
        extension = image_extension(response.body)
        if response.status != OK:
            self.refuse(url, f"http_{response.status}", f"HTTP status {response.status}", Count.FAILED)
        elif not extension:
            self.refuse(url, Lasting.OTHER_TYPE, "not a JPEG, PNG, GIF or WebP", Count.REJECTED)
        else:
            self.store(url, response.body, extension)

    def failed(self, failure: Failure) -> None:
        """Record a failure of the picture; one of its host leaves the picture as it was, for the next run."""
        url, reason = request_of(failure).meta["url"], describe(failure)
        if isinstance(failure.value, ForbiddenAddress):
            self.refuse(url, Lasting.REDIRECTED, "redirects to another host", Count.REJECTED)
        elif isinstance(failure.value, DownloadCancelledError):
            self.refuse(url, Lasting.TOO_LARGE, "larger than DOWNLOAD_MAXSIZE", Count.REJECTED)
        elif self.report_host(failure):
            self.count(Count.FAILED)
        else:
            self.refuse(url, reason.word, reason.text, Count.FAILED, is_usual=is_gone(failure))

    def store(self, url: str, content: bytes, extension: str) -> None:
        try:
            is_new = self.job.store.keep(url, content, extension, clock.now())
        except ArchiveError as error:
            self.count(Count.FAILED)
            self.end(error)
        else:
            self.count(Count.NEW if is_new else Count.HELD)
            self.logger.debug("%s: %s", HELD, url)

    def refuse(self, url: str, status: str, why: str, what: Count, *, is_usual: bool = False) -> None:
        """Record that a URL has no picture."""
        self.count(what)
        (self.logger.info if is_usual else self.logger.warning)("%s: %s", url, why)
        try:
            self.job.store.fail(url, status, clock.now())
        except ArchiveError as error:
            self.end(error)

    def end(self, error: ArchiveError) -> None:
        """End the run: nothing can be written."""
        if self.report_storage(error):
            reason = FailureReason.NOT_WRITABLE.value
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def report_storage(self, error: ArchiveError) -> bool:
        """Report the first error of the archive. Return False for the others."""
        count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
        is_first: bool = self.crawler.stats.get_value(f"finews/faults/{FailureReason.NOT_WRITABLE}") == 1
        if is_first:
            error_line(self.logger, "%s", error)
        return is_first

    def closed(self, reason: str) -> None:
        """Count what is left for the next run, so that found is the sum of the outcomes."""
        counts = read_counts(self.crawler.stats)
        left = counts[Count.FOUND] - sum(counts[outcome] for outcome in OUTCOMES)
        if left:
            self.count(Count.SKIPPED, left)
            self.logger.warning("the run ended early (%s): %d pictures are left for the next run", reason, left)

    def count(self, what: Count, number: int = 1) -> None:
        count(self.crawler.stats, what, number)

"""The recording of a replay, the run that is being replayed, and the order of its responses."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler

from finews_crawler.config.load import config_of
from finews_crawler.politeness.response_headers import headers_of, response_class
from finews_crawler.requests import INFO_CODE, NoRecordedResponse, RequestSkipped
from finews_crawler.sources import is_list
from finews_crawler.stats import Count, FailureReason, count, count_failure
from finews_crawler.utils import clock
from finews_crawler.utils.crawler import CrawlerComponent, extension_of
from finews_crawler.warc.recording import RecordedRun, Recording
from finews_crawler.warc.records import target_of
from finews_crawler.warc.replay.files import replay_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from finews_crawler.warc.recording import Exchange

logger = logging.getLogger(__name__)
SEEN_AT = "finews_seen_at"
"""The ``meta`` key of the time at which the response was recorded."""
SECONDS_BETWEEN_RESPONSES = 0.001
"""Time for Scrapy to process a response, so that a request that it leads to competes for the next place."""
STEPS_BETWEEN_RESPONSES = 50
"""Minimum number of iterations of the event loop in that time: on a busy machine a single one may take longer."""


class ReplayOrder:
    """Releases waiting requests in the order in which their responses were recorded.

    A request for the first exchange that has not been replayed need not wait. Any other one waits for a moment, since a
    response that was just released may lead to a request for an earlier exchange.
    """

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        """*numbers*: ascending, of the exchanges that the run may request."""
        self._ahead = deque(numbers)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, number: int) -> None:
        """Wait until exchange *number* is the first of those waiting."""
        if self._is_next(number) and not self._waiting:
            self._pass(number)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (number, next(self._arrivals), future))
        self._release_next()
        await future

    def _is_next(self, number: int) -> bool:
        return bool(self._ahead) and number == self._ahead[0]

    def _pass(self, number: int) -> None:
        while self._ahead and self._ahead[0] <= number:
            self._ahead.popleft()

    def _release_next(self) -> None:
        """Release the requests that nothing can precede, then the first of the others after a moment."""
        while self._waiting and self._is_next(self._waiting[0][0]):
            self._release()
        if self._timer is None and self._waiting:
            self._timer = asyncio.get_running_loop().call_later(
                SECONDS_BETWEEN_RESPONSES, self._release_later, STEPS_BETWEEN_RESPONSES
            )

    def _release_later(self, steps: int) -> None:
        if steps:
            asyncio.get_running_loop().call_soon(self._release_later, steps - 1)
            return
        self._timer = None
        if self._waiting:
            self._release()
        self._release_next()

    def _release(self) -> None:
        number, _, future = heapq.heappop(self._waiting)
        self._pass(number)
        if not future.done():  # a second stop signal cancels waiting requests
            future.set_result(None)


class ReplaySession(CrawlerComponent):
    """Extension with the recording; the download handler gets its responses here."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.recording = Recording(replay_files(config_of(crawler.settings).replay))
        self.run = RecordedRun(clock.now())  # without exchanges, until the first run begins
        self.time: datetime | None = None
        """Time of the last response; of the run's start before the first response."""
        self._order = ReplayOrder()
        self._reported: set[str] = set()

    def spider_opened(self, spider: Spider) -> None:
        if self.recording.is_incomplete:
            count_failure(self.crawler.stats, FailureReason.NOT_FOUND)
        runs = list(self.runs_of(spider))
        message = "replaying %d exchanges in %d runs of %s, from %s: no requests are sent"
        number = sum(len(exchanges) for run in runs for exchanges in run.exchanges.values())
        logger.info(message, number, len(runs), spider.name, config_of(self.crawler.settings).replay)

    def spider_closed(self) -> None:
        self.recording.close()

    def runs_of(self, spider: Spider) -> Iterator[RecordedRun]:
        """Return the runs of a spider, and those whose spider is unknown; oldest first."""
        return (run for run in self.recording.runs if run.spider in ("", spider.name))

    def begin(self, run: RecordedRun) -> None:
        """Take the following responses from *run*."""
        self.run, self.time = run, run.began_at
        self._order = ReplayOrder(run.replayable_numbers())

    def recorded(self, urls: Iterable[str]) -> list[str]:
        """Return those of *urls* that the present run requested; if none, those that another run requested."""
        all_urls = list(urls)
        here = [url for url in all_urls if self._find(url)]
        return here or [url for url in all_urls if any(run.find(url) for run in self.recording.runs)]

    async def respond(self, request: Request) -> Response:
        """Return the recorded response to a request, when those recorded before it have been returned.

        Raises NoRecordedResponse and RequestSkipped; for a file that has changed OSError, CorruptWarc, InvalidRecord.
        """
        exchange = self._find(request.url)
        if exchange is None:
            self._count_missing(request)
            raise RequestSkipped("the recording has no response for it")
        await self._order.wait(exchange.number)
        self.time = request.meta[SEEN_AT] = exchange.date
        self.crawler.stats.inc_value("finews/replay/answered")
        if exchange.failure:
            raise NoRecordedResponse(f"no response when it was recorded either: {exchange.failure}")
        return self._response(exchange)

    def _find(self, url: str) -> Exchange | None:
        """Return the exchange of the present run that has *url*, or a file that continues it.

        Other programs begin a new file in the midst of a run; a list is another one on another day.
        """
        found = self.run.find(url)
        if found is None and not self.run.spider and not is_list(url):
            others = (run.find(url) for run in self.recording.runs if not run.spider)
            found = next(filter(None, others), None)
        return found

    def _response(self, exchange: Exchange) -> Response:
        """Return the response with its recorded URL, whatever host the settings name now."""
        status, pairs, body = self.recording.response(exchange)
        headers = headers_of(pairs)
        response = response_class(headers, exchange.url, body)(exchange.url, status, body=body)
        response.headers = headers  # an argument would be copied
        return response

    def _count_missing(self, request: Request) -> None:
        """Count a request that the run did not send: skipped if its limit or another run explains that, else failed."""
        is_article = INFO_CODE in request.meta
        target = target_of(request.url)
        is_expected = self.run.was_limited or any(target in run.exchanges for run in self.recording.runs)
        if is_article:
            count(self.crawler.stats, Count.SKIPPED if is_expected else Count.FAILED)
        if is_expected or request.url in self._reported:
            return
        self._reported.add(request.url)
        self.crawler.stats.inc_value("finews/replay/not_recorded")
        if not is_article:
            count_failure(self.crawler.stats, FailureReason.NOT_FOUND)
        logger.warning("%s: the recording has no response for it", request.url)


class ReplayHandler(BaseDownloadHandler):
    """Download handler that opens no socket."""

    @cached_property
    def _session(self) -> ReplaySession:
        return extension_of(self.crawler, ReplaySession)

    async def download_request(self, request: Request) -> Response:
        return await self._session.respond(request)

"""The recording that a replay reads, and the run of it that is replayed just now."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from finews_crawler.requests import INFO_CODE, NoRecordedResponse, RequestSkipped
from finews_crawler.stats import Count, FailureReason, count, count_failure
from finews_crawler.utils.crawler import extension_of
from finews_crawler.warc.recording import RecordedRun, Recording, target_of
from finews_crawler.warc.replay.files import replay_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from finews_crawler.warc.recording import Exchange

SECONDS = 0.001
"""Between two answers: what the first brings about, such as the next request, comes before the second."""


class ReplayOrder:
    """Of those who wait, the one that was recorded first goes on."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, number: int) -> None:
        """Until it is the turn of the exchange of that number."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (number, next(self._arrivals), future))
        self._schedule()
        await future

    def _schedule(self) -> None:
        if self._timer is None and self._waiting:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._next)

    def _next(self) -> None:
        self._timer = None
        _, _, future = heapq.heappop(self._waiting)
        if not future.done():  # a second signal to stop cancels those who wait
            future.set_result(None)
        self._schedule()


logger = logging.getLogger(__name__)
SEEN_AT = "finews_seen_at"
"""The ``meta`` key of when a request was answered."""


class ReplaySession:
    """Answers each request as the recorded run was answered."""

    def __init__(self, crawler: Crawler, recording: Recording) -> None:
        self.crawler = crawler
        self.recording = recording
        self.run = RecordedRun()
        self.moment: datetime | None = None
        """When the last answer was given."""
        self._turns = ReplayOrder()
        self._told: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler, Recording(replay_files(crawler.settings["FINEWS_REPLAY"])))
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        if self.recording.is_damaged:
            count_failure(self.crawler.stats, FailureReason.NOT_FOUND)
        runs = list(self.runs_of(spider))
        told = "replay of %d exchanges in %d runs of %s, from %s: nobody is asked"
        number = sum(1 for run in runs for _ in run.all())
        logger.info(told, number, len(runs), spider.name, self.crawler.settings["FINEWS_REPLAY"])

    def runs_of(self, spider: Spider) -> Iterator[RecordedRun]:
        """The runs of a spider, and what nobody knows the spider of; oldest first."""
        return (run for run in self.recording.runs if run.spider in ("", spider.name))

    def begin(self, run: RecordedRun) -> None:
        """Answer from another run."""
        self.run, self.moment = run, run.began_at

    async def answer(self, request: Request) -> Response:
        """The recorded response. Raises NoRecordedResponse, RequestSkipped; for a file that has changed OSError,
        CorruptWarc, InvalidRecord.
        """
        exchange = self.run.find(request.url)
        if exchange is None:
            self._leave_out(request)
            raise RequestSkipped("the recording has no answer for it")
        await self._turns.wait(exchange.number)
        self.moment = request.meta[SEEN_AT] = exchange.date
        self.crawler.stats.inc_value("finews/replay/answered")
        if exchange.failure:
            raise NoRecordedResponse(f"no answer when it was recorded either: {exchange.failure}")
        return self._response(exchange)

    def _response(self, exchange: Exchange) -> Response:
        """By its recorded address, wherever the settings say that its host is now."""
        answer = self.recording.answer(exchange)
        headers = Headers()
        for name, value in answer.headers:
            headers.appendlist(name, value)
        response_class = responsetypes.from_args(headers=headers, url=exchange.url, body=answer.body)
        return response_class(exchange.url, answer.status, headers, answer.body)

    def _leave_out(self, request: Request) -> None:
        """What another run asked for, or a limit left out, is no matter of this one; what none ever asked for has
        failed, and is told once."""
        is_article = INFO_CODE in request.meta
        is_no_matter = self.run.was_limited or self.recording.has(target_of(request.url))
        if is_article:
            count(self.crawler.stats, Count.SKIPPED if is_no_matter else Count.FAILED)
        if is_no_matter or request.url in self._told:
            return
        self._told.add(request.url)
        self.crawler.stats.inc_value("finews/replay/not_recorded")
        if not is_article:
            count_failure(self.crawler.stats, FailureReason.NOT_FOUND)
        logger.warning("%s: the recording has no answer for it", request.url)


class ReplayHandler(BaseDownloadHandler):
    """Opens no socket."""

    async def download_request(self, request: Request) -> Response:
        return await extension_of(self.crawler, ReplaySession).answer(request)

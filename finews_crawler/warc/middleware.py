"""Downloader middleware that records every exchange in ``FINEWS_WARC_DIR``: each attempt, and robots.txt too."""

from __future__ import annotations

import json
import logging
import uuid
from importlib.metadata import version
from typing import TYPE_CHECKING

from finews_crawler.config.load import config_of
from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import CorruptWarc, Locked, LockLost
from finews_crawler.extensions.archive import archive_of
from finews_crawler.requests import RequestSkipped
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import CrawlerComponent
from finews_crawler.utils.error_hints import hint_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from finews_crawler.warc.writer import Recorder

logger = logging.getLogger(__name__)
SENT = "finews_sent"
"""The ``meta`` key of a request that has passed all other middlewares: the downloader sends it next."""
NEAREST_TO_NETWORK = 950
"""Behind the list cache (900): requests with their conditional headers, and responses as they were received."""


class WarcMiddleware(CrawlerComponent):
    """Records exchanges. An error on writing ends the recording, but not the crawl."""

    writes = True  # a dry run leaves it out

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        folder = config_of(crawler.settings).warc_dir
        assert folder is not None  # noqa: S101 (else WarcAddon does not place it)
        self.folder = folder
        self.recorder: Recorder | None = None

    def spider_opened(self, spider: Spider) -> None:
        """Start recording if this run holds the archive lock, which guards the WARC files too."""
        from finews_crawler.warc.writer import Recorder

        try:
            archive_of(self.crawler).prepare()
        except Locked as error:
            self._stop(error, "retry when it has finished")
            return
        self.recorder = Recorder(self.folder, warcinfo_fields(spider))

    def process_request(self, request: Request) -> None:
        request.meta[SENT] = True

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.pop(SENT, False):
            cached = request.meta.get("cached_response")
            self._record(lambda recorder: recorder.exchange(request, response, cached))
            self.crawler.stats.inc_value("finews/warc/exchanges", 0 if self.recorder is None else 1)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Record a missing response, unless skipped on purpose: a replay has to take stand-ins where the run did."""
        was_sent = request.meta.pop(SENT, False)
        if not isinstance(exception, RequestSkipped):
            reason = one_line(f"{type(exception).__name__}: {exception}")
            self._record(lambda recorder: recorder.failure(request, reason, was_sent=was_sent))

    def _record(self, write: Callable[[Recorder], None]) -> None:
        if self.recorder is None:
            return
        try:
            archive_of(self.crawler).lock.check()
            write(self.recorder)
        except OSError as error:
            self._stop(error, hint_for(error))
        except LockLost as error:
            self._stop(error, "nothing more is recorded")
        except CorruptWarc as error:
            self._stop(error, "move it away")

    def _stop(self, error: Exception, hint: str) -> None:
        self.recorder = None
        count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
        logger.error("%s: recording stopped, the crawl goes on (%s): %s", self.folder, error, hint)

    def spider_closed(self) -> None:
        if self.recorder is not None:
            self._record(lambda recorder: recorder.close())


def warcinfo_fields(spider: Spider) -> list[tuple[str, str]]:
    """Return the fields that describe a run. Names by WARC/1.1, 6.1; ``spider`` and ``arguments`` are our own."""
    from finews_crawler.warc.records import ARGUMENTS, RUN, SPIDER

    settings = spider.settings
    return [
        ("software", f"finews_crawler/{version('finews_crawler')} scrapy/{version('scrapy')}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("robots", "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore"),
        ("http-header-user-agent", settings["USER_AGENT"]),
        (RUN, f"urn:uuid:{uuid.uuid4()}"),
        (SPIDER, spider.name),
        (ARGUMENTS, json.dumps(run_info_of(spider.crawler).inlined, ensure_ascii=True)),
    ]


class WarcAddon:
    """Scrapy add-on: FINEWS_WARC_DIR, which is checked with the other settings, switches the middleware on."""

    def update_settings(self, settings: BaseSettings) -> None:
        if config_of(settings).warc_dir:
            settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", WarcMiddleware, NEAREST_TO_NETWORK)

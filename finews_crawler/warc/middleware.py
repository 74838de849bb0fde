"""Each exchange with upstream is recorded in ``FINEWS_WARC_DIR``: every try of every request, robots.txt included."""

from __future__ import annotations

import json
import logging
import uuid
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import CorruptWarc, Locked
from finews_crawler.extensions.archive import archive_of
from finews_crawler.requests import RequestSkipped
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.warc.records import ARGUMENTS, RUN, SPIDER
from finews_crawler.warc.writer import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
SENT = "finews_sent"
"""The ``meta`` key of a request that has come as far as this: it goes to the network next."""
MOVE_AWAY = "move it away"


class WarcMiddleware:
    """Nearest to the network. A disk that refuses ends the recording, and not the crawl: news come first."""

    writes = True  # a dry run leaves it out

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self.crawler = crawler
        self.folder = folder
        self.recorder: Recorder | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler, Path(crawler.settings["FINEWS_WARC_DIR"]))
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    def spider_opened(self, spider: Spider) -> None:
        """A run that could not write to the archive is not to write here either."""
        try:
            archive_of(self.crawler).prepare()
        except Locked as error:
            self._tell(error, "run again when it is over")
            return
        self.recorder = Recorder(self.folder, about_run(spider))

    def process_request(self, request: Request) -> None:
        request.meta[SENT] = True

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.pop(SENT, False):
            kept = request.meta.get("cached_response")
            self._record(lambda recorder: recorder.exchange(request, response, kept))
            self.crawler.stats.inc_value("finews/warc/exchanges", 0 if self.recorder is None else 1)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """A replay is to know that there was no answer: of a host that was down, or closed to the run, stand-ins come.
        What the run was told to leave out needs no record."""
        was_sent = request.meta.pop(SENT, False)
        if not isinstance(exception, RequestSkipped):
            why = one_line(f"{type(exception).__name__}: {exception}")
            self._record(lambda recorder: recorder.failure(request, why, was_sent=was_sent))

    def _record(self, write: Callable[[Recorder], None]) -> None:
        if self.recorder is None:
            return
        try:
            write(self.recorder)
        except OSError as error:
            self._tell(error, hint_for(error))
        except CorruptWarc as error:
            self._tell(error, MOVE_AWAY)

    def _tell(self, error: Exception, advice: str) -> None:
        self.recorder = None
        count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
        message = "%s: nothing more is recorded in this run, which goes on (%s): %s"
        logger.error(message, self.folder, error, advice)

    def spider_closed(self) -> None:
        if self.recorder is not None:
            self._record(Recorder.close)


def about_run(spider: Spider) -> list[tuple[str, str]]:
    """What a ``warcinfo`` says of a run. Sources of the names: WARC/1.1, 6.1 (software, format, conformsTo, robots,
    isPartOf); the others are ours."""
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

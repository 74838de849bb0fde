"""Extension that remembers the first error in a run's log: later ones are often consequences."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from finews_crawler.content.decoding import one_line
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST = 200
"""Characters. One line of text that can include a URL."""


def line_of(record: logging.LogRecord) -> str:
    r"""Format a log record as one line, the exception first: Scrapy's message leaves it to the traceback.

    >>> args = ("scrapy", logging.ERROR, "", 0, "Error processing %s", ("Article(info_code='NW202205182383638060', …",))
    >>> line_of(logging.LogRecord(*args, exc_info=(ValueError, ValueError("no\nmoment"), None)))
    "ValueError: no moment (Error processing Article(info_code='NW202205182383638060', …)"
    >>> len(line_of(logging.LogRecord("finews", logging.ERROR, "", 0, "x" * 300, (), None)))
    200
    """
    message = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        name = type(error).__name__
        message = f"{name}: {error} ({message})" if str(error) else f"{name} ({message})"
    line = one_line(message)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


class FirstError(logging.Handler, CrawlerComponent):
    """Log handler that keeps the first error as one line. Listens before the other components start, until the end."""

    def __init__(self, crawler: Crawler) -> None:
        CrawlerComponent.__init__(self, crawler)
        super().__init__(logging.ERROR)
        self.line = ""

    def emit(self, record: logging.LogRecord) -> None:
        if self.line:
            return
        try:
            self.line = line_of(record)
        except Exception:  # noqa: BLE001 (as the handlers of the standard library do: logging.raiseExceptions decides)
            self.handleError(record)

    def spider_opened(self) -> None:
        logging.root.addHandler(self)

    def engine_stopped(self) -> None:
        logging.root.removeHandler(self)

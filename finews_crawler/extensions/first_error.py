"""Extension that remembers the first error in a run's log: later ones are often consequences."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.content.decoding import one_line

if TYPE_CHECKING:
    from typing import Self

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


class FirstErrorHandler(logging.Handler):
    """Handler that keeps the first error as one line."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.line = ""

    def emit(self, record: logging.LogRecord) -> None:
        if self.line:
            return
        try:
            self.line = line_of(record)
        except Exception:  # noqa: BLE001 (as the handlers of the standard library do: logging.raiseExceptions decides)
            self.handleError(record)


class FirstError:
    """Adds the handler before the other components start, and removes it after they have stopped."""

    def __init__(self) -> None:
        self.handler = FirstErrorHandler()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        logging.root.addHandler(self.handler)

    def engine_stopped(self) -> None:
        logging.root.removeHandler(self.handler)

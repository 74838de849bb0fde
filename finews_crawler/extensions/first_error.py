"""Extension that remembers the first error in a run's log: later ones are often consequences."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from finews_crawler.content.decoding import one_line
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST = 200
"""Characters. One line of text that can include a URL."""


LEADING_URL = re.compile(r"(https?://\S+): (.+)")
QUERY = re.compile(r"(https?://[^\s?]+\?)[^\s)]+")


def reason_first(line: str) -> str:
    """Return a line with the URL that it begins with at its end, and without the queries of others: they are long.

    >>> reason_first("https://a.test/list?client=web&page=1: HTTP status 500")
    'HTTP status 500: https://a.test/list?client=web&page=1'
    >>> reason_first("changed_shape: channel fast at https://a.test/list?client=web&page=1 (no key 'data')")
    "changed_shape: channel fast at https://a.test/list?… (no key 'data')"
    """
    leading = LEADING_URL.fullmatch(line)
    return f"{leading[2]}: {leading[1]}" if leading else QUERY.sub(r"\1…", line)


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
    line = reason_first(one_line(message))
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

"""The log of a run as JSON lines in ``FINEWS_LOG_FILE``: for machines, and for whoever was not there to read it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.log import get_scrapy_root_handler

from finews_crawler.config.model import log_limits
from finews_crawler.operate.logging.json_formatter import JsonFormatter
from finews_crawler.operate.logging.rotating_file import RotatingLogFile
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)


class JsonLogExtension:
    """Takes the place of standard error, unless that is a terminal: then somebody reads along.

    It stays for what is said after the last stage has ended; another run of the same process begins its own.
    """

    def __init__(self, handler: RotatingLogFile) -> None:
        self.handler = handler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings["FINEWS_LOG_FILE"]:
            raise NotConfigured
        remove_earlier()
        try:
            extension = cls(open_log(crawler.settings, getattr(crawler.spidercls, "name", "") or ""))
        except OSError as error:
            count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
            name = crawler.settings["FINEWS_LOG_FILE"]
            message = "FINEWS_LOG_FILE=%s is not written, the log goes to standard error (%s: %s)"
            error_line(logger, message, name, error, hint_for(error))
            raise NotConfigured from error
        logging.root.addHandler(extension.handler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Scrapy's own handler is there by now: it makes a new one once the extensions are made."""
        plain = get_scrapy_root_handler()
        # Whoever asks for LOG_FILE, Scrapy's own, gets that one, too.
        if plain is not None and not isinstance(plain, logging.FileHandler) and not sys.stderr.isatty():
            logging.root.removeHandler(plain)
            self.handler.instead = plain


def remove_earlier() -> None:
    """Of an earlier run of this process."""
    for handler in [handler for handler in logging.root.handlers if isinstance(handler, RotatingLogFile)]:
        logging.root.removeHandler(handler)
        handler.close()


def open_log(settings: BaseSettings, spider: str) -> RotatingLogFile:
    """Raises OSError where the file cannot be opened."""
    log = RotatingLogFile(Path(settings["FINEWS_LOG_FILE"]), log_limits(settings))
    log.setLevel(settings["LOG_LEVEL"])
    log.setFormatter(JsonFormatter(spider))
    return log

"""Writes the log of a run as JSON lines into ``FINEWS_LOG_FILE``."""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.log import get_scrapy_root_handler

from finews_crawler.config.load import config_of
from finews_crawler.operate.logging.json_formatter import JsonFormatter
from finews_crawler.operate.logging.rotating_file import RotatingLogFile
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class JsonLogExtension:
    """Replaces the log on standard error, or writes beside it when that is a terminal.

    The handler stays after the spider is closed, for what Scrapy logs last; a later run in the same process replaces
    it.
    """

    def __init__(self, crawler: Crawler, path: Path) -> None:
        """Raises OSError when the file cannot be opened."""
        config = config_of(crawler.settings)
        self.handler = RotatingLogFile(
            path,
            config.log_max_bytes,
            config.log_keep,
            on_failure=partial(count_failure, crawler.stats, FailureReason.NOT_WRITABLE),
        )
        self.handler.setLevel(crawler.settings["LOG_LEVEL"])
        self.handler.setFormatter(JsonFormatter(getattr(crawler.spidercls, "name", "") or ""))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path = config_of(crawler.settings).log_file
        if not path:
            raise NotConfigured
        for handler in [handler for handler in logging.root.handlers if isinstance(handler, RotatingLogFile)]:
            logging.root.removeHandler(handler)
            handler.close()
        try:
            extension = cls(crawler, path)
        except OSError as error:
            count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
            message = "FINEWS_LOG_FILE=%s cannot be opened, the log goes to standard error (%s: %s)"
            error_line(logger, message, path, error, hint_for(error))
            raise NotConfigured from error
        logging.root.addHandler(extension.handler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Remove Scrapy's handler, which Scrapy installs only after it has created the extensions."""
        handler = get_scrapy_root_handler()
        # A FileHandler is Scrapy's own LOG_FILE, which stays beside ours.
        if handler is not None and not isinstance(handler, logging.FileHandler) and not sys.stderr.isatty():
            logging.root.removeHandler(handler)
            self.handler.fallback = handler

"""Extension that makes no log records below LOG_LEVEL.

Scrapy leaves that to the handlers: for each request and item a record would be made, formatted and redacted that none
of them takes.
"""

from __future__ import annotations

import logging

from finews_crawler.utils.crawler import CrawlerComponent

LOGGERS = ("", "scrapy")
"""The loggers to which Scrapy gives a level, the lowest."""


class LogLevel(CrawlerComponent):
    """Sets the level of the loggers while a spider is open: Scrapy resets it before."""

    def spider_opened(self) -> None:
        self.set_level(self.crawler.settings["LOG_LEVEL"])

    def engine_stopped(self) -> None:
        self.set_level(logging.DEBUG)

    def set_level(self, level: int | str) -> None:
        for name in LOGGERS:
            logging.getLogger(name).setLevel(level)

"""Extension that makes no log records below LOG_LEVEL.

Scrapy leaves that to the handlers: for each request and item a record would be made, formatted and redacted that none
of them takes.
"""

from __future__ import annotations

import logging

from finews_crawler.utils.crawler import CrawlerComponent


class LogLevel(CrawlerComponent):
    """Sets the level of the root logger while a spider is open: Scrapy resets it before."""

    def spider_opened(self) -> None:
        logging.root.setLevel(self.crawler.settings["LOG_LEVEL"])

    def engine_stopped(self) -> None:
        logging.root.setLevel(logging.NOTSET)

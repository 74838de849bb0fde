"""Messages about single requests and items, made only if they are logged."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.logformatter import LogFormatter

if TYPE_CHECKING:
    from typing import Any

ENGINE, SCRAPER = (logging.getLogger(f"scrapy.core.{name}") for name in ("engine", "scraper"))
"""Loggers of these messages."""


class LazyLogFormatter(LogFormatter):
    """Scrapy's formatter (``LOG_FORMATTER``): None is a message that is not logged."""

    def crawled(self, *args: Any) -> Any:
        return super().crawled(*args) if ENGINE.isEnabledFor(logging.DEBUG) else None

    def scraped(self, *args: Any) -> Any:
        return super().scraped(*args) if SCRAPER.isEnabledFor(logging.DEBUG) else None

"""The crawler of ``finews crawl``: Scrapy's, with the engine and the signals of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.crawler import Crawler

from finews_crawler.engine.engine import Engine
from finews_crawler.engine.signals import Signals

if TYPE_CHECKING:
    from typing import Any

    from scrapy.core.engine import ExecutionEngine


class DirectCrawler(Crawler):
    """Scrapy has no setting for these two."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signals = Signals(self)

    def _create_engine(self) -> ExecutionEngine:
        return Engine(self, lambda _: self.stop_async())

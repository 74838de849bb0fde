"""Extension that leaves the objects of the start out of garbage collection: they live until the process ends."""

from __future__ import annotations

import gc

from finews_crawler.utils.crawler import CrawlerComponent


class FrozenStart(CrawlerComponent):
    """Freezes what is there once all components are. A collection, also that at the end, then looks at the run only."""

    def spider_opened(self) -> None:
        gc.freeze()

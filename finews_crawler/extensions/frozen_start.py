"""Extension that leaves the objects of the start out of garbage collection: they live until the process ends."""

from __future__ import annotations

import gc

from finews_crawler.utils.crawler import CrawlerComponent

COLLECT_AFTER = 10_000
"""Objects made until the next collection."""


class FrozenStart(CrawlerComponent):
    """Freezes what is there once all components are. A collection, also that at the end, then looks at the run only.

    The command has postponed collections until then, since a start leaves nothing to collect.
    """

    def spider_opened(self) -> None:
        gc.freeze()
        gc.set_threshold(COLLECT_AFTER)

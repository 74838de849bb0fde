"""Progress while a crawl works: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call
from tqdm import tqdm

from finews_crawler.stats import OUTCOMES, read_counts
from finews_crawler.utils.formatting import format_duration

if TYPE_CHECKING:
    from typing import Never, Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)
BAR_SECONDS = 0.5


class Progress:
    """Shows how many of the mentions found so far are dealt with."""

    def __init__(self, stats: StatsCollector, seconds: float) -> None:
        self.stats = stats
        self.on_terminal = sys.stderr.isatty()
        self.seconds = BAR_SECONDS if self.on_terminal else seconds
        self.bar: tqdm[Never] | None = None
        self.spider_name = ""
        self.began = time.monotonic()
        self.calls = create_looping_call(self.show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler.stats, crawler.settings.getfloat("FINEWS_PROGRESS_SECONDS"))
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        self.spider_name, self.began = spider.name, time.monotonic()
        if self.on_terminal:
            self.bar = tqdm(iterable=(), desc=spider.name, unit="", dynamic_ncols=True, leave=False)
        self.calls.start(self.seconds, now=False)

    def spider_closed(self) -> None:
        if self.calls.running:
            self.calls.stop()
        if self.bar is not None:
            self.bar.close()

    def elapsed(self) -> float:
        """Seconds since the spider began."""
        return time.monotonic() - self.began

    def show(self) -> None:
        counts = read_counts(self.stats)
        done = sum(counts[outcome.value] for outcome in OUTCOMES)
        if self.bar is None:
            told = "%s: %d of %d articles found so far are dealt with%s"
            logger.info(told, self.spider_name, done, counts["found"], pace(done, counts["found"], self.elapsed()))
            return
        self.bar.total, self.bar.n = counts["found"], done
        self.bar.set_postfix(new=counts["new"], failed=counts["failed"], refresh=True)


def pace(done: int, found: int, seconds: float) -> str:
    """How fast it goes, and how long what was found so far takes at that; nothing as long as nothing is known of it.

    >>> pace(1200, 5000, 600.0), pace(3, 5, 60.0), pace(0, 100, 60.0)
    (', 2.0 a second, 31 min 40 s left', ', 3.0 a minute, 40 s left', '')
    """
    if not done or not seconds:
        return ""
    rate = done / seconds
    told = f"{rate:.1f} a second" if rate >= 1 else f"{rate * 60:.1f} a minute"
    return f", {told}, {format_duration((found - done) / rate)} left"

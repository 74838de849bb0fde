"""Extension that shows progress: a bar on a terminal, otherwise a log line at intervals."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING

from scrapy.utils.asyncio import create_looping_call

from finews_crawler.config.load import config_of
from finews_crawler.stats import OUTCOMES, read_counts
from finews_crawler.utils.crawler import CrawlerComponent
from finews_crawler.utils.formatting import format_duration

if TYPE_CHECKING:
    from typing import Never

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from tqdm import tqdm

logger = logging.getLogger(__name__)
BAR_SECONDS = 0.5


class Progress(CrawlerComponent):
    """Shows how many of the articles found so far are finished."""

    writes = True  # a dry run leaves it out: the bar would appear between the lines that it prints

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.bar: tqdm[Never] | None = None
        self.calls = create_looping_call(self.show)

    def spider_opened(self, spider: Spider) -> None:
        self.things = getattr(spider, "things", "articles")
        self.spider_name, self.began = spider.name, time.monotonic()
        seconds = config_of(self.crawler.settings).progress_seconds
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(iterable=(), desc=spider.name, unit="", dynamic_ncols=True, leave=False)
            seconds = BAR_SECONDS
        self.calls.start(seconds, now=False)

    def spider_closed(self) -> None:
        if self.calls.running:
            self.calls.stop()
        if self.bar is not None:
            self.bar.close()

    def show(self) -> None:
        counts = read_counts(self.crawler.stats)
        done = sum(counts[outcome.value] for outcome in OUTCOMES)
        if self.bar is None:
            message = "%s: %d of the %d %s found so far are finished%s"
            rate = rate_and_rest(done, counts["found"], time.monotonic() - self.began)
            logger.info(message, self.spider_name, done, counts["found"], self.things, rate)
            return
        self.bar.total, self.bar.n = counts["found"], done
        self.bar.set_postfix(new=counts["new"], failed=counts["failed"], refresh=True)


def rate_and_rest(done: int, found: int, seconds: float) -> str:
    """Format the rate, and the time that the rest of *found* takes at this rate; '' while nothing is done.

    >>> rate_and_rest(1200, 5000, 600.0), rate_and_rest(3, 5, 60.0), rate_and_rest(0, 100, 60.0)
    (', 2.0 per second, 31 min 40 s left', ', 3.0 per minute, 40 s left', '')
    """
    if not done or not seconds:
        return ""
    rate = done / seconds
    text = f"{rate:.1f} per second" if rate >= 1 else f"{rate * 60:.1f} per minute"
    return f", {text}, {format_duration((found - done) / rate)} left"

"""``python -m tests.support.stopped_spider``: a crawl that is stopped while items of ``start`` are with the pipelines.

With the argument ``ends`` it is not stopped, but ends by itself.

Prints the items that were scraped, and what came of closing the spider once more, as soon as it had closed.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess

from finews_crawler.engine.crawler import DirectCrawler

ENDS = sys.argv[1:] == ["ends"]


class StoppedSpider(Spider):
    name = "stopped"

    async def start(self) -> AsyncIterator[Any]:
        for number in range(3):
            yield {"number": number}
        if not ENDS:
            await asyncio.Event().wait()


class Pipeline:
    """Stops the crawl with the first item, and keeps all for a while."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Pipeline:
        return cls(crawler)

    async def process_item(self, item: dict[str, int]) -> dict[str, int]:
        if item["number"] == 0 and not ENDS:
            self.stopping = asyncio.ensure_future(self.crawler.stop_async())
        await asyncio.sleep(0.05 * (1 + item["number"]))
        return item


def main() -> None:
    settings = {"ITEM_PIPELINES": {Pipeline: 1}, "LOG_ENABLED": False, "TWISTED_REACTOR_ENABLED": False}
    process = AsyncCrawlerProcess({**settings, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
    crawler, scraped = DirectCrawler(StoppedSpider, process.settings), list[int | str]()
    closing: list[asyncio.Future[None]] = []

    def note(item: Any) -> None:
        scraped.append(item["number"])

    async def close_again() -> None:
        assert crawler.engine is not None
        while crawler.engine.spider is not None:
            await asyncio.sleep(0)
        try:
            await crawler.engine.close_spider_async(reason="late")
        except RuntimeError as error:
            scraped.append(str(error))
        else:
            scraped.append("closed")

    def begin_to_close_again() -> None:
        closing.append(asyncio.ensure_future(close_again()))

    async def wait_for_it() -> None:
        await closing[0]

    crawler.signals.connect(note, signals.item_scraped)
    crawler.signals.connect(begin_to_close_again, signals.spider_closed)
    crawler.signals.connect(wait_for_it, signals.engine_stopped)
    process.crawl(crawler)
    process.start()
    sys.stdout.write(repr(scraped))


if __name__ == "__main__":
    main()

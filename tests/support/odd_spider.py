"""``python -m tests.support.odd_spider direct|scrapy [middleware]``: a crawl with callbacks, pipelines, middlewares and
receivers of every kind, by this package's engine or Scrapy's; prints what became of its requests and items."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import DropItem, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpErrorMiddleware

from finews_crawler.engine.crawler import DirectCrawler

MANY = 250
DIRECT = {
    "DOWNLOADER": "finews_crawler.engine.downloader.DirectDownloader",
    "ITEM_PROCESSOR": "finews_crawler.engine.middlewares.DirectPipelines",
    "STATS_CLASS": "finews_crawler.engine.stats.DirectStats",
    "LOG_FORMATTER": "finews_crawler.engine.log_formatter.LazyLogFormatter",
}
seen: list[str] = []
at_a_time = [0, 0]


class OddSpider(Spider):
    name = "odd"

    async def start(self) -> AsyncIterator[Any]:
        yield {"from": "start"}
        for name in ("many", "one", "nothing", "plain", "asynchronous", "broken", "broken_at_once", "nested"):
            yield Request(f"data:,{name}", getattr(self, name), cb_kwargs={"word": name})
        yield Request("data:,parse")
        yield Request("data:,refused", self.one, cb_kwargs={"unknown": "argument"})
        for name in ("ignored", "failing", "replaced", "cancelled"):
            yield Request(f"data:,{name}", self.one, errback=self.failed, cb_kwargs={"word": name})
        yield Request("data:,without", self.one, cb_kwargs={"word": "ignored"})

    def many(self, response: Response, word: str) -> Iterator[Any]:
        for number in range(MANY):
            yield {"from": word, "number": number}
            yield Request(f"data:,{number % 3}", self.nothing, cb_kwargs={"word": word})

    def one(self, response: Response, word: str) -> Iterator[Any]:
        yield {"from": f"{word} {response.text}"}

    def nothing(self, response: Response, word: str) -> Iterator[Any]:
        yield from ()

    def plain(self, response: Response, word: str) -> list[Any]:
        return [{"from": word}, None, Request("data:,again", self.nothing, cb_kwargs={"word": word})]

    async def asynchronous(self, response: Response, word: str) -> AsyncIterator[Any]:
        await asyncio.sleep(0)
        for number in range(20):
            yield {"from": word, "number": number}

    def broken(self, response: Response, word: str) -> Iterator[Any]:
        yield {"from": word}
        raise ValueError("broken on purpose")

    def broken_at_once(self, response: Response, word: str) -> Iterator[Any]:
        raise IgnoreRequest("broken on purpose")
        yield

    def nested(self, response: Response, word: str) -> Iterator[Any]:
        yield None
        yield Request("data:,deeper", self.one, cb_kwargs={"word": word})

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        yield {"from": "parse"}

    def failed(self, failure: Any) -> Iterator[Any]:
        yield {"from": f"errback {type(failure.value).__name__} {failure.request.url}"}


class Middleware:
    """Downloader middleware with synchronous and asynchronous methods, and every kind of result."""

    async def process_request(self, request: Request) -> Any:
        if "ignored" in request.url or "without" in request.url:
            raise IgnoreRequest("on purpose")
        if "cancelled" in request.url:
            never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            never.cancel()
            await never
        if "failing" in request.url:
            return "neither a response nor a request"
        return None

    def process_response(self, request: Request, response: Response) -> Response | Request:
        if "replaced" in request.url:
            return request.replace(url="data:,instead")
        return response.replace(body=response.body + b"!")

    async def process_exception(self, request: Request, exception: Exception) -> None:
        seen.append(f"exception {type(exception).__name__} {request.url}")


class SpiderMiddleware:
    """Spider middleware with hooks of its own."""

    def process_spider_input(self, response: Response) -> None:
        if "nothing" in response.url:
            raise ValueError("refused on purpose")

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in result:
            yield {**found, "seen": True} if isinstance(found, dict) else found

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        return [{"from": "recovered"}] if "broken" in response.url else None


class Pipeline:
    async def process_item(self, item: Any) -> Any:
        at_a_time[0] += 1
        at_a_time[1] = max(at_a_time)
        await asyncio.sleep(0.001)
        at_a_time[0] -= 1
        if item.get("number") == 7:
            raise DropItem("on purpose")
        if item.get("number") == 8:
            raise ValueError("on purpose")
        return item


class SecondPipeline:
    def process_item(self, item: Any) -> Any:
        return {**item, "second": True}


async def scraped(item: Any) -> None:
    await asyncio.sleep(0)
    seen.append(f"scraped {item}")


def scraped_too(item: Any, spider: Spider) -> None:
    raise ValueError("on purpose")


def main(engine: str, *options: str) -> None:
    settings: dict[str, Any] = {
        "ITEM_PIPELINES": {Pipeline: 1, SecondPipeline: 2},
        "DOWNLOADER_MIDDLEWARES": {Middleware: 1},
        "SPIDER_MIDDLEWARES": {SpiderMiddleware: 1} if "middleware" in options else {},
        "SPIDER_MIDDLEWARES_BASE": {HttpErrorMiddleware: 50},  # DepthMiddleware has hooks of its own
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "TWISTED_REACTOR_ENABLED": False,
        **(DIRECT if engine == "direct" else {}),
    }
    process = AsyncCrawlerProcess(settings)
    crawler = (DirectCrawler if engine == "direct" else Crawler)(OddSpider, process.settings)
    crawler.signals.connect(scraped, signals.item_scraped)
    crawler.signals.connect(scraped_too, signals.item_scraped)
    process.crawl(crawler)
    process.start()
    stats = {name: value for name, value in crawler.stats.get_stats().items() if isinstance(value, int)}
    sys.stdout.write(json.dumps({"seen": sorted(seen), "stats": stats, "at_a_time": at_a_time[1]}))


if __name__ == "__main__":
    main(*sys.argv[1:])

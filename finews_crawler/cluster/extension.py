"""Extension with the connection to Redis, which the components of coordinator and worker share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.cluster.queue import Queue
from finews_crawler.cluster.server import Server
from finews_crawler.config.load import config_of
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ClusterExtension(CrawlerComponent):
    """Owner of the connection and of the queue."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.server = Server(config_of(crawler.settings))
        self.queue = Queue(self.server)
        self.run = 0
        """Start of the coordinator's run, in milliseconds since 1970; in a worker, of the newest with a job here."""

    async def engine_stopped(self) -> None:
        await self.server.close()


def queue_of(crawler: Crawler) -> Queue:
    return extension_of(crawler, ClusterExtension).queue

"""robots.txt, obeyed by every request.

Scrapy 2.19 lets all requests that wait for the first answer await one Deferred, whose result the first of them takes:
the third and later ones get None, which reads as "allowed". Here they wait in line instead.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's own middleware, asked for one host by one request at a time."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        async with self.locks[urlsplit(request.url).netloc]:
            return await super().robot_parser(request)

"""One pace for a host, whichever process sends the request: a turn in Redis for each request of a slot with a delay.

The clock is that of the server.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from finews_crawler.cluster import scripts
from finews_crawler.cluster.extension import ClusterExtension
from finews_crawler.config.load import config_of
from finews_crawler.engine.downloader import DirectDownloader
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.http import Response

    from finews_crawler.cluster.server import Server

LONGEST_HOLD = 2
"""Multiple of FINEWS_LONGEST_WAIT that no pause exceeds."""
LONGEST_SLEEP = 1000
"""Milliseconds after which a request tries again for its turn: a host may have been closed meanwhile."""


class ClusterDownloader(DirectDownloader):
    """The downloader of a crawl; where a slot has a delay, each request waits for its turn among all processes."""

    async def _download(self, slot: Slot, request: Request) -> Response:
        try:
            if slot.delay:
                await self._wait_for_turn(slot, request)
        except Exception:
            slot.transferring.discard(request)
            self._process_queue(slot)
            raise
        return await super()._download(slot, request)

    async def _wait_for_turn(self, slot: Slot, request: Request) -> None:
        """Wait for the turn of a request. Raises HostClosed."""
        hosts = extension_of(self.crawler, HostRegistry)
        server = extension_of(self.crawler, ClusterExtension).server
        key, delay = turn_key(server, self.get_slot_key(request)), round(slot.delay * 1000)
        most = delay + round(LONGEST_HOLD * config_of(self.crawler.settings).longest_wait * 1000)
        while wait := await server.script(scripts.TURN, [key], [delay, LONGEST_SLEEP, most]):
            await asyncio.sleep(wait / 1000)
            hosts.check_open(request)


def turn_key(server: Server, slot: str) -> str:
    return server.key(f"turn:{slot}")

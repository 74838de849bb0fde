"""One pace for each host, whichever process sends the request: in a slot with a delay, each takes a turn in Redis.

The clock of the server decides. A request is sent a little later than the server has granted its turn, so turns are the
delay and some slack apart, and a turn that was granted longer ago than the slack is not used. So two requests are sent
no closer than the delay, however slow the network or a machine is.
"""

from __future__ import annotations

import asyncio
import math
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from finews_crawler.cluster import scripts
from finews_crawler.cluster.extension import ClusterExtension
from finews_crawler.cluster.keys import closed_key, responses_key, slots_key, turn_key, turns_key
from finews_crawler.config.load import config_of
from finews_crawler.engine.downloader import DirectDownloader
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings


LONGEST_HOLD = 2
"""Multiple of FINEWS_LONGEST_WAIT that no pause exceeds."""
LONGEST_SLEEP = 1000
"""Milliseconds after which a request asks again for a turn: its host may have been closed meanwhile."""
CLOSED = -1
SECONDS_TO_NOTICE = 0.2
"""Seconds between two checks whether this process, too, has closed a host that another one has closed."""
LEAST_SLACK = 0.02
"""Least seconds added to the delay between two turns; few responses of Redis take longer."""
SLACK = 2
"""Slack, as a multiple of the time that Redis took for the last turn."""
TURNS_REMEMBERED = 20
"""Times of the last turns of a slot that are kept, for ``finews cluster status``."""
SECONDS_REMEMBERED = 86_400
"""Time for which these and the number of turns are kept, after the last turn."""


class Turns:
    """Takes turns for one process, and measures how long that takes."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.slack = LEAST_SLACK
        self._clock = clock

    async def ask(self, cluster: ClusterExtension, place: tuple[str, str], delay: float, longest: int) -> float | None:
        """Ask for a turn. Return None if it was granted in time, or the seconds after which to ask again.

        *place*: the slot, and the host and port. *longest*: milliseconds that no pause exceeds.
        """
        (slot, netloc), prefix = place, cluster.server.prefix
        keys = [turn_key(prefix, slot), slots_key(prefix), turns_key(prefix, slot), closed_key(prefix, cluster.run)]
        slack, asked_at = self.slack, self._clock()
        milliseconds = math.ceil((delay + slack) * 1000) + 1  # the server counts whole ones
        times = (milliseconds, LONGEST_SLEEP, milliseconds + longest)
        arguments: list[str | int] = [*times, slot, TURNS_REMEMBERED, SECONDS_REMEMBERED, netloc]
        wait: int = await cluster.server.script(scripts.TURN, keys, arguments)
        if wait == CLOSED:
            return SECONDS_TO_NOTICE
        taken = self._clock() - asked_at
        self.slack = max(LEAST_SLACK, SLACK * taken)
        return None if not wait and taken <= slack else wait / 1000


class ClusterDownloader(DirectDownloader):
    """The downloader of a crawl; where a slot has a delay, each request waits for its turn among all processes."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.turns = Turns()

    @cached_property
    def hosts(self) -> HostRegistry:
        return extension_of(self.crawler, HostRegistry)

    @cached_property
    def cluster(self) -> ClusterExtension:
        return extension_of(self.crawler, ClusterExtension)

    async def _download(self, slot: Slot, request: Request) -> Response:
        try:
            if slot.delay:
                await self._wait_for_turn(slot, request)
        except Exception:
            slot.transferring.discard(request)
            self._process_queue(slot)
            raise
        response = await super()._download(slot, request)
        host = self.hosts.of(request.url)
        if not host.has_given:  # else this process knows enough to tell a lost article from a refusal
            host.has_given = await has_given_to_others(self.cluster, host.netloc) or host.has_given
        return response

    async def _wait_for_turn(self, slot: Slot, request: Request) -> None:
        """Wait for the turn of a request. Raises HostClosed."""
        place = (self.get_slot_key(request), self.hosts.of(request.url).netloc)
        longest = longest_hold(self.crawler.settings)
        while (wait := await self.turns.ask(self.cluster, place, slot.delay, longest)) is not None:
            await asyncio.sleep(wait)
            self.hosts.check_open(request)


async def has_given_to_others(cluster: ClusterExtension, netloc: str) -> bool:
    """Return True if one of the last responses of a host to all processes was good."""
    key = responses_key(cluster.server.prefix, cluster.run, netloc)
    return b"0" in await cluster.server.command("LRANGE", key, 0, -1)


def longest_hold(settings: BaseSettings) -> int:
    """Return the milliseconds that no pause exceeds."""
    return round(LONGEST_HOLD * config_of(settings).longest_wait * 1000)

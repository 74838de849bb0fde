"""The hosts of a run, as all processes of a cluster see them together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from finews_crawler.cluster import scripts
from finews_crawler.cluster.extension import ClusterExtension
from finews_crawler.cluster.keys import closed_key, responses_key, turn_key
from finews_crawler.cluster.pace import longest_hold
from finews_crawler.content.decoding import one_line
from finews_crawler.politeness.ban_detection import REFUSED_AT_FIRST, REFUSED_OF_LAST
from finews_crawler.politeness.host_state import RESPONSES_REMEMBERED, HostRegistry, HostState
from finews_crawler.stats import FailureReason
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from scrapy import Request
    from scrapy.crawler import Crawler

ELSEWHERE = "has refused another process of the cluster"
LONGEST_REASON = 300
SECONDS_OF_A_RUN = 86_400
SECONDS_BETWEEN_LOOKS = 1
SECONDS_TO_GATHER = 0.1
"""For which a good response waits to be counted with those after it. One that is refused does not wait."""


class ClusterHosts(HostRegistry):
    """The hosts of a run; what one process must wait for, or is refused by a ban, holds for all of them."""

    sees_all_responses = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._telling: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[None] | None = None
        self._gathering: asyncio.TimerHandle | None = None
        self._responses: dict[str, list[str]] = {}
        """Responses that are not counted with those of the others yet, by host; 1 for one that was refused."""

    def spider_opened(self) -> None:
        self._listening = asyncio.ensure_future(self._watch_others())

    def spider_closed(self) -> None:
        for waiting in (self._listening, self._gathering):
            if waiting:
                waiting.cancel()

    @property
    def cluster(self) -> ClusterExtension:
        return extension_of(self.crawler, ClusterExtension)

    def pause(self, request: Request, seconds: float, why: str) -> None:
        super().pause(request, seconds, why)
        self._tell(self._hold(self._downloader.get_slot_key(request), seconds))

    def close(self, host: HostState, fault: FailureReason, why: str) -> None:
        is_news = not host.closed
        super().close(host, fault, why)
        if is_news and fault is FailureReason.BLOCKED and not why.startswith(ELSEWHERE):
            self._tell(self._announce(host.netloc, why))

    def note_response(self, host: HostState, *, is_good: bool) -> None:
        is_news = not (is_good and host.has_given)
        super().note_response(host, is_good=is_good)
        if host.closed:
            return
        self._responses.setdefault(host.netloc, []).append("0" if is_good else "1")
        if is_news:
            self._count()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(SECONDS_TO_GATHER, self._count)

    def _count(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        if self._counting is None or self._counting.done():
            self._counting = asyncio.ensure_future(self._count_with_others())

    def _tell(self, telling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _hold(self, slot: str, seconds: float) -> None:
        server, milliseconds = self.cluster.server, round(seconds * 1000)
        most = max(milliseconds, longest_hold(self.crawler.settings))
        await server.script(scripts.HOLD, [turn_key(server.prefix, slot)], [milliseconds, most])

    async def _announce(self, netloc: str, why: str) -> None:
        arguments: list[str | bytes | int] = [netloc, why[:LONGEST_REASON], SECONDS_OF_A_RUN]
        await self.cluster.server.script(scripts.CLOSE, [self._closed_key()], arguments)

    async def _count_with_others(self) -> None:
        """Record responses among the last ones of all processes; close a host if too many of them are refused."""
        while self._responses:
            netloc = next(iter(self._responses))
            key = responses_key(self.cluster.server.prefix, self.cluster.run, netloc)
            last = self._responses.pop(netloc)[-RESPONSES_REMEMBERED:]
            arguments: list[str | int] = [RESPONSES_REMEMBERED, SECONDS_OF_A_RUN, *last]
            refused, number = await self.cluster.server.script(scripts.RESPONSES, [key], arguments)
            if host := self.known.get(netloc):  # else another run has begun
                self._judge(host, refused, number)

    def _judge(self, host: HostState, refused: int, number: int) -> None:
        host.has_given = host.has_given or refused < number
        if refused >= (REFUSED_OF_LAST if refused < number else REFUSED_AT_FIRST) and not host.closed:
            why = f"refused {refused} of the last {number} requests of the cluster"
            self.close(host, FailureReason.BLOCKED, why)

    async def _watch_others(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            await self.close_what_others_closed()

    def _closed_key(self) -> str:
        return closed_key(self.cluster.server.prefix, self.cluster.run)

    async def close_what_others_closed(self) -> None:
        """Close the hosts that have refused other processes, as those saw it last."""
        for netloc, reason in (await self.cluster.server.command("HGETALL", self._closed_key())).items():
            host = self.known.get(netloc.decode(errors="replace"))
            if host is not None and not host.closed:
                why = one_line(reason.decode(errors="replace"))[:LONGEST_REASON]
                self.close(host, FailureReason.BLOCKED, f"{ELSEWHERE} ({why})")

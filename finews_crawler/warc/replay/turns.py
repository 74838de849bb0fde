"""Answers of a replay come in the order in which they were recorded.

Some of what a run makes of its answers depends on their order: whether a share site that gives nothing is believed.
"""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

SECONDS = 0.001
"""Between two answers: what the first brings about, such as the next request, comes before the second."""


class Turns:
    """Of those who wait, the one that was recorded first goes on."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, number: int) -> None:
        """Until it is the turn of the exchange of that number."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (number, next(self._arrivals), future))
        self._schedule()
        await future

    def _schedule(self) -> None:
        if self._timer is None and self._waiting:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._next)

    def _next(self) -> None:
        self._timer = None
        _, _, future = heapq.heappop(self._waiting)
        if not future.done():  # a second signal to stop cancels those who wait
            future.set_result(None)
        self._schedule()

"""Values that go to Redis together: a command costs far more than its values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Groups(Generic[T, R]):
    """Sends values in the order in which they come, one group at a time."""

    def __init__(self, send: Callable[[list[T]], Awaitable[Sequence[R]]], most: int, pause: float = 0) -> None:
        """*send* returns one response for each value. *most*: values of a group. *pause*: seconds for which a group
        waits for more values, unless it is full; with 0, those that come while others are sent are the next group."""
        self._send, self._most, self._pause = send, most, pause
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._sending: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def add(self, value: T) -> asyncio.Future[R]:
        """Return the response to *value*, when it comes. It raises what *send* raises."""
        response: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((value, response))
        self._start()
        return response

    def _start(self) -> None:
        """Send what waits, now or soon, unless a group is being sent: its end calls this again."""
        if self._sending is not None or not self._waiting:
            return
        if self._pause and len(self._waiting) < self._most:
            self._timer = self._timer or asyncio.get_running_loop().call_later(self._pause, self._begin)
        else:
            self._begin()

    def _begin(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._sending = asyncio.ensure_future(self._send_group())
        self._sending.add_done_callback(self._end)

    def _end(self, sending: asyncio.Task[None]) -> None:
        self._sending = None
        self._start()

    async def _send_group(self) -> None:
        group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            responses = await self._send([value for value, _ in group])
        except Exception as error:  # noqa: BLE001 (raised by those who wait)
            for _, response in group:
                if not response.done():
                    response.set_exception(error)
            return
        for (_, response), found in zip(group, responses, strict=True):
            if not response.done():  # else it was cancelled
                response.set_result(found)

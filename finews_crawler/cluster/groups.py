"""Values that go to Redis together: those that come while others are sent are the next group."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Groups(Generic[T, R]):
    """Sends values in the order in which they come, one group at a time: a command costs more than its values."""

    def __init__(self, send: Callable[[list[T]], Awaitable[Sequence[R]]], most: int) -> None:
        """*send* returns one response for each value. *most*: values of a group."""
        self._send, self._most = send, most
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._sending: asyncio.Task[None] | None = None

    def add(self, value: T) -> asyncio.Future[R]:
        """Return the response to *value*, when it comes. It raises what *send* raises."""
        response: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((value, response))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.ensure_future(self._send_all())
        return response

    async def _send_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                responses = await self._send([value for value, _ in group])
            except Exception as error:  # noqa: BLE001 (raised by those who wait)
                for _, response in group:
                    if not response.done():
                        response.set_exception(error)
                continue
            for (_, response), found in zip(group, responses, strict=True):
                if not response.done():  # else it was cancelled
                    response.set_result(found)

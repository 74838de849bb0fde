"""Several asynchronous iterators as one, in which none waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def interleaved(*iterators: AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield what *iterators* yield, as it comes, until all have ended; raise what one of them raises."""
    found: asyncio.Queue[T | BaseException | None] = asyncio.Queue(maxsize=1)
    pumps = [asyncio.ensure_future(_pump(iterator, found)) for iterator in iterators]
    running = len(pumps)
    try:
        while running:
            value = await found.get()
            if value is None:
                running -= 1
            elif isinstance(value, BaseException):
                raise value
            else:
                yield value
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def _pump(iterator: AsyncIterator[T], found: asyncio.Queue[T | BaseException | None]) -> None:
    try:
        async for value in iterator:
            await found.put(value)
    except Exception as error:  # noqa: BLE001 (raised by the reader)
        await found.put(error)
    else:
        await found.put(None)

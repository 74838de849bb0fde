"""Answers come in the order in which they were recorded, whoever asks first."""

from __future__ import annotations

import asyncio
import random

from finews_crawler.warc.replay.session import ReplayOrder


def test_who_was_recorded_first_goes_first() -> None:
    gone: list[int] = []

    async def ask(turns: ReplayOrder, number: int) -> None:
        await turns.wait(number)
        gone.append(number)

    async def ask_all() -> None:
        turns, numbers = ReplayOrder(), list(range(50))
        random.Random(1).shuffle(numbers)
        await asyncio.gather(*(ask(turns, number) for number in numbers))

    asyncio.run(ask_all())
    assert gone == sorted(gone)


def test_who_asks_no_more_holds_nobody_up() -> None:
    async def ask() -> None:
        turns = ReplayOrder()
        first = asyncio.ensure_future(turns.wait(1))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait_for(turns.wait(2), timeout=10)

    asyncio.run(ask())

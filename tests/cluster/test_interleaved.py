"""Several iterators in one stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from finews_crawler.cluster.interleaved import interleaved
from tests.support.virtual_time import run_in_virtual_time


async def numbers(*values: int, pause: float = 0) -> AsyncIterator[int]:
    for value in values:
        await asyncio.sleep(pause)
        yield value


async def failing() -> AsyncIterator[int]:
    yield 1
    raise ValueError("broken")


async def collected(*iterators: AsyncIterator[int]) -> list[int]:
    return [value async for value in interleaved(*iterators)]


def test_neither_waits_for_the_other() -> None:
    assert run_in_virtual_time(collected(numbers(1, 2, pause=0.05), numbers(3, 4, 5)))[:3] == [3, 4, 5]


def test_all_ends_with_the_last() -> None:
    assert run_in_virtual_time(collected(numbers(), numbers(1, 2))) == [1, 2]


def test_an_error_is_raised() -> None:
    with pytest.raises(ValueError, match="broken"):
        run_in_virtual_time(collected(failing(), numbers(2, pause=60)))

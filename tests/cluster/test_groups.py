"""Values that come while others are sent go together."""

from __future__ import annotations

import asyncio

import pytest

from finews_crawler.cluster.groups import Groups
from tests.support.virtual_time import run_in_virtual_time

groups: list[list[int]] = []


async def send(values: list[int]) -> list[int]:
    groups.append(values)
    await asyncio.sleep(0.01)
    if 13 in values:
        raise ValueError("refused")
    return [10 * value for value in values]


@pytest.fixture(autouse=True)
def no_groups() -> None:
    groups.clear()


def test_values_that_come_together_are_sent_together_and_in_order() -> None:
    async def test() -> list[int]:
        sent: Groups[int, int] = Groups(send, 3)
        waiting = [sent.add(0)]
        await asyncio.sleep(0)  # it is sent
        waiting += [sent.add(value) for value in range(1, 6)]
        return list(await asyncio.gather(*waiting))

    assert run_in_virtual_time(test()) == [0, 10, 20, 30, 40, 50]
    assert groups == [[0], [1, 2, 3], [4, 5]]


def test_an_error_is_that_of_its_group_only() -> None:
    async def test() -> list[int | BaseException]:
        sent: Groups[int, int] = Groups(send, 1)
        return await asyncio.gather(*(sent.add(value) for value in (12, 13, 14)), return_exceptions=True)

    first, second, third = run_in_virtual_time(test())
    assert (first, str(second), third) == (120, "refused", 140)


def test_one_that_is_cancelled_does_not_keep_the_others_from_their_response() -> None:
    async def test() -> int:
        sent: Groups[int, int] = Groups(send, 2)
        cancelled, other = sent.add(1), sent.add(2)
        cancelled.cancel()
        return await other

    assert run_in_virtual_time(test()) == 20


def test_with_a_pause_values_wait_for_others_until_a_group_is_full() -> None:
    async def test() -> list[int]:
        sent: Groups[int, int] = Groups(send, 3, pause=0.05)
        waiting = [sent.add(0)]
        await asyncio.sleep(0.01)
        waiting += [sent.add(1)]
        await asyncio.wait_for(waiting[0], 10)
        waiting += [sent.add(value) for value in (2, 3, 4, 5)]
        await asyncio.sleep(0.02)
        assert groups == [[0, 1], [2, 3, 4]], "a full group is sent at once"
        return list(await asyncio.gather(*waiting))

    assert run_in_virtual_time(test()) == [0, 10, 20, 30, 40, 50]
    assert groups == [[0, 1], [2, 3, 4], [5]]

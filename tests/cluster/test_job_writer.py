"""Jobs on their way to the queue: few commands, and no more in memory than one may hold."""

from __future__ import annotations

import asyncio
from unittest.mock import AsyncMock, create_autospec

from finews_crawler.cluster.job_writer import MOST_QUEUED, MOST_TOGETHER, MOST_WAITING, JobWriter
from finews_crawler.cluster.queue import Queue
from tests.support.virtual_time import run_in_virtual_time


def queue(*lengths: int) -> AsyncMock:
    found: AsyncMock = create_autospec(Queue, instance=True)
    found.number_of_jobs.side_effect = [*lengths, *[0] * 1000]
    return found


def pushed(to: AsyncMock) -> list[int]:
    """Return the number of jobs of each command."""
    return [len(call.args[1]) for call in to.push.await_args_list]


async def idle(writer: JobWriter) -> None:
    while not writer.is_idle:
        await asyncio.sleep(0)


def test_jobs_that_come_together_are_sent_together() -> None:
    async def test(to: AsyncMock) -> None:
        writer = JobWriter(to, "eastmoney")
        for number in range(250):
            await writer.add(f"NW{number:018}", b"job")
        assert not writer.is_idle
        await idle(writer)
        await writer.add("NW", b"later")
        await idle(writer)

    run_in_virtual_time(test(to := queue()))
    assert pushed(to) == [MOST_TOGETHER, MOST_TOGETHER, 50, 1]


def test_a_long_queue_is_waited_for_and_so_are_the_lists() -> None:
    async def test(to: AsyncMock) -> None:
        writer, added = JobWriter(to, "eastmoney"), 0

        async def add_all() -> None:
            nonlocal added
            for added in range(1, 2 * MOST_WAITING + 1):  # noqa: B007 (seen below)
                await writer.add("NW", b"job")

        adding = asyncio.ensure_future(add_all())
        await asyncio.sleep(0.1)
        assert (added, pushed(to)) == (MOST_WAITING, [])
        await adding
        await idle(writer)

    run_in_virtual_time(test(to := queue(MOST_QUEUED)))
    assert sum(pushed(to)) == 2 * MOST_WAITING

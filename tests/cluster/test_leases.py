"""The leases of a worker: which ones it has lost."""

from __future__ import annotations

import asyncio
import logging
import math
from types import SimpleNamespace
from typing import Any

import pytest

from finews_crawler.cluster.leases import Lease, Leases, Share
from finews_crawler.cluster.messages import Job
from finews_crawler.cluster.queue import Entry
from finews_crawler.items import Article

ONE, TWO, THREE = (f"NW20220518238363806{number}" for number in range(3))


class QueueWithLosses:
    """A queue in which another worker has all jobs, or they are finished."""

    def __init__(self, leases: Leases) -> None:
        self.leases = leases

    async def renew(self, worker: str, jobs: list[Entry]) -> list[Entry]:
        self.leases.finished(THREE)  # its result arrived before the response to this
        return jobs


@pytest.fixture
def leases(monkeypatch: pytest.MonkeyPatch) -> Leases:
    made: Any = Leases.__new__(Leases)
    made.crawler = SimpleNamespace(stats=SimpleNamespace(inc_value=lambda name: None), engine=None)
    made.worker, made.shares, made.ending = "w", {"eastmoney": Share(8)}, set()
    made.lease, made._tasks, made._taking, made._is_ending = 60.0, [], set(), False
    made.is_draining = False
    made.shares["eastmoney"].claimed_at = math.inf  # new jobs only
    made.leased = {
        code: Lease(Entry("jobs", f"{number}-0", code, {}), Job(Article(code), False, 1))
        for number, code in enumerate((ONE, TWO, THREE))
    }
    monkeypatch.setattr(Leases, "queue", QueueWithLosses(made))
    return made  # type: ignore[no-any-return]


def test_a_job_that_is_finished_while_leases_are_renewed_is_not_lost(
    leases: Leases, caplog: pytest.LogCaptureFixture
) -> None:
    leases.ending.add(TWO)
    with caplog.at_level(logging.WARNING):
        asyncio.run(leases._renew_once())
    assert [message.split()[0] for message in caplog.messages] == [ONE]
    assert set(leases.leased) == {TWO}


class SlowQueue:
    """A queue whose jobs are leased at once, while the response to the worker takes long."""

    def __init__(self) -> None:
        self.is_asked, self.may_respond = asyncio.Event(), asyncio.Event()
        self.calls: list[str] = []

    async def take_at_once(self, worker: str, source: str, most: int, most_results: int) -> Any:
        self.is_asked.set()
        await self.may_respond.wait()
        self.calls.append("take")
        return SimpleNamespace(entries=[], are_wanted=[], results=0, is_draining=False)

    async def take(self, worker: str, source: str, most: int) -> list[Entry]:
        self.calls.append("take again")
        return []

    async def give_back(self, worker: str) -> None:
        self.calls.append("give back")


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_jobs_that_are_being_taken_when_the_worker_ends_are_given_back(
    leases: Leases, monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    async def end_while_taking() -> list[str]:
        queue = SlowQueue()
        monkeypatch.setattr(Leases, "queue", queue)
        jobs = leases._leases_of("eastmoney")
        reading = asyncio.ensure_future(anext(jobs))
        async with asyncio.timeout(10):
            await queue.is_asked.wait()
        if is_cancelled:
            reading.cancel()
        closing = asyncio.ensure_future(leases.spider_closed())
        await asyncio.sleep(0)
        queue.may_respond.set()
        await closing
        with pytest.raises((StopAsyncIteration, asyncio.CancelledError)):
            await reading
        return queue.calls

    assert asyncio.run(end_while_taking()) == ["take", "give back"]

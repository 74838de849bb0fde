"""The leases of a worker: which ones it has lost."""

from __future__ import annotations

import asyncio
import logging
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

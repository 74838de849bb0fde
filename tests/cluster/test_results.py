"""The results of a worker: what it has counted is with the last of those that go together, once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from finews_crawler.cluster.groups import Groups
from finews_crawler.cluster.leases import Lease
from finews_crawler.cluster.messages import Fetched, Job, Result, decode_result
from finews_crawler.cluster.queue import Entry
from finews_crawler.cluster.worker import ResultPipeline
from finews_crawler.items import Article

CODES = [f"NW20220518238363806{number}" for number in range(4)]
REQUESTS = "downloader/request_count"


class SentResults:
    """A queue that keeps the results of each command."""

    def __init__(self) -> None:
        self.groups: list[list[Result]] = []
        self.late: set[str] = set()
        """Articles that another worker has finished."""

    async def finish(self, worker: str, finished: list[tuple[Entry, bytes]]) -> list[bool]:
        self.groups.append([decode_result(result) for _, result in finished])
        return [entry.code not in self.late for entry, _ in finished]

    @property
    def stats(self) -> list[list[int]]:
        """Requests in each result."""
        return [[result.stats.get(REQUESTS, 0) for result in group] for group in self.groups]


@pytest.fixture
def queue() -> SentResults:
    return SentResults()


@pytest.fixture
def pipeline(queue: SentResults) -> ResultPipeline:
    made: Any = ResultPipeline.__new__(ResultPipeline)
    stats: dict[str, int] = {}
    counted = SimpleNamespace(get_stats=lambda: stats, inc_value=lambda name: None)
    made.crawler, made.queue = SimpleNamespace(stats=counted, spider=None), queue
    leased = {code: Lease(Entry("jobs", "1-0", code, {}), Job(Article(code), False, 1)) for code in CODES}
    made.leases = SimpleNamespace(worker="w", leased=leased, ending=set(), finished=leased.pop)
    made.sent, made.results = {}, Groups(made._send, 3)
    return made  # type: ignore[no-any-return]


async def finish(pipeline: ResultPipeline, *codes: str) -> None:
    """Finish articles together, after a request for each."""
    stats: Any = pipeline.crawler.stats.get_stats()
    stats[REQUESTS] = stats.get(REQUESTS, 0) + len(codes)
    await asyncio.gather(*(pipeline.finish(code, Fetched(Article(code), False)) for code in codes))


def test_the_last_result_of_a_group_has_what_was_counted_since_the_one_before(
    pipeline: ResultPipeline, queue: SentResults
) -> None:
    async def test() -> None:
        await finish(pipeline, *CODES[:3])
        await finish(pipeline, CODES[3])

    asyncio.run(test())
    assert queue.stats == [[0, 0, 3], [1]]
    assert not pipeline.leases.leased


def test_what_went_with_a_result_that_was_too_late_is_sent_again(pipeline: ResultPipeline, queue: SentResults) -> None:
    queue.late.add(CODES[2])

    async def test() -> None:
        await finish(pipeline, *CODES[:3])
        await finish(pipeline, CODES[3])

    asyncio.run(test())
    assert queue.stats == [[0, 0, 3], [4]]

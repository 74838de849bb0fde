"""The queue, on a real Redis: an article is outstanding once, with one worker at a time, until it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from finews_crawler.cluster.queue import MOST_DELIVERIES, Entry, Queue
from finews_crawler.cluster.server import Server
from tests.support.redis_server import RedisServer

ONE, TWO = "NW202205182383638060", "NW202205182383638061"
SOURCE = "eastmoney"
LEASE = 60.0
NONE_LEFT = [0, 0, 0]

Run = Callable[[Callable[[Queue], Awaitable[None]]], None]


async def left(queue: Queue) -> list[int]:
    return [await queue.number_of_jobs(SOURCE), (await queue.readiness())[0], await queue.number_outstanding()]


async def taken(queue: Queue, worker: str = "a") -> Entry:
    (entry,) = await queue.take(worker, SOURCE, 1)
    return entry


def test_an_article_is_queued_once_until_it_is_done(run: Run) -> None:
    async def test(queue: Queue) -> None:
        assert await queue.push(SOURCE, [(ONE, b"job"), (ONE, b"again"), (TWO, b"other")]) == 2
        assert await queue.push(SOURCE, [(ONE, b"again")]) == 0
        job = await taken(queue)
        assert (job.code, job.fields[b"job"]) == (ONE, b"job")
        assert not await queue.push(SOURCE, [(ONE, b"again")])
        assert await queue.finish("a", [(job, b"result")]) == [True]
        assert not await queue.push(SOURCE, [(ONE, b"again")])
        (result,) = await queue.collect(10)
        assert result.fields[b"result"] == b"result"
        assert await queue.wanted([result]) == [True]
        await queue.done([result])
        assert await left(queue) == [1, 0, 1]
        assert await queue.push(SOURCE, [(ONE, b"again")]) == 1

    run(test)


def test_a_call_that_is_repeated_since_its_response_was_lost_changes_nothing(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        twice = Twice(queue.server)
        queue.server.script = twice.script  # type: ignore[method-assign]
        assert await queue.push(SOURCE, [(ONE, b"job"), (TWO, b"job")]) == 0, "the second call has added nothing"
        first, second = await queue.take("a", SOURCE, 2)
        lost = first._replace(id="1-1")
        assert await queue.finish("a", [(first, b"result"), (lost, b"of another")]) == [True, False]
        assert await queue.finish("a", [(second, b"result")]) == [True]
        results = await queue.collect(10)
        assert len(results) == 2
        await queue.done(results, {results[0].id: "HTTP status 503"})
        assert await left(queue) == NONE_LEFT

    run(test)
    with redis.client() as client:
        assert client.hgetall("{finews}:workers") == {b"a": b"2"}
        assert client.xlen("{finews}:failed") == 1


class Twice:
    """Calls each script twice, as after a connection that broke before the response."""

    def __init__(self, server: Server) -> None:
        self._script = server.script

    async def script(self, text: str, keys: list[str], arguments: Sequence[str | bytes | int]) -> Any:
        await self._script(text, keys, arguments)
        return await self._script(text, keys, arguments)


def test_the_last_jobs_are_with_several_workers(run: Run) -> None:
    async def test(queue: Queue) -> None:
        codes = [f"NW20220518238363806{number}" for number in range(10)]
        await queue.push(SOURCE, [(code, b"job") for code in codes])
        taken = [await queue.take_at_once(worker, SOURCE, 8, 10) for worker in "abcde"]
        assert [len(each.entries) for each in taken] == [3, 3, 3, 1, 0]
        assert [entry.code for each in taken for entry in each.entries] == codes

    run(test)


def test_results_that_were_read_and_not_stored_are_read_again(run: Run) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job")])
        await queue.finish("a", [(await taken(queue), b"result")])
        first = await queue.collect(10)
        assert await queue.collect(10, block=1) == []
        assert await queue.collect(10, "0") == first

    run(test)


def test_a_silent_workers_job_is_claimed_and_finished_once(run: Run) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job")])
        job = await taken(queue, "silent")
        assert await queue.claim("other", SOURCE, 10, LEASE) == []
        assert await queue.claim("other", SOURCE, 10, 0) == [job]
        assert await queue.renew("silent", [job]) == [job]
        assert await queue.renew("other", [job]) == []
        assert await queue.finish("a", [(job, b"of the other")]) == [True]
        assert await queue.finish("a", [(job, b"of the silent one")]) == [False]
        (result,) = await queue.collect(10)
        assert result.fields[b"result"] == b"of the other"
        assert (await queue.readiness())[0] == 1

    run(test)


def test_a_renewed_job_is_not_claimed(run: Run) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job")])
        job = await taken(queue)
        await make_idle(queue, "a", job)
        assert await queue.renew("a", [job]) == []
        assert await queue.claim("b", SOURCE, 10, LEASE) == []
        await make_idle(queue, "a", job)
        assert await queue.claim("b", SOURCE, 10, LEASE) == [job]

    run(test)


def test_jobs_that_are_given_back_are_claimed_at_once_and_not_counted(run: Run) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job")])
        await taken(queue, "0")
        assert await queue.claim("other", SOURCE, 10, None) == [], "it is not given back"
        for number in range(2 * MOST_DELIVERIES):
            await queue.give_back(str(number))
            # Without a lease too: soon after Redis was away, nothing else is claimed.
            assert len(await queue.claim(str(number + 1), SOURCE, 10, None if number % 2 else LEASE)) == 1

    run(test)


def test_a_job_that_ends_its_workers_becomes_a_dead_letter_and_a_failure(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job")])
        await taken(queue, "0")
        for number in range(1, MOST_DELIVERIES):
            assert len(await queue.claim(str(number), SOURCE, 10, 0)) == 1
        assert await queue.claim("last", SOURCE, 10, 0) == []
        (result,) = await queue.collect(10)
        assert result.fields[b"refused"] == f"{MOST_DELIVERIES} workers that had it were silent or ended".encode()
        assert await queue.wanted([result]) == [True]
        await queue.done([result])
        assert await left(queue) == NONE_LEFT

    run(test)
    with redis.client() as client:
        assert client.xlen("{finews}:dead-letters") == 1


def test_more_pending_jobs_than_a_call_looks_at_do_not_hide_a_silent_one(run: Run) -> None:
    async def test(queue: Queue) -> None:
        for number in range(50):
            await queue.push(SOURCE, [(f"NW{number:018}", b"job")])
        await queue.take("busy", SOURCE, 49)
        silent = await taken(queue, "silent")
        await make_idle(queue, "silent", silent)
        for _ in range(7):
            claimed = await queue.claim("other", SOURCE, 1, LEASE)
            if claimed:
                break
        assert claimed == [silent]

    run(test)


async def make_idle(queue: Queue, worker: str, job: Entry) -> None:
    """Let the lease of a job begin twice its time ago."""
    milliseconds = round(2 * LEASE * 1000)
    words = ("XCLAIM", job.stream, "workers", worker, 0, job.id, "IDLE", milliseconds, "JUSTID")
    await queue.server.command(*words, parse_justid=True)


def test_what_nobody_has_asked_for_is_not_wanted(run: Run, redis: RedisServer) -> None:
    with redis.client() as client:
        client.xadd("{finews}:jobs:eastmoney", {"code": ONE, "job": "forged"})
        client.xadd("{finews}:results", {"code": ONE, "result": "forged"})
        client.xadd("{finews}:jobs:eastmoney", {b"\xff": b"\xff"})

    async def test(queue: Queue) -> None:
        for _ in range(2):
            job = await taken(queue)
            assert await queue.wanted([job]) == [False]
            await queue.refuse_job(job, "forged")
        (result,) = await queue.collect(10)
        assert await queue.wanted([result]) == [False]
        for _ in range(2):
            await queue.refuse_result(result, "forged")
        await queue.done([result])
        assert await left(queue) == NONE_LEFT

    run(test)
    with redis.client() as client:
        dead = [fields for _, fields in client.xrange("{finews}:dead-letters")]
    assert [fields[b"reason"] for fields in dead] == [b"forged"] * 3
    assert [fields[b"stream"] for fields in dead] == [b"jobs", b"jobs", b"results"]


def test_the_owner_is_kept_while_articles_are_outstanding(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        await queue.server.command("SET", queue.owner, "here")
        await queue.push(SOURCE, [(ONE, b"job")])
        await queue.release()
        assert await queue.server.command("EXISTS", queue.owner)
        await queue.finish("a", [(await taken(queue), b"result")])
        await queue.done(await queue.collect(1))
        await queue.release()
        assert not await queue.server.command("EXISTS", queue.owner)

    run(test)


def test_results_are_counted_by_worker_and_failures_remembered(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job"), (TWO, b"job")])
        for _ in range(2):
            await queue.finish("a", [(await taken(queue), b"result")])
        results = await queue.collect(10)
        await queue.done(results, {results[1].id: "HTTP status 503", "other": "of another result"})
        assert await left(queue) == NONE_LEFT

    run(test)
    with redis.client() as client:
        assert client.hgetall("{finews}:workers") == {b"a": b"2"}
        ((_, failed),) = client.xrange("{finews}:failed")
    assert failed == {b"code": TWO.encode(), b"reason": b"HTTP status 503"}


def test_workers_that_ended_are_forgotten(run: Run, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job"), (TWO, b"job")])
        await queue.finish("ended", [(await taken(queue, "ended"), b"result")])
        await taken(queue, "has a job")
        with redis.client() as client:
            client.hset("{finews}:heartbeats", "old", 1)
        await queue.send_heartbeat("waits")
        await queue.forget_workers()
        assert workers(redis) == {"ended", "has a job"}
        assert with_heartbeats(redis) == {"waits"}
        monkeypatch.setattr("finews_crawler.cluster.queue.SECONDS_REMEMBERED", 0)
        while len(workers(redis)) > 1:  # until a millisecond has passed
            await queue.forget_workers()
        assert workers(redis) == {"has a job"}

    run(test)
    with redis.client() as client:
        assert not client.exists("{finews}:workers")


def with_heartbeats(redis: RedisServer) -> set[str]:
    with redis.client() as client:
        return {name.decode() for name in client.hgetall("{finews}:heartbeats")}


def workers(redis: RedisServer) -> set[str]:
    with redis.client() as client:
        return {found["name"].decode() for found in client.xinfo_consumers(f"{{finews}}:jobs:{SOURCE}", "workers")}


def test_workers_learn_that_the_queue_is_drained(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        assert await queue.readiness() == (0, False)
        with redis.client() as client:
            client.set("{finews}:draining", 1)
        assert await queue.readiness() == (0, True)

    run(test)

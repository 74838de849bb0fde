"""The queue of a Redis that loses its data, responses or memory while it is used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from finews_crawler.cluster import scripts
from finews_crawler.cluster.queue import Entry, Queue
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


def test_a_server_that_lost_its_data_gets_its_streams_again(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        with redis.client() as client:
            client.flushall()
        lost = Entry(queue.jobs[SOURCE], "1-1", ONE, {})
        assert await queue.renew("a", [lost]) == [lost]
        await queue.give_back("a")
        assert await queue.collect(10, block=1) == []
        await queue.push(SOURCE, [(ONE, b"job")])
        assert (await taken(queue)).code == ONE
        assert await queue.claim("b", SOURCE, 1, LEASE) == []

    run(test)


def test_data_that_is_lost_while_a_worker_waits_does_not_end_it(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        taking = asyncio.ensure_future(queue.take("a", SOURCE, 1))
        with redis.client() as client:
            while not client.info("clients")["blocked_clients"]:
                await asyncio.sleep(0.001)
            client.flushall()
            await queue.push(SOURCE, [(ONE, b"job")])
        assert [entry.code for entry in await taking] == [ONE]

    run(test)


def test_articles_whose_messages_are_lost_are_not_outstanding(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job"), (TWO, b"job")])
        await queue.finish("a", [(await taken(queue), b"result")])
        with redis.client() as client:
            client.delete(queue.jobs[SOURCE])
        assert await left(queue) == [0, 1, 2]
        await queue.open()
        await queue.done(await queue.collect(1))
        assert await left(queue) == NONE_LEFT

    run(test)


def test_a_result_that_was_deleted_is_not_read_again(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job"), (TWO, b"job")])
        for _ in range(2):
            await queue.finish("a", [(await taken(queue), b"result")])
        first, second = await queue.collect(10)
        with redis.client() as client:
            client.xdel(queue.results, first.id)
        assert await queue.collect(1, "0") == []
        assert await queue.collect(1, "0") == [second]

    run(test)


def test_a_push_whose_response_was_lost_adds_nothing_again(run: Run) -> None:
    async def test(queue: Queue) -> None:
        keys = [queue.jobs[SOURCE], queue.outstanding, "{finews}:pushed:eastmoney"]
        assert await queue.server.script(scripts.PUSH, keys, ["first", ONE, b"job"]) == 1
        await queue.finish("a", [(await taken(queue), b"result")])
        await queue.done(await queue.collect(1))
        assert await queue.server.script(scripts.PUSH, keys, ["first", ONE, b"job"]) == 0
        assert await left(queue) == NONE_LEFT
        assert await queue.server.script(scripts.PUSH, keys, ["second", ONE, b"job"]) == 1

    run(test)


def test_a_full_memory_lets_what_is_queued_be_finished(run: Run, redis: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job"), (TWO, b"hostile")])
        with redis.client() as client:
            client.config_set("maxmemory", 1)
            try:
                await queue.open()
                job, other = await queue.take("a", SOURCE, 2)
                assert await queue.renew("a", [job, other]) == []
                await queue.give_back("a")
                assert len(await queue.claim("b", SOURCE, 2, LEASE)) == 2
                assert await queue.finish("a", [(job, b"result")]) == [True]
                await queue.refuse_job(other, "hostile")
                results = await queue.collect(2)
                await queue.refuse_result(results[1], "hostile")
                await queue.done(results)
                assert await left(queue) == NONE_LEFT
                await queue.release()
            finally:
                client.config_set("maxmemory", 0)

    run(test)


@pytest.mark.parametrize("hostile", ["a text", "a list"])
def test_a_hostile_count_of_results_holds_no_result_up(run: Run, redis: RedisServer, hostile: str) -> None:
    async def test(queue: Queue) -> None:
        await queue.push(SOURCE, [(ONE, b"job")])
        with redis.client() as client:
            if hostile == "a text":
                client.hset(queue.keys.workers, "a", "text")
            else:
                client.rpush(queue.keys.workers, "text")
        assert await queue.finish("a", [(await taken(queue), b"result")]) == [True]
        await queue.done(await queue.collect(1))
        assert await left(queue) == NONE_LEFT

    run(test)

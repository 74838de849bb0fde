"""A Redis server for the tests of the queue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from finews_crawler.cluster.queue import Queue
from finews_crawler.cluster.server import Server
from finews_crawler.config.model import Config
from tests.support.ports import free_port
from tests.support.redis_server import REDIS, RedisServer, running, valkey_program

Run = Callable[[Callable[[Queue], Awaitable[None]]], None]


@pytest.fixture(scope="session", params=["redis", "valkey"])
def shared_redis(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    program = valkey_program() if request.param == "valkey" else REDIS
    with running(RedisServer(tmp_path_factory.mktemp("redis"), free_port(), program=program)) as server:
        yield server


@pytest.fixture
def redis(shared_redis: RedisServer) -> RedisServer:
    """An empty server."""
    with shared_redis.client() as client:
        client.flushall()
    return shared_redis


@pytest.fixture
def run(redis: RedisServer) -> Run:
    """Return a function that runs a test's coroutine with a queue."""

    def run_test(test: Callable[[Queue], Awaitable[None]]) -> None:
        async def with_queue() -> None:
            server = Server(Config(cluster=redis.url))
            queue = Queue(server)
            await queue.open()
            await queue.open()
            try:
                await test(queue)
            finally:
                await server.close()

        asyncio.run(with_queue())

    return run_test

"""The connection to Redis: what is waited for, and what is mended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from redis.exceptions import ResponseError

from finews_crawler.cluster import scripts, server
from finews_crawler.cluster.keys import keys_of
from finews_crawler.cluster.pace import has_given_to_others
from finews_crawler.cluster.server import Server
from finews_crawler.cluster.start import claim_queue, read_info
from finews_crawler.cluster.status import clear_queue
from finews_crawler.config.load import config_of
from finews_crawler.config.model import Config
from finews_crawler.exceptions import ClusterError
from finews_crawler.utils.redaction import redacted
from tests.support.redis_server import RedisServer, running_redis

TURN_KEYS = ["{finews}:turn:a.test", "{finews}:slots", "{finews}:turns:a.test", "{finews}:closed:1"]
REMEMBERED = ("a.test", 20, 60, "a.test")
TURN, CLOSED, RESPONSES = "{finews}:turn:a.test", "{finews}:closed:1", "{finews}:responses:1:a.test"
SECONDS = 1000


def with_server(redis: RedisServer, test: Callable[[Server], Awaitable[None]]) -> None:
    async def running() -> None:
        connection = Server(Config(cluster=redis.url))
        try:
            await test(connection)
        finally:
            await connection.close()

    asyncio.run(running())


@pytest.mark.parametrize(
    "refusal",
    [
        "MISCONF Errors writing to the AOF file: No space left on device",
        "NOREPLICAS Not enough good replicas to write.",
        "ERR Error running script (call to f_1): @user_script:5: @user_script: 5: -OOM command not allowed",
    ],
)
def test_a_server_that_refuses_to_write_is_waited_for(
    refusal: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "FIRST_WAIT", 0)
    answers: list[Any] = [ResponseError(refusal), ResponseError(refusal), b"1"]

    async def ask() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def running() -> None:
        connection = Server(Config(cluster="redis://127.0.0.1:1"))
        assert connection.reachable_since < 0
        assert await connection._answered(ask, ()) == b"1"
        assert connection.reachable_since > 0, "other workers have not renewed their leases yet"

    asyncio.run(running())
    assert [line.count("is away") for line in caplog.messages] == [1]


def test_a_key_of_another_type_is_deleted(redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    keys = keys_of("finews")

    async def test(connection: Server) -> None:
        with redis.client() as client:
            client.set(keys.results, "text")
            client.rpush(TURN, "text")
            client.set(RESPONSES, "text")
            client.set(CLOSED, "text")
        assert await connection.command("XLEN", keys.results) == 0
        assert await connection.script(scripts.TURN, TURN_KEYS, [500, SECONDS, SECONDS, *REMEMBERED]) == 0
        assert await connection.script(scripts.RESPONSES, [RESPONSES], [20, SECONDS, 1]) == [1, 1]
        assert await connection.script(scripts.CLOSE, [CLOSED], ["a.test", "refused", SECONDS]) == 0
        assert await connection.command("HGETALL", CLOSED) == {b"a.test": b"refused"}

    with_server(redis, test)
    assert len(caplog.messages) == 4
    assert f"{keys.results} is a string" in caplog.messages[0]


@pytest.mark.parametrize("value", ["text", "nan", "inf", "-inf", "1e308", "9" * 400])
def test_a_turn_that_is_none_holds_nothing_up(redis: RedisServer, value: str) -> None:
    async def test(connection: Server) -> None:
        with redis.client() as client:
            client.set(TURN, value)
        arguments = [5 * SECONDS, 9 * SECONDS, 10 * SECONDS, *REMEMBERED]
        assert await connection.script(scripts.TURN, TURN_KEYS, arguments) == 0
        assert 0 < await connection.script(scripts.TURN, TURN_KEYS, arguments) <= 5 * SECONDS
        with redis.client() as client:
            client.set(TURN, value)
        assert await connection.script(scripts.HOLD, [TURN], [5 * SECONDS, 10 * SECONDS]) == 0
        assert await connection.script(scripts.TURN, TURN_KEYS, [500, SECONDS, 10 * SECONDS, *REMEMBERED]) == SECONDS

    with_server(redis, test)


def test_a_hostile_count_of_turns_is_forgotten(redis: RedisServer) -> None:
    async def test(connection: Server) -> None:
        with redis.client() as client:
            client.hset("{finews}:slots", "a.test", "text")
        assert await connection.script(scripts.TURN, TURN_KEYS, [500, SECONDS, SECONDS, *REMEMBERED]) == 0
        assert not await connection.command("HEXISTS", "{finews}:slots", "a.test")

    with_server(redis, test)


def test_a_closed_host_gets_no_turn(redis: RedisServer) -> None:
    async def test(connection: Server) -> None:
        await connection.script(scripts.CLOSE, [CLOSED], ["a.test", "refused", SECONDS])
        assert await connection.script(scripts.TURN, TURN_KEYS, [500, SECONDS, SECONDS, *REMEMBERED]) == -1
        assert (
            await connection.script(scripts.TURN, TURN_KEYS, [500, SECONDS, SECONDS, *REMEMBERED[:-1], "b.test"]) == 0
        )

    with_server(redis, test)


def test_a_pause_is_not_shortened_by_another(redis: RedisServer) -> None:
    async def test(connection: Server) -> None:
        for wait in (5 * SECONDS, SECONDS):
            await connection.script(scripts.HOLD, [TURN], [wait, 10 * SECONDS])
        assert await connection.script(scripts.TURN, TURN_KEYS, [500, 9 * SECONDS, 10 * SECONDS, *REMEMBERED]) > SECONDS

    with_server(redis, test)


def test_a_full_memory_stops_no_turn_and_hides_no_ban(redis: RedisServer) -> None:
    """Otherwise workers could not finish what fills the memory."""

    async def test(connection: Server) -> None:
        with redis.client() as client:
            client.config_set("maxmemory", 1)
            try:
                for _ in range(2):
                    await connection.script(scripts.HOLD, [TURN], [1, SECONDS])
                    await asyncio.sleep(0.01)
                    assert await connection.script(scripts.TURN, TURN_KEYS, [1, SECONDS, SECONDS, *REMEMBERED]) == 0
                assert await connection.script(scripts.RESPONSES, [RESPONSES], [20, SECONDS, 1]) == [1, 1]
                await connection.script(scripts.CLOSE, [CLOSED], ["a.test", "refused", SECONDS])
            finally:
                client.config_set("maxmemory", 0)

    with_server(redis, test)


def test_a_host_that_has_given_to_another_process_is_known_to_have_given(redis: RedisServer) -> None:
    """Otherwise an article that is lost, the first one of a worker, would be taken for one that is refused."""

    async def test(connection: Server) -> None:
        cluster: Any = SimpleNamespace(server=connection, run=1)
        for response, expected in (("1", False), ("0", True), ("1", True)):
            await connection.script(scripts.RESPONSES, [RESPONSES], [20, SECONDS, response])
            assert await has_given_to_others(cluster, "a.test") is expected
        assert not await has_given_to_others(cluster, "b.test")

    with_server(redis, test)


def test_a_queue_is_in_use_as_soon_as_a_crawl_has_claimed_it(redis: RedisServer) -> None:
    config = Config(cluster=redis.url)
    assert clear_queue(config) == 0
    claim_queue(config)
    with pytest.raises(ClusterError, match=r"uses the queue finews: stop it"):
        clear_queue(config)
    with redis.client() as client:
        assert client.exists("{finews}:owner")


def test_the_hint_for_a_wrong_password_is_readable_and_has_no_secret(tmp_path: Path) -> None:
    with running_redis(tmp_path, "--requirepass", "right-password", password="right-password") as server:
        config = config_of({"FINEWS_CLUSTER": server.url.replace("right", "other")})
        with pytest.raises(ClusterError) as error:
            read_info(config)
    shown = redacted(str(error.value))
    assert shown.endswith("in FINEWS_CLUSTER: redis://USER:PASSWORD@HOST, or redis://:PASSWORD@HOST")
    assert "other-password" not in shown

"""Dead letters and failed articles go on the queue again: made anew from their infoCode, each once."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable

import pytest
from redis import Redis

from finews_crawler.cluster.messages import decode_job
from finews_crawler.cluster.requeue import Requeued, requeue
from finews_crawler.config.model import Config
from finews_crawler.items import Article
from tests.support.redis_server import RedisServer

ONE, TWO, THREE, FOUR = (f"NW20220518238363806{number}" for number in range(4))
JOBS, OUTSTANDING = "{finews}:jobs:eastmoney", "{finews}:outstanding"
DEAD, FAILED, OWNER = "{finews}:dead-letters", "{finews}:failed", "{finews}:owner"


@pytest.fixture
def client(redis: RedisServer) -> Iterable[Redis]:
    with redis.client() as found:
        yield found


def none_archived(codes: Iterable[str]) -> Collection[str]:
    return ()


def queued(client: Redis) -> list[str]:
    return sorted(fields[b"code"].decode() for _, fields in client.xrange(JOBS))


def test_a_job_is_made_from_the_infocode_alone(client: Redis, redis: RedisServer) -> None:
    hostile = '{"v":1,"known":{"public_url":"http://other.test"}}'
    client.xadd(DEAD, {"stream": "jobs", "code": ONE, "reason": "not JSON", "value": hostile})
    client.xadd(DEAD, {"stream": "results", "code": TWO, "reason": "larger", "value": "x"})
    assert requeue(Config(cluster=redis.url), None) == Requeued(2, 0, 0, 0, 0)
    jobs = [decode_job(fields[b"job"]) for _, fields in client.xrange(JOBS)]
    assert sorted(job.known.info_code for job in jobs) == [ONE, TWO]
    assert all(job.known == Article(job.known.info_code) and not job.refetch for job in jobs)
    assert all(client.hget(OUTSTANDING, fields[b"code"]) == entry_id for entry_id, fields in client.xrange(JOBS))
    assert client.xlen(DEAD) == 0


@pytest.mark.parametrize(
    "code", ["", "A", "XX202205182383638060", "http://127.0.0.1/", "\x1b[2J", "NW1\n", b"\xff", "N" * 80]
)
def test_what_no_source_has_is_not_queued(client: Redis, redis: RedisServer, code: str | bytes) -> None:
    client.xadd(DEAD, {"code": code, "reason": "forged"})
    client.xadd(DEAD, {"other": "field"})
    client.xadd(FAILED, {"code": code})
    assert requeue(Config(cluster=redis.url), none_archived) == Requeued(0, 0, 0, 3, 0)
    assert not client.exists(JOBS, OUTSTANDING)
    assert client.xlen(DEAD) == 2


def test_what_is_outstanding_or_archived_is_not_queued(client: Redis, redis: RedisServer) -> None:
    for code in (ONE, TWO, TWO):
        client.xadd(DEAD, {"code": code, "reason": "refused"})
    for code in (TWO, THREE, FOUR):
        client.xadd(FAILED, {"code": code, "reason": "HTTP status 503"})
    client.hset(OUTSTANDING, ONE, "r1-1")
    done = requeue(Config(cluster=redis.url), lambda codes: {THREE} & set(codes))
    assert done == Requeued(queued=2, archived=1, outstanding=1, unknown=0, failed=0)
    assert queued(client) == [TWO, FOUR]
    assert [fields[b"code"] for _, fields in client.xrange(DEAD)] == [ONE.encode()], "it may fail yet"
    assert client.xlen(FAILED) == 0
    assert requeue(Config(cluster=redis.url), none_archived).queued == 0


@pytest.mark.parametrize("owner", ["", "other:/data"])
def test_failed_articles_are_left_where_their_archive_is_not(client: Redis, redis: RedisServer, owner: str) -> None:
    client.xadd(FAILED, {"code": ONE, "reason": "HTTP status 503"})
    if owner:
        client.set(OWNER, owner)
    done = requeue(Config(cluster=redis.url), none_archived if owner else None)
    assert (done.queued, done.failed, client.xlen(FAILED)) == (0, 1, 1)


def test_failed_articles_are_queued_where_their_archive_is(client: Redis, redis: RedisServer) -> None:
    config = Config(cluster=redis.url)
    client.xadd(FAILED, {"code": ONE, "reason": "HTTP status 503"})
    client.set(OWNER, f"{socket.gethostname()}:{config.data_directory.root.absolute()}")
    assert requeue(config, none_archived).queued == 1


def test_jobs_belong_to_the_run_that_is_under_way(client: Redis, redis: RedisServer) -> None:
    def run_of(code: str) -> int:
        client.xadd(DEAD, {"code": code, "reason": "refused"})
        requeue(Config(cluster=redis.url), None)
        (job,) = (fields[b"job"] for _, fields in client.xrange(JOBS) if fields[b"code"] == code.encode())
        return decode_job(job).run

    client.set("{finews}:run", 5)
    assert run_of(ONE) > 1_600_000_000_000, "that run has ended, and what it has closed is open"
    client.hset("{finews}:heartbeats", "coordinator", client.time()[0] * 1000)
    assert run_of(TWO) == 5


def test_more_articles_than_go_together_are_queued(client: Redis, redis: RedisServer) -> None:
    codes = [f"NW{number:018}" for number in range(250)]
    for code in codes:
        client.xadd(DEAD, {"code": code, "reason": "refused"})
    assert requeue(Config(cluster=redis.url), None).queued == 250
    assert queued(client) == codes

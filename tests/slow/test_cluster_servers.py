"""A cluster on servers other than a plain Redis: with TLS, as a user with the documented rights, on Valkey."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import CRAWL, listed_articles, posts_of
from tests.support.cluster_runs import fetches, in_cluster, workers
from tests.support.paths import ROOT
from tests.support.ports import free_port
from tests.support.redis_server import RedisServer, running, running_redis, running_tls_redis, valkey_program
from tests.support.scrapy_command import Run, Scrapy

ARTICLES = 25
ALL_WELL, ARGUMENTS = 0, 2
RIGHTS = re.search(r"^ACL SETUSER .*", (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8"), re.MULTILINE)
ALLOWED_REFUSALS = {"client|setinfo", "client"}
"""What redis-py tries, and does without."""


def crawled(crawl: Scrapy, origin: RunningOrigin) -> Run:
    with workers(crawl, 2):
        run = crawl(*CRAWL)
    assert run.status == ALL_WELL, run.log
    assert len(posts_of(crawl.data)) == len(fetches(origin)) == ARTICLES
    return run


def test_a_cluster_on_valkey(scrapy: Scrapy, tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "valkey", free_port(), program=valkey_program())
    with running(server), running_origin(articles=listed_articles(ARTICLES, seed=9)) as origin:
        crawl = in_cluster(scrapy.at(origin.url), server)
        crawled(crawl, origin)
        assert "Valkey " in crawl("doctor").log


def test_a_cluster_with_tls_and_certificates_of_its_clients(scrapy: Scrapy, tmp_path: Path) -> None:
    with running_tls_redis(tmp_path / "redis") as redis:
        with running_origin(articles=listed_articles(ARTICLES, seed=9)) as origin:
            crawl = in_cluster(scrapy.at(origin.url), redis)
            crawled(crawl, origin)
        ca, _, _ = redis.parameters.partition("&")
        for parameters in ("", ca):  # an unknown authority, and no certificate
            url = f"rediss://127.0.0.1:{redis.port}{parameters}"
            other = replace(crawl, environment={**crawl.environment, "FINEWS_CLUSTER": url})
            for command in (CRAWL, ("worker",), ("cluster", "status")):
                run = other(*command)
                assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
                assert "certificate" in run.log


def test_the_documented_rights_are_enough(scrapy: Scrapy, tmp_path: Path) -> None:
    assert RIGHTS
    with running_redis(tmp_path / "redis", "--requirepass", "admin", password="admin") as redis:
        with redis.client() as admin:
            admin.execute_command(*RIGHTS[0].replace("PASSWORD", "word").split())
        user = replace(redis, password="")
        with running_origin(articles=listed_articles(ARTICLES, seed=9)) as origin:
            crawl = in_cluster(
                scrapy.at(origin.url), user, FINEWS_CLUSTER=f"redis://finews:word@127.0.0.1:{redis.port}"
            )
            crawled(crawl, origin)
            for action in ("status", "metrics", "drain", "resume", "requeue", "clear"):
                run = crawl("cluster", action)
                assert run.status == ALL_WELL, run.log
            assert "NOPERM" not in crawl("doctor").log
        with redis.client() as admin:
            refused = {entry["object"] for entry in admin.acl_log()}
        assert refused <= ALLOWED_REFUSALS
        with Redis.from_url(crawl.environment["FINEWS_CLUSTER"]) as client:
            for words in (("KEYS", "*"), ("SCAN", "0"), ("FLUSHALL",), ("GET", "other"), ("CONFIG", "GET", "*")):
                with pytest.raises(NoPermissionError):
                    client.execute_command(*words)

"""Check of the Redis server of FINEWS_CLUSTER."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from finews_crawler.exceptions import ConfigurationError
from finews_crawler.operate.doctor.check import CheckResult, ok, warn

if TYPE_CHECKING:
    from finews_crawler.config.model import Config

NAME = "cluster"


def check_cluster(config: Config) -> Iterator[CheckResult]:
    """Check that the server responds, keeps its keys when its memory is full, and has them again after a restart."""
    if not config.cluster:
        return
    try:
        from finews_crawler.cluster.start import check_server

        info = check_server(config)
    except ConfigurationError as error:
        problem, _, hint = str(error).rpartition(": ")
        yield warn(NAME, problem, hint)
        return
    found = f"Redis {info['redis_version']}, {info['used_memory_human']} in use"
    if not info.get("aof_enabled"):
        hint = "set `appendonly yes` in redis.conf"
        yield warn(NAME, f"{found}, and no append-only file: a restart loses what is queued", hint)
        return
    yield ok(NAME, f"{found}, with an append-only file")

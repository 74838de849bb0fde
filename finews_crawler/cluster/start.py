"""What is checked before a coordinator or a worker starts: the server, and to which archive the queue belongs."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from finews_crawler.cluster.keys import keys_of
from finews_crawler.config.load import check_installed
from finews_crawler.exceptions import ClusterError

if TYPE_CHECKING:
    from redis import Redis

    from finews_crawler.config.model import Config

LEAST_VERSION = (6, 2)
"""Of Redis: XAUTOCLAIM. Valkey calls itself Redis 7.2."""
NOT_SET = "FINEWS_CLUSTER is not set: export FINEWS_CLUSTER=redis://HOST:6379"
TIMEOUT = 5
"""Seconds."""


def check_server(config: Config) -> dict[str, Any]:
    """Return the INFO of the server. Raises ClusterError if it does not respond, is too old, or may drop keys."""
    if not config.cluster:
        raise ClusterError(NOT_SET)
    with client_of(config) as client:
        info = response_of(config, client.info)
    version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
    if version < LEAST_VERSION:
        raise ClusterError(f"{at(config)} is version {info['redis_version']}: 6.2 or newer is needed")
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy.startswith("allkeys"):
        hint = "set `maxmemory-policy noeviction` in redis.conf"
        raise ClusterError(f"{at(config)} removes keys when its memory is full (maxmemory-policy {policy}): {hint}")
    return info  # type: ignore[no-any-return]


def claim_queue(config: Config) -> None:
    """Make this archive the owner of the queue. Raises ClusterError if it has articles of another archive."""
    mine = f"{socket.gethostname()}:{config.data_directory.root.absolute()}"
    key = keys_of(config.cluster_prefix).owner
    with client_of(config) as client:
        response_of(config, lambda: client.set(key, mine, nx=True))
        owner = response_of(config, lambda: client.get(key))
    if owner is not None and owner.decode(errors="replace") != mine:
        hint = "set FINEWS_CLUSTER_PREFIX to another name, or finish the crawl of that archive"
        theirs = owner.decode(errors="replace")[:200]
        raise ClusterError(f"the queue {config.cluster_prefix} in {at(config)} is that of the archive {theirs}: {hint}")


def client_of(config: Config) -> Redis:
    check_installed("redis", "cluster", "FINEWS_CLUSTER")
    from redis import Redis

    return Redis.from_url(config.cluster, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)


def response_of(config: Config, ask: Callable[[], Any]) -> Any:
    from redis.exceptions import RedisError

    try:
        return ask()
    except (RedisError, OSError) as error:
        hint = "start it, or correct FINEWS_CLUSTER"
        raise ClusterError(f"{at(config)} cannot be used ({error}): {hint}") from error


def at(config: Config) -> str:
    from finews_crawler.cluster.server import address_of

    return f"Redis at {address_of(config.cluster)}"

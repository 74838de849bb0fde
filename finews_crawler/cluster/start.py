"""What is checked before a coordinator or a worker starts: the server, and to which archive the queue belongs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from finews_crawler.cluster.keys import keys_of
from finews_crawler.config.load import CLUSTER_NOT_SET, check_installed
from finews_crawler.config.urls import USER_INFO, tls_files
from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import ClusterError, NotResolved
from finews_crawler.politeness.look_up import CHECK_NAME_SERVERS, check_name

if TYPE_CHECKING:
    from redis import Redis

    from finews_crawler.config.model import Config

TIMEOUT = 5
"""Seconds."""


def check_server(config: Config) -> None:
    """Raise ClusterError for a server that does not respond, or that would lose articles."""
    from finews_crawler.cluster.problems import problems_of

    for problem in problems_of(read_info(config)):
        if problem.is_fatal:
            raise ClusterError(f"{at(config)} {problem.text}: {problem.hint}")


def read_info(config: Config) -> dict[str, Any]:
    """Return the INFO of the server. Raises ClusterError."""
    if not config.cluster:
        raise ClusterError(CLUSTER_NOT_SET)
    with client_of(config) as client:
        return response_of(config, client.info)  # type: ignore[no-any-return]


def check_name_of(config: Config) -> None:
    """Raise ClusterError if no name server answers: a connection of Redis limits the time of all but the look-up."""
    try:
        if host := urlsplit(config.cluster).hostname:
            check_name(host, TIMEOUT)
    except NotResolved as error:
        raise ClusterError(f"{at(config)} cannot be used ({error}): {CHECK_NAME_SERVERS}") from error
    except OSError:
        return  # the connection fails with the same error, and with a hint


def is_open(config: Config) -> bool:
    """Return True if the server lets in a client without a password."""
    without = config.with_values(cluster=USER_INFO.sub("", config.cluster))
    try:
        with client_of(without) as client:
            return bool(response_of(without, client.ping))
    except ClusterError:
        return False


def claim_queue(config: Config) -> None:
    """Make this archive the owner of the queue. Raises ClusterError if it has articles of another archive."""
    from finews_crawler.cluster import scripts
    from finews_crawler.cluster.queue import COORDINATOR

    mine = owner_of_here(config)
    key = keys_of(config.cluster_prefix).owner
    with client_of(config) as client:
        response_of(config, lambda: client.set(key, mine, nx=True))
        owner = response_of(config, lambda: client.get(key))
    if owner is not None and owner.decode(errors="replace") != mine:
        hint = "set FINEWS_CLUSTER_PREFIX to another name, or finish the crawl of that archive"
        theirs = owner.decode(errors="replace")[:200]
        raise ClusterError(f"the queue {config.cluster_prefix} in {at(config)} is that of the archive {theirs}: {hint}")
    with client_of(config) as client:  # until the crawl sends its own: `finews cluster clear` would free the queue
        heartbeats = keys_of(config.cluster_prefix).heartbeats
        response_of(config, lambda: client.register_script(scripts.HEARTBEAT)([heartbeats], [COORDINATOR]))


def owner_of_here(config: Config) -> str:
    """Return the name of this archive as owner of a queue."""
    return f"{socket.gethostname()}:{config.data_directory.root.absolute()}"


def client_of(config: Config) -> Redis:
    """Return a client of Redis, which sends nothing yet.

    Raises ConfigurationError if the package redis is missing, ClusterError for a file of TLS that cannot be read, or if
    no name server answers.
    """
    check_installed("redis", "cluster", "FINEWS_CLUSTER")
    from redis import Redis

    for name, path in tls_files(config.cluster).items():
        if not os.access(path, os.R_OK):
            raise ClusterError(f"FINEWS_CLUSTER: {name}={path} is not a file that can be read")
    check_name_of(config)
    return Redis.from_url(config.cluster, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)


def response_of(config: Config, ask: Callable[[], Any]) -> Any:
    """Return the result of *ask*, which sends commands to Redis. Raises ClusterError, with a hint, if that fails."""
    from redis.exceptions import RedisError

    from finews_crawler.cluster.problems import hint_of

    try:
        return ask()
    except (RedisError, OSError) as error:
        reason = one_line(str(error)).rstrip(".")
        raise ClusterError(f"{at(config)} cannot be used ({reason}): {hint_of(error, config.cluster)}") from error


def at(config: Config) -> str:
    """Return the address of Redis for messages, without its password."""
    from finews_crawler.cluster.server import address_of

    return f"Redis at {address_of(config.cluster)}"

"""The connection to Redis. A server that is away for a while, or refuses to write, is waited for."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    ConnectionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,
)

from finews_crawler.cluster import scripts
from finews_crawler.cluster.keys import key_of, type_of
from finews_crawler.config.model import Config

logger = logging.getLogger(__name__)
T = TypeVar("T")
AWAY = (ConnectionError, TimeoutError, BusyLoadingError, ReadOnlyError, OutOfMemoryError, OSError)
REFUSALS = ("OOM ", "MISCONF ", "NOREPLICAS ", "BUSY ", "NOPERM ", "CLUSTERDOWN ", "MASTERDOWN ", "TRYAGAIN ")
"""In the errors of a server that works again once its memory, disk, replicas or rights are mended. redis-py has no
classes for most of them, and Redis 6 has them within the error of a script."""
WRONG_TYPE = "WRONGTYPE "
SECONDS_BETWEEN_REPORTS = 60
"""A server that refuses some commands is away and back every moment."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
CONNECTIONS = 20
TIMEOUT = 10
"""Seconds for the response to a command; one that blocks does so for a second at most."""


class Server:
    """Commands and scripts of one Redis server, under one prefix of keys."""

    def __init__(self, config: Config) -> None:
        # One retry at once: a connection of the pool may be one to a server that was restarted since. A command waits
        # for a connection; the ordinary pool raises ConnectionError.
        options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 1)}
        pool = BlockingConnectionPool.from_url(config.cluster, max_connections=CONNECTIONS, timeout=None, **options)
        self.client: Redis = Redis.from_pool(pool)
        self.address = address_of(config.cluster)
        self.prefix = config.cluster_prefix
        self._scripts: dict[str, Any] = {}
        self.reachable_since = -math.inf
        """By the monotonic clock, as far as this process has seen."""
        self._is_away = self._is_reported = False
        self._reported_at = -math.inf

    def key(self, name: str) -> str:
        return key_of(self.prefix, name)

    async def command(self, *words: str | bytes | int, **options: Any) -> Any:
        """Return the response to a command; wait while the server is away. Raises ResponseError."""
        return await self._answered(lambda: self.client.execute_command(*words, **options), words)  # type: ignore[no-untyped-call]

    async def script(self, text: str, keys: list[str], arguments: Sequence[str | bytes | int]) -> Any:
        """Return what a script of ``scripts`` returns; wait while the server is away. Raises ResponseError."""
        script = self._scripts.get(text) or self._scripts.setdefault(text, self.client.register_script(text))
        return await self._answered(lambda: script(keys=keys, args=arguments), keys)

    async def read_uptime(self) -> None:
        """Take note of a restart of the server before this process began."""
        info = await self.command("INFO", "server")
        self.reachable_since = max(self.reachable_since, time.monotonic() - info["uptime_in_seconds"])

    async def close(self) -> None:
        await self.client.aclose()

    async def _answered(self, ask: Callable[[], Awaitable[T]], words: Sequence[str | bytes | int]) -> T:
        """Return the response that *ask* waits for; *words*: those of a command, or the keys of a script."""
        wait = FIRST_WAIT
        while True:
            try:
                answer = await ask()
            except AWAY as error:
                self._report_away(error)
            except ResponseError as error:
                if WRONG_TYPE in str(error):
                    await self._delete_odd_keys(words)
                elif any(refusal in str(error) for refusal in REFUSALS):
                    self._report_away(error)
                else:
                    raise
            else:
                self._report_back()
                return answer
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _delete_odd_keys(self, words: Sequence[str | bytes | int]) -> None:
        """Delete the keys of this cluster in *words* that have another type: what they had is lost, as if Redis had
        lost it."""
        keys = list({word for word in words if isinstance(word, str) and word.startswith(self.key(""))})
        for found in await self.script(scripts.DELETE_ODD, keys, [type_of(key) for key in keys]):
            logger.error("Redis at %s: %s, not of this program: deleted", self.address, found.decode(errors="replace"))

    def _report_away(self, error: Exception) -> None:
        self._is_away = True
        if not self._is_reported and time.monotonic() >= self._reported_at + SECONDS_BETWEEN_REPORTS:
            self._is_reported, self._reported_at = True, time.monotonic()
            logger.warning("Redis at %s is away (%s): waiting for it", self.address, error)

    def _report_back(self) -> None:
        if not self._is_away:
            return
        self._is_away, self.reachable_since = False, time.monotonic()
        if self._is_reported:
            self._is_reported = False
            logger.info("Redis at %s is back", self.address)


def address_of(url: str) -> str:
    """Return host and port of the server, for messages.

    >>> address_of("rediss://me:secret@queue.test/1")
    'queue.test:6379'
    """
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 6379}"

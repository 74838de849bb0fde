"""Jobs of one source on their way to its stream: those that come while others are sent go together."""

from __future__ import annotations

import asyncio

from finews_crawler.cluster.queue import Queue

MOST_TOGETHER = 100
MOST_WAITING = 1000
"""Jobs in memory, after which ``add`` waits."""
MOST_QUEUED = 100_000
"""Jobs in the stream, after which none is added: with what their lists give, about 100 MB in Redis."""
PAUSE = 1.0


class JobWriter:
    """Puts the jobs of a source on its stream, and waits while that is long."""

    def __init__(self, queue: Queue, source: str) -> None:
        self._queue, self._source = queue, source
        self._waiting: list[tuple[str, bytes]] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """True if all jobs are on the queue."""
        return not self._waiting

    async def add(self, info_code: str, job: bytes) -> None:
        self._waiting.append((info_code, job))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write())
        if len(self._waiting) >= MOST_WAITING:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            while await self._queue.number_of_jobs(self._source) >= MOST_QUEUED:
                await asyncio.sleep(PAUSE)
            together = self._waiting[:MOST_TOGETHER]
            await self._queue.push(self._source, together)
            del self._waiting[: len(together)]

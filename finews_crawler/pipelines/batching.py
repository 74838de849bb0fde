"""Batches of articles, so that many share the cost of one fsync; each caller waits until its article is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from finews_crawler.archive.writer import PendingWrite
from finews_crawler.items import Article

BATCH_SIZE = 64
MAX_DELAY = 0.1
"""Seconds that the last batch of a run waits. With five times as much, 500 articles were not written faster."""


class WriteBatcher:
    """Calls *store* for BATCH_SIZE articles at a time, and at the latest MAX_DELAY seconds after the first of them.

    *is_idle*: returns True if nothing but the given number of articles is under way, so that no others will join them.
    """

    def __init__(
        self,
        store: Callable[[Sequence[Article]], list[PendingWrite]],
        is_idle: Callable[[int], bool] = lambda waiting: True,
    ) -> None:
        self._store = store
        self._is_idle = is_idle
        self._waiting: list[tuple[Article, asyncio.Future[PendingWrite]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def store(self, article: Article) -> PendingWrite:
        """Store *article* in a batch and return when it is on disk. Raises the error that prevented it."""
        # The second of two copies of an article is planned from the row and the post that the first one leaves.
        if any(waiting.info_code == article.info_code for waiting, _ in self._waiting):
            self.flush()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[PendingWrite] = loop.create_future()
        self._waiting.append((article, future))
        if len(self._waiting) >= BATCH_SIZE:
            self.flush()
        else:
            self._timer = self._timer or loop.call_later(MAX_DELAY, self.flush)
            loop.call_soon(self._flush_if_idle)  # once the other tasks of this iteration have come here, too
        change = await future
        if change.error is not None:
            raise change.error
        return change

    def _flush_if_idle(self) -> None:
        if self._waiting and self._is_idle(len(self._waiting)):
            self.flush()

    def flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        try:
            changes = self._store([article for article, _ in batch])
        except Exception as error:  # noqa: BLE001 (each caller raises it)
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), change in zip(batch, changes, strict=True):
            if not future.done():  # a second signal to stop cancels the callers
                future.set_result(change)

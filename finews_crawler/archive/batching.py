"""Batches of articles, so that many share the cost of one fsync; each caller waits until its article is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from finews_crawler.archive.archive import Archive
from finews_crawler.items import Article

if TYPE_CHECKING:
    from finews_crawler.archive.writer import PendingWrite

BATCH_SIZE = 64
MAX_DELAY = 0.5
"""Seconds that articles wait at most for others to join them. A batch of 64 costs as much as one of 10, but for the
files; the last batch of a run, or of a list, does not wait."""


class WriteBatcher:
    """Stores BATCH_SIZE or more articles at a time, and at the latest MAX_DELAY seconds after the first of them.

    While one batch is written, the articles of the next are collected. *is_idle*: returns True if nothing but the given
    number of articles is under way, so that no others will join them.
    """

    def __init__(self, archive: Archive, is_idle: Callable[[int], bool] = lambda waiting: True) -> None:
        self._archive = archive
        self._is_idle = is_idle
        self._waiting: dict[str, Article] = {}
        self._stored: dict[str, asyncio.Future[PendingWrite]] = {}
        """Results of the articles that wait or are being written."""
        self._timer: asyncio.TimerHandle | None = None
        self._is_due = False
        self._writer: asyncio.Task[None] | None = None

    def is_under_way(self, info_code: str) -> bool:
        """Return True while a write of this article waits or is made."""
        return info_code in self._stored

    async def settle(self, info_code: str) -> None:
        """Wait until no write of this article is under way: only then the archive has what it leaves."""
        while stored := self._stored.get(info_code):
            self._flush()
            await asyncio.wait([stored])

    async def store(self, article: Article) -> PendingWrite:
        """Store *article* in a batch and return when it is on disk. Raises the error that prevented it."""
        await self.settle(article.info_code)
        loop = asyncio.get_running_loop()
        self._waiting[article.info_code] = article
        stored: asyncio.Future[PendingWrite] = loop.create_future()
        self._stored[article.info_code] = stored
        if len(self._waiting) >= BATCH_SIZE:
            self._flush()
        else:
            self._timer = self._timer or loop.call_later(MAX_DELAY, self._flush)
            loop.call_soon(self._flush_if_idle)  # once the other tasks of this iteration have come here, too
        change = await stored
        if change.error is not None:
            raise change.error
        return change

    def _flush_if_idle(self) -> None:
        if self._waiting and self._is_idle(len(self._waiting)):
            self._flush()

    def _flush(self) -> None:
        """Write what waits, now or after the batch that is being written."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._is_due = True
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._is_due and self._waiting:
            self._is_due = False
            batch, self._waiting = self._waiting, {}
            await self._write_batch(batch)
        self._writer = None

    async def _write_batch(self, batch: dict[str, Article]) -> None:
        stored = [self._stored[info_code] for info_code in batch]
        try:
            changes = await self._archive.store_in_steps(list(batch.values()))
        except Exception as error:  # noqa: BLE001 (each caller raises it)
            for future in stored:
                if not future.done():  # a second signal to stop cancels the callers
                    future.set_exception(error)
        else:
            for future, change in zip(stored, changes, strict=True):
                if not future.done():
                    future.set_result(change)
        for info_code in batch:
            del self._stored[info_code]

"""Articles are stored in groups, so that durability costs little; whoever brought one hears when it is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from finews_crawler.archive.writer import PendingWrite
from finews_crawler.items import Article

LARGEST_GROUP = 64
SECONDS = 0.1
"""A run waits so long at its end; with five times as much, five hundred articles were written no faster."""


class WriteBatcher:
    """Hands articles on when LARGEST_GROUP have come, or SECONDS after the first of them."""

    def __init__(self, store: Callable[[Sequence[Article]], list[PendingWrite]]) -> None:
        self._store = store
        self._waiting: list[tuple[Article, asyncio.Future[PendingWrite]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def store(self, article: Article) -> PendingWrite:
        """Store *article* with others; returns when it is on disk. Raises what kept it from that."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[PendingWrite] = loop.create_future()
        self._waiting.append((article, future))
        if len(self._waiting) >= LARGEST_GROUP:
            self.flush()
        elif self._timer is None:
            self._timer = loop.call_later(SECONDS, self.flush)
        change = await future
        if change.error is not None:
            raise change.error
        return change

    def flush(self) -> None:
        """Store what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        group, self._waiting = self._waiting, []
        try:
            changes = self._store([article for article, _ in group])
        except Exception as error:  # noqa: BLE001 (whatever it is goes to those who wait)
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), change in zip(group, changes, strict=True):
            if not future.done():  # a second signal to stop cancels those who wait
                future.set_result(change)

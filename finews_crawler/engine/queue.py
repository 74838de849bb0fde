"""Queue of the scheduler that makes names of folders only if it keeps requests in folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.pqueues import DownloaderAwarePriorityQueue, ScrapyPriorityQueue

if TYPE_CHECKING:
    from collections.abc import Iterable


class DirectQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue (``SCHEDULER_PRIORITY_QUEUE``), which has a queue for each slot with requests.

    Scrapy 2.19 makes it anew for nearly every request, and hashes the name of the slot for that of its folder, also
    if the queue is in memory.
    """

    def pqfactory(self, slot: str, startprios: Iterable[int] = ()) -> ScrapyPriorityQueue:
        if self.key:  # JOBDIR
            return super().pqfactory(slot, startprios)
        queue_class, start_class = self.downstream_queue_cls, self._start_queue_cls
        return ScrapyPriorityQueue(self.crawler, queue_class, "", startprios, start_queue_cls=start_class)

"""Components of a replay, and their places."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from finews_crawler.politeness.host_state import HostRegistry, HostState
from finews_crawler.utils.crawler import extension_of
from finews_crawler.warc.replay.middlewares import ReplayRuns, ReplayTimestamps
from finews_crawler.warc.replay.session import ReplayHandler, ReplaySession

if TYPE_CHECKING:
    from scrapy import Request

    from finews_crawler.stats import FailureReason

__all__ = ["COMPONENTS", "HostRegistry", "ReplayHandler", "ReplayHostRegistry"]

COMPONENTS: dict[str, dict[type, int]] = {
    "EXTENSIONS": {ReplaySession: 105},
    "SPIDER_MIDDLEWARES": {
        ReplayTimestamps: 45,  # nearer to the engine than SkipArchived, which compares times
        ReplayRuns: 900,  # nearest to the spider: what each run yields passes all the others
    },
    "ITEM_PIPELINES": {ReplayTimestamps: 50},
}


class ReplayHostRegistry(HostRegistry):
    """The hosts of the recorded run: responses are evaluated as in any run, but no host is closed or slowed down."""

    @cached_property
    def _session(self) -> ReplaySession:
        return extension_of(self.crawler, ReplaySession)

    def of(self, url: str) -> HostState:
        """Return the host to which the request was sent when it was recorded."""
        exchange = self._session.run.find(url)
        return super().of(exchange.url if exchange else url)

    def close(self, host: HostState, fault: FailureReason, why: str) -> None:
        """Do nothing: the recorded run closed it."""

    def limit_to_one(self, request: Request, host: HostState, *, is_suspect: bool) -> None:
        """Do nothing: no requests are sent."""

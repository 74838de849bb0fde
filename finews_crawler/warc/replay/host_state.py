"""Host state of a replay: responses are evaluated as in any run, but no host is closed, paused or slowed down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.politeness.host_state import HostRegistry, HostState
from finews_crawler.utils.crawler import extension_of
from finews_crawler.warc.replay.session import ReplaySession

if TYPE_CHECKING:
    from scrapy import Request

    from finews_crawler.stats import FailureReason


class ReplayHostRegistry(HostRegistry):
    """The hosts of the recorded run. Requests to a host that it closed have no recorded response."""

    def of(self, url: str) -> HostState:
        """Return the host to which the request was sent when it was recorded."""
        exchange = extension_of(self.crawler, ReplaySession).run.find(url)
        return super().of(exchange.url if exchange else url)

    def close(self, host: HostState, fault: FailureReason, why: str) -> None:
        """Do nothing: the recorded run closed it."""

    def limit_to_one(self, request: Request, *, is_suspect: bool) -> None:
        """Do nothing: no requests are sent."""

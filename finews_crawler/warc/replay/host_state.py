"""The hosts of a replay: what is known of them as in any run, but none is closed, held back or slowed down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.politeness.host_state import HostRegistry, HostState
from finews_crawler.utils.crawler import extension_of
from finews_crawler.warc.replay.session import ReplaySession

if TYPE_CHECKING:
    from scrapy import Request

    from finews_crawler.stats import FailureReason


class ReplayHostRegistry(HostRegistry):
    """Whether a host is believed is judged again by its answers. What a host closed to the run was not asked has no
    answer, so that nothing has to close it once more."""

    def of(self, url: str) -> HostState:
        """The host that was asked for *url* when it was recorded."""
        exchange = extension_of(self.crawler, ReplaySession).run.find(url)
        return super().of(exchange.url if exchange else url)

    def forget(self) -> None:
        """A further run knows nothing of the one before."""
        self.known.clear()

    def close(self, host: HostState, fault: FailureReason, why: str) -> None:
        """It was closed then."""

    def limit_to_one(self, request: Request, *, is_suspect: bool) -> None:
        """Nobody is asked."""

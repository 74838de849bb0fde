"""The ``meta`` keys of a request, and the exceptions for a request that is not sent.

The exceptions derive from Scrapy's IgnoreRequest, so Scrapy calls the request's errback and logs nothing. The other
exceptions are in ``finews_crawler.exceptions``, which does not import Scrapy.
"""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

from finews_crawler.exceptions import FinewsError
from finews_crawler.stats import FailureReason

INFO_CODE = "info_code"
"""infoCode of the one article that the request leads to."""
LISTED = "listed"
"""The same article as the channel's list gives it."""
REFUSAL = "refusal"
"""Ban sign of the response, if only a comparison with other responses showed it; '' for a good one."""
MAY_BE_LOST = "may_be_lost"
"""True if the responses of the host so far, this one included, allow that it has lost an article whose body is missing.
"""
REFETCH = "refetch"
"""True to fetch the article even if it is archived."""


class RequestNotSent(FinewsError, IgnoreRequest):
    """Base class for requests that a middleware stops."""


class RequestSkipped(RequestNotSent):
    """A request that is skipped on purpose (limit, replay). Not an error, so nothing is logged."""


class LimitReached(RequestSkipped):
    """A request for an article beyond ``-a limit=N``."""


class HostClosed(RequestNotSent):
    """A request to a host that gets no further requests in this run."""

    def __init__(self, why: str, fault: FailureReason, *, is_silent: bool = False) -> None:
        super().__init__(why)
        self.fault = fault
        self.is_silent = is_silent
        """True if it does not respond at all."""


class ForbiddenAddress(RequestNotSent):
    """A request to a host that no setting names."""


class ForbiddenByRobots(RequestNotSent):
    """A request that the robots.txt of its host forbids."""


class NoRecordedResponse(RequestNotSent):
    """A request that had no response when it was recorded either."""


class WorkerStopped(RequestNotSent):
    """A request of a worker that ends: its article is for another one."""

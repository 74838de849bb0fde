"""What a spider says of requests that failed and answers that hold nothing: one line each, and a fault in the stats."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from finews_crawler.extensions.failed_response_samples import FailedResponseSamples
from finews_crawler.politeness.download_errors import describe_host_failure
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import ForbiddenAddress, HostClosed, RequestSkipped
from finews_crawler.sources.ban_signs import STATUSES
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from finews_crawler.sources.finews_site.post_lists import PostList

GONE = (404, 410)
OTHER_FAILURES = {
    ResponseDataLossError: "the answer broke off",
    DownloadCancelledError: "the answer is larger than DOWNLOAD_MAXSIZE",
    DownloadFailedError: "the connection failed",
}


class Reason(NamedTuple):
    """Why a request failed."""

    word: str
    text: str
    is_host: bool = False


def request_of(failure: Failure) -> Request:
    """The request that failed; Scrapy puts it on the failure."""
    request: Request = failure.request  # type: ignore[attr-defined]
    return request


def describe(failure: Failure) -> Reason:
    """The reason of a failure as Scrapy hands it to an errback."""
    error = failure.value
    if isinstance(error, HttpError):
        return Reason(f"http_{error.response.status}", f"HTTP status {error.response.status}")
    if isinstance(error, HostClosed):
        return Reason("not_asked", str(error), is_host=True)
    unreachable = describe_host_failure(error)
    if unreachable:
        return Reason("unreachable", unreachable, is_host=True)
    if isinstance(error, IgnoreRequest):
        return Reason("ignored", str(error) or "forbidden by robots.txt")
    for kind, text in OTHER_FAILURES.items():
        if isinstance(error, kind):
            return Reason("broken_off", text)
    return Reason("failed", f"{type(error).__name__}: {error}")


def fault_of(failure: Failure) -> FailureReason:
    """What a failed list means for the run."""
    error = failure.value
    if isinstance(error, HostClosed):
        return error.fault
    if isinstance(error, HttpError) and error.response.status in STATUSES:
        return FailureReason.BLOCKED
    if is_gone(failure):
        return FailureReason.NOT_FOUND
    return FailureReason.UNREACHABLE


def is_gone(failure: Failure) -> bool:
    """Whether the server says that what was asked for does not exist."""
    return isinstance(failure.value, HttpError) and failure.value.response.status in GONE


class ErrorReportingMixin(Spider):
    """Reports what went wrong upstream."""

    def report_list_failure(self, failure: Failure) -> None:
        """A list, category page or home page could not be had."""
        if isinstance(failure.value, RequestSkipped):
            return
        count_failure(self.crawler.stats, fault_of(failure))
        if not self.report_host(failure):
            self.logger.error("%s: %s", request_of(failure).url, describe(failure).text)

    def report_article_failure(self, failure: Failure) -> None:
        """The answer for one article, or the page of one post, could not be had."""
        reason = describe(failure)
        self.crawler.stats.inc_value(f"finews/requests_failed/{reason.word}")
        # AllowedHosts has reported the host of a ForbiddenAddress once.
        if not isinstance(failure.value, ForbiddenAddress) and not self.report_host(failure):
            self.logger.warning("%s: %s", request_of(failure).url, reason.text)

    def report_host(self, failure: Failure) -> bool:
        """True when it is the host that is not asked, or cannot be reached: that is told once, whatever fails on it."""
        reason = describe(failure)
        if reason.is_host and not isinstance(failure.value, HostClosed):
            extension_of(self.crawler, HostRegistry).report_unreachable(
                urlsplit(request_of(failure).url).netloc, reason.text
            )
        return reason.is_host

    def report_list(self, surface: str, response: Response, found: ParsedList | PostList) -> None:
        """What a list amounts to: an error when it gave no articles though it should have."""
        outcome, name = found.outcome, f"{surface} at {response.url}"
        self.crawler.stats.inc_value(f"finews/lists/{outcome.value}")
        if outcome is Outcome.NO_NEWS:
            self.logger.info("%s: %s", outcome.value, name)
        elif outcome in (Outcome.BLOCKED, Outcome.CHANGED_SHAPE):
            count_failure(
                self.crawler.stats, FailureReason.BLOCKED if outcome is Outcome.BLOCKED else FailureReason.CHANGED_SHAPE
            )
            kept = self.keep_sample(surface, response, outcome)
            self.logger.error("%s: %s (%s)%s", outcome.value, name, found.detail, kept)

    def keep_sample(self, surface: str, response: Response, outcome: Outcome) -> str:
        """Have an answer in a new shape kept; the end of the log line that tells of it."""
        keeper = self.crawler.get_extension(FailedResponseSamples) if outcome is Outcome.CHANGED_SHAPE else None
        return f"; {keeper.keep(surface, response)}" if keeper else ""

"""Error reports of spiders: for a failed request or a response without articles, one log line and a stat."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, IgnoreRequest, ResponseDataLossError
from scrapy.spidermiddlewares.httperror import HttpError

from finews_crawler.extensions.failed_response_samples import FailedResponseSamples
from finews_crawler.politeness.download_errors import describe_host_failure
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import ForbiddenAddress, ForbiddenByRobots, HostClosed, NoRecordedResponse, RequestSkipped
from finews_crawler.sources.ban_signs import STATUSES
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from finews_crawler.sources.eastmoney_web.category_page import CategoryPage
    from finews_crawler.sources.finews_site.post_lists import PostList

GONE = (404, 410)
OTHER_FAILURES = {
    ResponseDataLossError: "the response broke off",
    DownloadCancelledError: "the response is larger than DOWNLOAD_MAXSIZE",
    DownloadFailedError: "the connection failed",
}


class Reason(NamedTuple):
    """The reason why a request failed; *word* is part of a stat key, *is_host* if its host is the reason."""

    word: str
    text: str
    is_host: bool = False


def request_of(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]
    return request


def describe(failure: Failure) -> Reason:
    """Return the reason of a failed request; ``is_host`` if it is the host's, and not the article's."""
    error = failure.value
    if isinstance(error, HttpError):
        return Reason(f"http_{error.response.status}", f"HTTP status {error.response.status}")
    if isinstance(error, (HostClosed, ForbiddenByRobots)):
        word = "not_asked" if isinstance(error, HostClosed) else "forbidden"
        return Reason(word, str(error), is_host=True)
    if unreachable := describe_host_failure(error):
        return Reason("unreachable", unreachable, is_host=True)
    if isinstance(error, IgnoreRequest):
        return Reason("ignored", str(error))
    for kind, text in OTHER_FAILURES.items():
        if isinstance(error, kind):
            return Reason("broken_off", text)
    return Reason("failed", f"{type(error).__name__}: {error}")


def fault_of(failure: Failure) -> FailureReason:
    """Return the failure reason that a failed list gives the run, unless its host is the reason."""
    error = failure.value
    if isinstance(error, HttpError) and error.response.status in STATUSES:
        return FailureReason.BLOCKED
    if is_gone(failure):
        return FailureReason.NOT_FOUND
    return FailureReason.UNREACHABLE


def is_gone(failure: Failure) -> bool:
    return isinstance(failure.value, HttpError) and failure.value.response.status in GONE


def is_unreachable(failure: Failure) -> bool:
    """Return True if no response came from the host: another one may have what was requested.

    A host that was closed for its server errors did respond. In a replay, any recorded failure: the next request is
    recorded only if the run sent it.
    """
    error = failure.value
    is_silent = isinstance(error, HostClosed) and error.is_silent
    return is_silent or isinstance(error, NoRecordedResponse) or describe_host_failure(error) is not None


class ErrorReportingMixin(Spider):
    """Methods for spiders that log and count upstream's errors."""

    def report_list_failure(self, failure: Failure, if_gone: str = "") -> None:
        """Report a failed request for a list, a category page or the home page; *if_gone*: what to do after a 404."""
        if not isinstance(failure.value, RequestSkipped) and not self.report_host(failure):
            count_failure(self.crawler.stats, fault_of(failure))
            hint = f": {if_gone}" if if_gone and is_gone(failure) else ""
            self.logger.error("%s: %s%s", request_of(failure).url, describe(failure).text, hint)

    def report_article_failure(self, failure: Failure) -> None:
        """Report a failed request for an article or for the page of a post."""
        reason = describe(failure)
        self.crawler.stats.inc_value(f"finews/requests_failed/{reason.word}")
        # AllowedHosts has reported the host of a ForbiddenAddress once.
        if not isinstance(failure.value, ForbiddenAddress) and not self.report_host(failure):
            self.logger.warning("%s: %s", request_of(failure).url, reason.text)

    def report_host(self, failure: Failure) -> bool:
        """Report and count a host that is the reason once for all requests to it. Return False for other reasons.

        A closed host was reported when it was closed, and a robots.txt at the first request that it forbids.
        """
        reason = describe(failure)
        if reason.is_host and not isinstance(failure.value, (HostClosed, ForbiddenByRobots)):
            netloc = urlsplit(request_of(failure).url).netloc
            extension_of(self.crawler, HostRegistry).report_unreachable(netloc, reason.text)
        return reason.is_host

    def report_list(self, surface: str, response: Response, found: ParsedList | PostList | CategoryPage) -> None:
        """Report the outcome of a list: an error for a ban or a changed format, which give no articles."""
        outcome, name = found.outcome, f"{surface} at {response.url}"
        self.crawler.stats.inc_value(f"finews/lists/{outcome.value}")
        if outcome is Outcome.NO_NEWS:
            self.logger.info("%s: %s", outcome.value, name)
        elif outcome in (Outcome.NO_DATA, Outcome.CUT_OFF):
            count_failure(self.crawler.stats, FailureReason.UNREACHABLE)
            self.logger.error("%s: %s (%s)", outcome.value, name, found.detail)
        elif outcome in (Outcome.BLOCKED, Outcome.CHANGED_SHAPE):
            count_failure(self.crawler.stats, FailureReason(outcome.value))
            sample = self.keep_sample(surface, response, outcome)
            self.logger.error("%s: %s (%s)%s", outcome.value, name, found.detail, sample)

    def keep_sample(self, surface: str, response: Response, outcome: Outcome) -> str:
        """Store a response in a changed format. Return the end of the log line about it."""
        samples = self.crawler.get_extension(FailedResponseSamples) if outcome is Outcome.CHANGED_SHAPE else None
        return f"; {samples.keep(surface, response)}" if samples else ""

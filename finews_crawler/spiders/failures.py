"""A failed request in the words of the stats, and in words for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from finews_crawler.politeness.download_errors import describe_host_failure
from finews_crawler.politeness.host_state import HostClosed
from finews_crawler.sources.eastmoney.ban_signs import STATUSES
from finews_crawler.stats import Fault

if TYPE_CHECKING:
    from scrapy import Request
    from twisted.python.failure import Failure

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


def fault_of(failure: Failure) -> Fault:
    """What a failed list means for the run."""
    error = failure.value
    if isinstance(error, HostClosed):
        return error.fault
    if isinstance(error, HttpError) and error.response.status in STATUSES:
        return Fault.BLOCKED
    if is_gone(failure):
        return Fault.NOT_FOUND
    return Fault.UNREACHABLE


def is_gone(failure: Failure) -> bool:
    """Whether the server says that what was asked for does not exist."""
    return isinstance(failure.value, HttpError) and failure.value.response.status in GONE

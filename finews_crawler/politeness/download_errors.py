"""Classification of Scrapy's download exceptions: unreachable host, broken response, overload."""

from __future__ import annotations

import ssl

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

HOST_FAILURES = {
    DownloadConnectionRefusedError: "connection refused",
    CannotResolveHostError: "the name cannot be resolved",
    DownloadTimeoutError: "no response in time",
}
DISTRUSTED = "its TLS certificate is not trusted"
BROKEN_OFF = (DownloadFailedError, DownloadCancelledError, ResponseDataLossError)
"""A response that began and did not end well. One of these is the article's failure; many in a row are the host's."""
OVERLOAD = (DownloadTimeoutError, DownloadFailedError, ResponseDataLossError)
"""Signs of an overloaded host. A response that is too large (DownloadCancelledError) is not one."""


def describe_host_failure(exception: BaseException | None) -> str | None:
    """Return the reason why a host could not be reached, or None for every other failure."""
    if is_distrusted(exception):
        return DISTRUSTED
    return next((text for kind, text in HOST_FAILURES.items() if isinstance(exception, kind)), None)


def is_distrusted(exception: BaseException | None) -> bool:
    """Return True if TLS failed, for example because the certificate is not trusted."""
    while exception is not None and not isinstance(exception, ssl.SSLError):
        exception = exception.__cause__
    return exception is not None

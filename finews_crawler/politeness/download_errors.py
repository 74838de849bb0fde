"""Scrapy's exceptions for a request without an answer, sorted by what they say of the host."""

from __future__ import annotations

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity import VerificationError

HOST_FAILURES = {
    DownloadConnectionRefusedError: "connection refused",
    CannotResolveHostError: "the name cannot be resolved",
    DownloadTimeoutError: "no answer in time",
}
DISTRUSTED = "its TLS certificate is not to be trusted"
BROKEN_OFF = (DownloadFailedError, DownloadCancelledError, ResponseDataLossError)
"""There was an answer, or the beginning of one. One of these is an article's own failure; many are the host's."""
TOO_MUCH_TO_DO = (DownloadTimeoutError, DownloadFailedError, ResponseDataLossError)
"""A host that answers so may be overloaded. One whose answer has no end is not."""


def describe_host_failure(exception: BaseException | None) -> str | None:
    """In what way a host could not be reached; None for every other failure."""
    if is_distrusted(exception):
        return DISTRUSTED
    return next((text for kind, text in HOST_FAILURES.items() if isinstance(exception, kind)), None)


def is_distrusted(exception: BaseException | None) -> bool:
    """Whether it is the host's certificate that was refused, or its TLS altogether."""
    # Twisted's reasons, each a Failure, of which Scrapy keeps only the words.
    reasons = getattr(getattr(exception, "__cause__", None), "reasons", [])
    return any(isinstance(reason.value, (TLSError, VerificationError)) for reason in reasons)

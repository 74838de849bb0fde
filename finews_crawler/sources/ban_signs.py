"""Ban signs that hold for every site: the HTTP status."""

from __future__ import annotations

from collections.abc import Callable

BanSign = Callable[[str, str, int, bytes], "str | None"]
"""Classify a response by the URL requested, the URL after redirects, the status and the body: the reason why it looks
like a ban, '' if it is a good response, None if it is neither (5xx, 404, truncated JSON)."""

STATUSES = (401, 403, 407, 418, 429, 451)
"""HTTP statuses by which a server turns a client away."""
REDIRECTS = range(300, 400)


def status_sign(requested: str, responded: str, status: int, body: bytes) -> str | None:
    """Return the ban sign of a response by its status alone.

    >>> url = "http://127.0.0.1/"
    >>> [status_sign(url, url, status, b"") for status in (403, 200, 404)]
    ['HTTP status 403', '', None]
    """
    if status in STATUSES:
        return f"HTTP status {status}"
    return "" if status == 200 else None

"""What a URL's scheme, host and port alone determine: found once for each of them, not for each URL."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar
from urllib.parse import urlsplit

ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?=[/?#])")
"""Scheme, host and port as nearly all URLs have them: without a user, an IPv6 address or characters to be removed."""
ORIGINS = 256
"""A crawl has requests to some dozen hosts, and refuses redirects to others."""
Value = TypeVar("Value")


def by_origin(function: Callable[[str], Value]) -> Callable[[str], Value]:
    """Cache a function of a URL whose result does not depend on path, query or fragment."""
    cached = lru_cache(maxsize=ORIGINS)(function)

    @wraps(function)
    def of_url(url: str) -> Value:
        origin = ORIGIN.match(url)
        return cached(origin[0]) if origin else function(url)

    return of_url


@by_origin
def netloc_of(url: str) -> str:
    """Return host and port of a URL as ``urlsplit``. Raises ValueError as it does.

    >>> netloc_of("http://127.0.0.1:8000/NewsData/GetNewsText.do?id=NW202205182383638060")
    '127.0.0.1:8000'
    """
    return urlsplit(url).netloc


@by_origin
def hostname_of(url: str) -> str:
    """Return the host of a URL as ``urlsplit``, '' without one. Raises ValueError as it does."""
    return urlsplit(url).hostname or ""

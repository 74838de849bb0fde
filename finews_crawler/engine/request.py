"""Request whose URL is not quoted if nothing in it needs that."""

from __future__ import annotations

import re
from functools import lru_cache

from scrapy import Request
from w3lib.url import safe_url_string

PLAIN_URL = re.compile(r"(https?://[a-z0-9.:-]+)/[\w.~/-]*(?:\?[\w.~/&=+-]+)?", re.ASCII)
"""A URL without characters that may have to be quoted."""


class DirectRequest(Request):
    """Scrapy's request, which takes its URL apart and quotes each part, for requests of which there are many."""

    def _set_url(self, url: str) -> None:
        plain = PLAIN_URL.fullmatch(url) if isinstance(url, str) else None
        if plain and is_safe(f"{plain[1]}/"):
            self._url = url
        else:
            super()._set_url(url)


@lru_cache(maxsize=64)  # few hosts get many requests
def is_safe(url: str) -> bool:
    """Return True if Scrapy leaves *url* as it is. Raises ValueError as it does."""
    return safe_url_string(url) == url

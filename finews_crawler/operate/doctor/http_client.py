"""The requests of the checks: concurrent, without redirects and credentials, limited in time and size."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from finews_crawler.politeness.allowlist import PORTS
from finews_crawler.utils.http_client import AbstractResolver, aiohttp

MAX_BYTES = 500 * 1024
"""A crawler must parse at least this much of a robots.txt, and may ignore the rest (RFC 9309, 2.5)."""
MAX_ERROR_LENGTH = 200


@dataclass(frozen=True)
class HttpResponse:
    """Response to a request, or the reason for its absence."""

    failure: str = ""
    """Reason for a missing response; all other fields are empty then."""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers by lower-case name."""
    body: bytes = b""
    is_complete: bool = True


async def fetch(
    urls: Iterable[str], user_agent: str, seconds: float, resolver: AbstractResolver, max_bytes: int | None = None
) -> list[HttpResponse]:
    """Fetch the URLs concurrently and return the responses in the same order; *max_bytes*: MAX_BYTES if not given."""
    limit = MAX_BYTES if max_bytes is None else max_bytes
    # The session must not read .netrc, which would send user names and passwords.
    async with aiohttp.ClientSession(
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(total=seconds),
        connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        return await asyncio.gather(*(_fetch(session, url, limit) for url in urls))


async def _fetch(session: aiohttp.ClientSession, url: str, limit: int) -> HttpResponse:
    try:
        async with session.get(url, allow_redirects=False, proxy=proxy_for(url)) as response:
            body = await _read_body(response.content, limit)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpResponse("", response.status, headers, body[:limit], len(body) <= limit)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return HttpResponse(describe_error(error))


async def _read_body(content: aiohttp.StreamReader, limit: int) -> bytes:
    """Read until just after *limit* bytes."""
    body = b""
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > limit:
            break
    return body


def describe_error(error: Exception) -> str:
    """Return why a host did not respond, in the words of a crawl's log.

    >>> errors = TimeoutError(), ConnectionResetError(104, "…"), socket.gaierror(-2, "…")
    >>> [describe_error(error) for error in errors]
    ['no answer in time', 'connection reset by peer', 'the name cannot be resolved']
    """
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"its TLS certificate is not trusted: {error.certificate_error}"
    reason = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(reason, socket.gaierror):
        return "the name cannot be resolved"
    if isinstance(reason, ssl.SSLError):
        return f"TLS error: {reason}"
    if isinstance(reason, OSError) and reason.errno:
        return os.strerror(reason.errno).lower()
    return str(reason)[:MAX_ERROR_LENGTH] or type(reason).__name__


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment sets for a URL, as Scrapy determines it."""
    parts = urlsplit(url)
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    return f"{parts.scheme}://{proxy}" if proxy and urlsplit(proxy).scheme not in PORTS else proxy

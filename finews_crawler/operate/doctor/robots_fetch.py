"""One GET of robots.txt per host, all at once: never an article, no redirect followed, an end to time and size."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from finews_crawler.exceptions import NotPublic
from finews_crawler.politeness.allowlist import PORTS, Allowlist

LARGEST = 500 * 1024
"""Bytes: a crawler has to read so much of a robots.txt (RFC 9309, 2.5), and may leave the rest."""
LONGEST_SHOWN = 200


@dataclass(frozen=True)
class Answer:
    """What a host said, or why it said nothing."""

    failure: str = ""
    """Why there is no answer; all else is empty then."""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in small letters."""
    body: bytes = b""
    is_whole: bool = True


class JudgedResolver(AbstractResolver):
    """Names become addresses, IPv4 as in a crawl, and each is judged before it is connected to."""

    def __init__(self, allowed: Allowlist) -> None:
        self.allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = await self.look_up(host)
        for address in addresses:
            if not self.allowed.may_connect(host, address):
                raise NotPublic(f"{host} has the address {address}, which is not public")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in addresses
        ]

    async def look_up(self, name: str) -> Sequence[str]:
        """The addresses of a name, as the system gives them."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(name, None, family=socket.AF_INET, type=socket.SOCK_STREAM)
        return [str(address[0]) for *_, address in found]

    async def close(self) -> None:
        pass


async def fetch_robots(
    urls: Iterable[str], user_agent: str, seconds: float, resolver: AbstractResolver
) -> list[Answer]:
    """The answers, in the order of the addresses."""
    # A session reads no proxy and no .netrc by itself: a name and a password would go where nobody meant them to.
    async with aiohttp.ClientSession(
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(total=seconds),
        connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        return await asyncio.gather(*(ask(session, url) for url in urls))


async def ask(session: aiohttp.ClientSession, url: str) -> Answer:
    try:
        async with session.get(url, allow_redirects=False, proxy=proxy_for(url)) as response:
            body = await read_some(response.content)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer("", response.status, headers, body[:LARGEST], len(body) <= LARGEST)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(describe(error))


async def read_some(content: aiohttp.StreamReader) -> bytes:
    """The body, or a little more of it than is wanted."""
    body = b""
    async for piece in content.iter_any():
        body += piece
        if len(body) > LARGEST:
            break
    return body


def describe(error: Exception) -> str:
    """Why a host gave no answer, in the words of a crawl's log.

    >>> describe(asyncio.TimeoutError()), describe(ConnectionResetError(104, "…"))
    ('no answer in time', 'connection reset by peer')
    """
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"its certificate is not to be trusted: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return describe_refusal(error.os_error)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return str(error)[:LONGEST_SHOWN] or type(error).__name__


def describe_refusal(error: OSError) -> str:
    """Why there is no connection.

    >>> describe_refusal(ConnectionRefusedError(111, "…")), describe_refusal(socket.gaierror(-2, "…"))
    ('connection refused', 'the name cannot be resolved')
    """
    if isinstance(error, socket.gaierror):
        return "the name cannot be resolved"
    if isinstance(error, ssl.SSLError):
        return f"TLS fails: {error}"
    if isinstance(error, NotPublic) or not error.errno:
        return str(error)
    return os.strerror(error.errno).lower()


def proxy_for(url: str) -> str | None:
    """The environment's proxy for an address, as Scrapy takes it."""
    parts = urlsplit(url)
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    return f"{parts.scheme}://{proxy}" if proxy and urlsplit(proxy).scheme not in PORTS else proxy

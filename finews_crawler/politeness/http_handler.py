"""Download handler for http and https on aiohttp, with limits on the size of headers and bodies.

aiohttp parses HTTP in C: a request costs a third of what it costs with Twisted, Scrapy's default. Scrapy's signals
``headers_received`` and ``bytes_received``, which nothing here uses, are not sent.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from yarl import URL

from finews_crawler.exceptions import NotPublic
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.dns_resolver import AllowlistResolver
from finews_crawler.politeness.http_response import ResponseWithPeer, response_of
from finews_crawler.utils.http_client import aiohttp

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

LARGEST_HEAD = 64 * 1024
"""Bytes of names and values of headers. The hosts that are crawled send less than 1 kB. aiohttp, which has a limit for
their number and for each of them, never reads more than a megabyte."""
SET_BY_SCRAPY = frozenset(("Accept", "Accept-Encoding", "Content-Type", "User-Agent"))
"""Headers that aiohttp would add: the type to a request with a body, or with a method of METHODS_WITH_BODY."""
METHODS_WITH_BODY = frozenset(("PATCH", "POST", "PUT"))
PROXY_PASSWORD = "Proxy-Authorization"  # noqa: S105 (a name)
TLS_VERSIONS = {
    "TLSv1.0": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
"""Values of DOWNLOAD_TLS_MIN_VERSION and DOWNLOAD_TLS_MAX_VERSION."""


class HttpHandler(BaseDownloadHandler):
    """Connects to allowed addresses only, verifies certificates, and ends responses that are too large or too slow."""

    lazy = True  # the session needs the running event loop
    resolver_class = AllowlistResolver

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.seconds = settings.getfloat("DOWNLOAD_TIMEOUT")
        self.largest_body = settings.getint("DOWNLOAD_MAXSIZE")
        self.large_body = settings.getint("DOWNLOAD_WARNSIZE")
        self.resolver = self.resolver_class(Allowlist.by_settings(settings))
        self.reported: set[str] = set()
        """Messages of the resolver."""

    @cached_property
    def session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            # The downloader limits the connections, and the resolver has a cache of its own.
            connector=aiohttp.TCPConnector(limit=0, resolver=self.resolver, use_dns_cache=False, family=socket.AF_INET),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=ResponseWithPeer,
        )

    @cached_property
    def tls(self) -> bool | ssl.SSLContext:
        return tls_of(self.crawler.settings)

    async def download_request(self, request: Request) -> Response:
        """Return the response. Raises the download exceptions of ``scrapy.exceptions``."""
        seconds = request.meta.get("download_timeout", self.seconds)
        is_https = request.url.startswith("https:")
        headers, proxy_headers = split_headers(request, is_https=is_https)
        began = time.monotonic()
        with self.translating_errors(request, seconds):
            async with self.session.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body or None,
                headers=headers,
                skip_auto_headers=lacking(headers, has_type=bool(request.body) or request.method in METHODS_WITH_BODY),
                allow_redirects=False,
                timeout=within(seconds),
                proxy=request.meta.get("proxy"),
                proxy_headers=proxy_headers,
                ssl=self.tls if is_https else True,
            ) as received:
                request.meta["download_latency"] = time.monotonic() - began
                assert isinstance(received, ResponseWithPeer)  # noqa: S101 (the session's response_class)
                check_head(received)
                body = await self.read_body(received, request)
                return response_of(received, request, body)

    async def read_body(self, received: aiohttp.ClientResponse, request: Request) -> bytes:
        largest = request.meta.get("download_maxsize", self.largest_body)
        chunks, size = [], 0
        expected = received.content_length or 0
        if not largest or expected <= largest:
            async for chunk in received.content.iter_any():
                chunks.append(chunk)
                size += len(chunk)
                if largest and size > largest:
                    break
        if largest and max(size, expected) > largest:
            raise DownloadCancelledError(f"the response is larger than {largest} bytes (DOWNLOAD_MAXSIZE)")
        if self.large_body and size > self.large_body:
            logger.warning("%s: a response of %d bytes, more than DOWNLOAD_WARNSIZE", request.url, size)
        return b"".join(chunks)

    @contextmanager
    def translating_errors(self, request: Request, seconds: float) -> Iterator[None]:
        """Raise aiohttp's errors as those of Scrapy, which its retries and our classification know."""
        try:
            yield
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no response within {seconds:g} seconds") from error
        except aiohttp.ClientConnectorDNSError as error:
            self.report_address(error.os_error)
            raise CannotResolveHostError(str(error.os_error)) from error
        except aiohttp.ClientSSLError as error:
            raise DownloadFailedError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            raise DownloadConnectionRefusedError(str(error)) from error
        except aiohttp.ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error
        except aiohttp.ClientError as error:
            raise DownloadFailedError(str(error)) from error

    def report_address(self, error: OSError) -> None:
        """Log one error for each host with a private address."""
        if isinstance(error, NotPublic) and str(error) not in self.reported:
            self.reported.add(str(error))
            hint = "to allow it, add its network to FINEWS_ALLOWED_NETWORKS"
            logger.error("host %s, and was not connected to: %s", error, hint)

    async def close(self) -> None:
        await self.session.close()


def tls_of(settings: BaseSettings) -> bool | ssl.SSLContext:
    """Return aiohttp's ``ssl`` for the settings: False not to verify certificates."""
    if not settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
        return False
    context = ssl.create_default_context()
    context.set_ciphers(settings["DOWNLOADER_CLIENT_TLS_CIPHERS"])
    if least := settings["DOWNLOAD_TLS_MIN_VERSION"]:
        context.minimum_version = TLS_VERSIONS[least]
    if most := settings["DOWNLOAD_TLS_MAX_VERSION"]:
        context.maximum_version = TLS_VERSIONS[most]
    return context


def split_headers(request: Request, *, is_https: bool) -> tuple[list[tuple[str, str]], dict[str, str] | None]:
    """Return the headers of a request, and those for the proxy alone: the host must not get the proxy's password."""
    given = request.headers
    names = [(name, value) for name, values in dict.items(given) for value in values]
    headers = [(text_of(name, given.encoding), text_of(value, given.encoding)) for name, value in names]
    if not is_https or PROXY_PASSWORD not in request.headers:
        return headers, None
    for_host = [(name, value) for name, value in headers if name != PROXY_PASSWORD]
    return for_host, {PROXY_PASSWORD: dict(headers)[PROXY_PASSWORD]}


def lacking(headers: Iterable[tuple[str, str]], *, has_type: bool) -> frozenset[str] | None:
    """Return the headers that aiohttp would add to a request, and must not; None for nearly all requests.

    *has_type*: aiohttp would add a Content-Type.

    >>> sent = [("Accept", "*/*"), ("Accept-Encoding", "gzip"), ("User-Agent", "finews_crawler/0.1")]
    >>> lacking(sent, has_type=False), lacking(sent, has_type=True), lacking(sent[1:], has_type=False)
    (None, frozenset({'Content-Type'}), frozenset({'Accept'}))
    """
    added = SET_BY_SCRAPY if has_type else SET_BY_SCRAPY - {"Content-Type"}
    return added.difference(name for name, _ in headers) or None


@lru_cache(maxsize=16)
def within(seconds: float) -> aiohttp.ClientTimeout:
    """Return aiohttp's limit for a whole request in *seconds*, 0 for none; nearly all requests have the same."""
    return aiohttp.ClientTimeout(total=seconds)


@lru_cache(maxsize=256)
def text_of(word: bytes, encoding: str) -> str:
    """Return a name or value of a request's header, most of which are the same in all requests."""
    return word.decode(encoding)


def check_head(received: aiohttp.ClientResponse) -> None:
    """Raise DownloadFailedError for headers that are too large."""
    if sum(len(name) + len(value) for name, value in received.raw_headers) > LARGEST_HEAD:
        raise DownloadFailedError(f"headers of more than {LARGEST_HEAD} bytes")

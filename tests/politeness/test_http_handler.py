"""`politeness.http_handler`: certificates, headers, proxies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from finews_crawler.config.given import environment_settings
from finews_crawler.politeness.http_handler import HttpHandler, split_headers
from finews_crawler.testing.origin.server import running_origin
from tests.support.certificates import LOOPBACK, self_signed
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_server import Answer
from tests.support.scripted_share_site import ALL_WELL, SOME_FAILED, counts, share

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def crawl(scrapy: Scrapy, file: Path, *, is_trusted: bool, **certificate: object) -> tuple[Run, int]:
    """Crawl six articles over https; return the run, and the number of requests that the origin received."""
    with running_origin(6, ssl_context=self_signed(file, **certificate)) as origin:  # type: ignore[arg-type]
        trusting = {"SSL_CERT_FILE": str(file)} if is_trusted else {}
        client = replace(scrapy.at(origin.url), environment={**scrapy.at(origin.url).environment, **trusting})
        return client("crawl", "channel", "-s", "RETRY_ENABLED=0"), origin.stats()["total"]


def test_a_trusted_certificate_is_accepted(scrapy: Scrapy, tmp_path: Path) -> None:
    run, _ = crawl(scrapy, tmp_path / "own.pem", is_trusted=True)
    assert run.status == ALL_WELL, run.log
    assert counts(run)["new"] == 6


@pytest.mark.parametrize(
    ("is_trusted", "certificate"),
    [(False, {}), (True, {"address": "127.0.0.2"}), (True, {"days": (-2, -1)})],
    ids=["self-signed", "another host's", "expired"],
)
def test_an_invalid_certificate_is_refused(
    scrapy: Scrapy, tmp_path: Path, is_trusted: bool, certificate: dict[str, object]
) -> None:
    run, requests = crawl(scrapy, tmp_path / "own.pem", is_trusted=is_trusted, **certificate)
    assert run.status == SOME_FAILED, run.log
    assert requests == 0
    assert "certificate" in run.log
    assert f"host {LOOPBACK}" in run.log
    assert "Traceback" not in run.log


def test_headers_that_are_too_large_together_are_refused(scrapy: Scrapy) -> None:
    headers = {f"X-Filler-{number}": "A" * 4000 for number in range(20)}
    run, _ = share(scrapy, lambda nth: Answer(b"", headers=headers) if nth == 3 else None, "-s", "RETRY_TIMES=0")
    assert (run.status, counts(run)["new"], counts(run)["failed"]) == (SOME_FAILED, 19, 1), run.log
    assert "the connection failed" in run.log


def test_the_password_of_a_proxy_is_sent_to_the_proxy_only() -> None:
    given = {"Accept": "*/*", "Proxy-Authorization": "Basic bWU6cHc="}
    over_http, over_https = Request("http://a.test/", headers=given), Request("https://a.test/", headers=given)
    assert split_headers(over_http, is_https=False) == ([*given.items()], None)
    assert split_headers(over_https, is_https=True) == (
        [("Accept", "*/*")],
        {"Proxy-Authorization": "Basic bWU6cHc="},
    )


def fetch(answer: Answering, target: str = "/", method: str = "GET", **meta: object) -> Response:
    """Return the response of a server whose connections *answer* handles."""

    async def fetched() -> Response:
        server = await asyncio.start_server(answer, LOOPBACK, 0)
        handler = HttpHandler(Crawler(Spider, environment_settings()))
        async with server:
            url = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}{target}"
            try:
                return await handler.download_request(Request(url, method=method, meta=meta))
            finally:
                await handler.close()

    return asyncio.run(fetched())


def test_a_response_has_the_headers_as_they_were_sent_and_the_address() -> None:
    """Names may repeat, and values need not be UTF-8."""
    sent = [b"HTTP/1.1 200 OK", b"Content-Length: 2", b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"X-Title: \xc4\xe3"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\r\n".join([*sent, b"", b"ok"]))
        writer.close()

    response = fetch(answer)
    assert (response.status, response.body, str(response.ip_address), response.protocol) == (
        200,
        b"ok",
        LOOPBACK,
        "HTTP/1.1",
    )
    assert response.headers.getlist("Set-Cookie") == [b"a=1", b"b=2"]
    assert response.headers["X-Title"] == b"\xc4\xe3"


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with the head of the request as the body."""
    body = await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    writer.close()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_header_is_sent_that_a_request_does_not_have(method: str) -> None:
    _, *headers = fetch(echo, method=method).text.splitlines()
    names = {header.partition(":")[0] for header in headers if header}
    assert names <= {"Host", "Content-Length"}


@pytest.mark.parametrize("target", ["/a%7eb/%e4%b8%ad/?x=%2F&y=1", "/d/%2e%2e/./e"])
def test_the_target_of_a_request_is_sent_as_it_is(target: str) -> None:
    """See findings/scrapy-handler-request-target.sh: aiohttp would spell it anew."""
    line, *headers = fetch(echo, target).text.splitlines()
    assert line == f"GET {target} HTTP/1.1"
    assert not [header for header in headers if header.lower().startswith("content-length")]


def test_the_timeout_bounds_the_whole_download() -> None:
    """See findings/scrapy-handler-download-timeout.sh: a body that never stops coming."""
    sent = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            sent.append(1)
            await asyncio.sleep(0.05)

    with pytest.raises(DownloadTimeoutError, match=r"no response within 0\.5 seconds"):
        fetch(answer, download_timeout=0.5)
    assert sent

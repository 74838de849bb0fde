"""Responses that are slow, endless, cut off, of a wrong length, or too large when decompressed."""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import brotli
import pytest

from finews_crawler.testing.origin.app import build_app
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.faults.registry import parse_faults
from finews_crawler.testing.origin.raw_response import LIVE
from finews_crawler.testing.origin.server import running_origin, serving
from tests.support.http_client import SECONDS, asked, fetch, received, text_path

LIST = "/web/webapi?type=45&count=100&newsid=1"
ARTICLES = generate(3, 1)
ARTICLE = text_path(ARTICLES[0])
MEGABYTE = 2**20
HOUR = 3_600_000


def sound_article() -> bytes:
    with running_origin(articles=ARTICLES) as origin:
        return fetch(origin.url + ARTICLE).body


SOUND = sound_article()


def test_a_drip_is_a_whole_article_in_pieces() -> None:
    with running_origin(articles=ARTICLES, faults=["drip=20"]) as origin:
        started = time.monotonic()
        answer = fetch(origin.url + ARTICLE)
        assert time.monotonic() - started >= 0.2
    assert answer.body == SOUND
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_slow_drip_is_a_byte_a_second() -> None:
    started = time.monotonic()
    with running_origin(articles=ARTICLES, faults=["slow-drip"]) as origin, asked(origin.url + ARTICLE) as connection:
        came = received(connection, most=1)
        while len(came.partition(b"\r\n\r\n")[2]) < 2:
            came += received(connection, most=1)
    assert time.monotonic() - started >= 1.9
    head, _, body = came.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(SOUND)}".encode() in head
    assert SOUND.startswith(body)


def test_an_endless_body_goes_on_for_as_long_as_it_is_read() -> None:
    with running_origin(articles=ARTICLES, faults=["endless"]) as origin, asked(origin.url + ARTICLE) as connection:
        head, _, body = received(connection, most=20 * MEGABYTE).partition(b"\r\n\r\n")
    assert b"Content-Length" not in head
    assert b"Transfer-Encoding" not in head
    assert re.fullmatch(rb'\{"text":"A+', body)
    assert len(body) > 19 * MEGABYTE


def test_endless_headers_go_on_for_as_long_as_they_are_read() -> None:
    headers = running_origin(articles=ARTICLES, faults=["endless-headers"])
    with headers as origin, asked(origin.url + ARTICLE) as connection:
        lines = received(connection, most=2 * MEGABYTE).split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert len(lines) > 2000
    assert all(re.fullmatch(rb"X-Filler-\d+: A{1000}", line) for line in lines[1:-1])


def test_a_reset_comes_in_the_middle_of_the_body() -> None:
    with running_origin(articles=ARTICLES, faults=["reset"]) as origin, asked(origin.url + ARTICLE) as connection:
        came = b""
        with pytest.raises(ConnectionResetError):
            while chunk := connection.recv(2**16):
                came += chunk
    head, _, body = came.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(SOUND)}".encode() in head
    assert body == SOUND[: len(SOUND) // 2]


def test_a_wrong_length_exceeds_the_body() -> None:
    with (
        running_origin(articles=ARTICLES, faults=["wrong-length"]) as origin,
        asked(origin.url + ARTICLE) as connection,
    ):
        head, _, body = received(connection).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(SOUND) + 1000}".encode() in head
    assert body == SOUND


@pytest.mark.parametrize(
    ("fault", "coding", "unpack"),
    [
        ("gzip-bomb", "gzip", lambda packed: zlib.decompress(packed, wbits=31)),
        ("brotli-bomb", "br", brotli.decompress),
    ],
)
def test_a_decompression_bomb_is_small_in_transfer(fault: str, coding: str, unpack: Callable[[bytes], bytes]) -> None:
    with running_origin(articles=ARTICLES, faults=[fault]) as origin:
        answer = fetch(origin.url + ARTICLE)
    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["Content-Type"] == "application/json"
    assert len(answer.body) < MEGABYTE / 4
    unpacked = unpack(answer.body)
    assert len(unpacked) > 100 * MEGABYTE
    assert unpacked[:13] == b'{"text":"<p>A'
    assert unpacked[-7:] == b'A</p>"}'


FAULTS_OF_A_CONNECTION = [
    *("slow-drip", "drip=20", "endless", "endless-headers", "reset", "wrong-length", "gzip-bomb", "brotli-bomb"),
]


@pytest.mark.parametrize("fault", FAULTS_OF_A_CONNECTION)
def test_connection_faults_leave_lists_and_pages_alone(fault: str) -> None:
    with running_origin(articles=ARTICLES) as sound, running_origin(articles=ARTICLES, faults=[fault]) as origin:
        for path in (LIST, "/", "/html_News/NewsShare.html"):
            assert fetch(origin.url + path).body == fetch(sound.url + path).body


def test_raw_responses_are_not_altered_by_later_faults() -> None:
    with running_origin(articles=ARTICLES, faults=["bom", "drip=1", "gbk"]) as origin:
        assert fetch(origin.url + ARTICLE).body == b"\xef\xbb\xbf" + SOUND


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def live_after(fault: str, act: Callable[[set[asyncio.Transport], Streams], Awaitable[None]]) -> tuple[int, int]:
    """Request an article in the event loop of the server, and call *act* after its first bytes.

    Return the number of connections that live after it, and after the server has stopped.
    """

    async def run() -> tuple[int, int]:
        app = build_app(ARTICLES, faults=parse_faults([fault]))
        async with serving(app, 0) as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
            writer.write(f"GET {ARTICLE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            await reader.readexactly(10)
            assert len(app[LIVE]) == 1
            await act(app[LIVE], (reader, writer))
            left = len(app[LIVE])
        return left, len(app[LIVE])

    return asyncio.run(asyncio.wait_for(run(), SECONDS))


@pytest.mark.parametrize("fault", [f"drip={HOUR}", "endless", "endless-headers"])
def test_a_response_ends_when_the_client_disconnects(fault: str) -> None:
    async def leave(live: set[asyncio.Transport], streams: Streams) -> None:
        streams[1].transport.abort()
        while live:
            await asyncio.sleep(0.01)

    assert live_after(fault, leave) == (0, 0)


@pytest.mark.parametrize("fault", [f"drip={HOUR}", "endless", "endless-headers"])
def test_a_response_ends_when_the_server_stops(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not because of the timeout for requests in progress.
    monkeypatch.setattr("finews_crawler.testing.origin.server.SECONDS_TO_FINISH_REQUESTS", HOUR)

    async def stay(*_: object) -> None:
        await asyncio.sleep(0.01)

    assert live_after(fault, stay) == (1, 0)

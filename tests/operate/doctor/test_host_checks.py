"""What the doctor says of hosts that do not answer as they should, and that it goes no further than it may."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.operate.doctor.robots_fetch import LARGEST, Answer, JudgedResolver, fetch_robots
from finews_crawler.politeness.allowlist import Allowlist
from tests.support.certificates import self_signed
from tests.support.doctor_output import Told, examine, examine_hosts
from tests.support.fixed_response_host import AnsweringHost, Write, answering_host
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
CLOSED = CLOSED_PORT.removeprefix("http://")
NAMED = "FINEWS_SHARE_URL and FINEWS_ARCHIVE_URL and FINEWS_CHANNELS_URL and FINEWS_MARKET_URL"


def told_of(host: AnsweringHost, name: str, **given: str) -> Told:
    """The line of one name, with ``HOST`` where the host stands."""
    line = examine_hosts(host.url, **given).one(name)
    return replace(line, text=line.text.replace(host.url.partition("://")[2], "HOST"))


def test_a_closed_port() -> None:
    with answering_host(status=404) as host:
        told = examine_hosts(CLOSED_PORT, FINEWS_SHARE_URL=host.url)
    there, not_there = told.of("host")
    assert (there.is_ok, not_there.is_ok) == (True, False)
    named = " and ".join(HOST_SETTINGS[1:])
    assert not_there.text == f"{CLOSED} cannot be reached (connection refused): check {named} and the network"
    assert [line.text for line in told.of("robots")] == [
        f"{host.url.removeprefix('http://')} has none (HTTP status 404): nothing is forbidden"
    ]


def test_it_says_who_asks() -> None:
    with answering_host(status=404, headers={"Set-Cookie": "a=b"}) as host:
        examine_hosts(host.url, FINEWS_SHARE_URL=host.url.replace("://", "://me:secret@"), USER_AGENT="me/1")
    (headers,) = [headers for _, headers in host.asked]
    assert host.paths == ["/robots.txt"]
    assert headers["user-agent"] == "me/1"
    assert {"cookie", "authorization"} & headers.keys() == set()


@pytest.mark.parametrize(
    ("status", "matter"),
    [
        (403, "HOST refuses (HTTP status 403): it may have banned this machine"),
        (429, "HOST refuses (HTTP status 429): it may have banned this machine"),
        (503, "HOST fails (HTTP status 503): look again later"),
    ],
)
def test_a_host_that_refuses_or_fails(status: int, matter: str) -> None:
    with answering_host(status=status) as host:
        told = told_of(host, "host")
        assert not told.is_ok
        assert told.text.startswith(matter)
        assert host.paths == ["/robots.txt"], "and it is asked only once"


def test_no_redirect_is_followed() -> None:
    with answering_host() as other, answering_host(status=302, headers={"Location": f"{other.url}/x"}) as host:
        told = told_of(host, "host")
        assert told.text == (
            f"HOST leads to {other.url}, and no crawl follows: see where the site is now, and set {NAMED} to it"
        )
        assert (told.is_ok, other.asked) == (False, [])
        host.headers["Location"] = "/moved/robots.txt"
        assert told_of(host, "host").is_ok
        told = told_of(host, "robots")
        assert (told.is_ok, told.text.split(":")[0]) == (False, "HOST has it elsewhere, and it was not read")
        assert set(host.paths) == {"/robots.txt"}


@pytest.mark.parametrize("location", ["http://[", "javascript:alert(1)", "http://[\x9b2J", "ftp://a.test/"])
def test_a_redirect_to_nowhere(location: str) -> None:
    with answering_host(status=301, headers={"Location": location}) as host:
        assert told_of(host, "host").text.startswith("HOST leads to ")
        assert host.paths == ["/robots.txt"]


def test_what_robots_txt_forbids() -> None:
    rules = b"User-agent: *\nDisallow: /web/\n\nUser-agent: me\nDisallow: /NewsData\nDisallow: /category/*.html\n"
    with answering_host(body=rules) as host:
        told = told_of(host, "robots", USER_AGENT="me/1")
        assert (told.is_ok, told.text) == (
            False,
            "HOST forbids /NewsData/GetNewsText.do?id=NW202205182383638060, "
            "/category/hualongwangxinzhongqingkehuduan.html to this User-Agent: "
            "no crawl asks for it; ask its owner, or go through another host",
        )
        told = told_of(host, "robots", USER_AGENT="me/1", ROBOTSTXT_USER_AGENT="other")
        assert "forbids /web/webapi?type=102&count=100&newsid=1, /web/webapi?type=45" in told.text
        assert "NewsData" not in told.text


def test_how_long_robots_txt_asks_to_wait() -> None:
    with answering_host(body=b"User-agent: *\nCrawl-delay: 20\n") as host:
        told = told_of(host, "robots")
        assert (told.is_ok, told.text) == (True, "HOST allows what crawls ask for; 20 s between requests")
        told = told_of(host, "robots", FINEWS_LONGEST_WAIT="19")
        assert (told.is_ok, told.text) == (
            False,
            "HOST asks for 20 s between requests, longer than FINEWS_LONGEST_WAIT: "
            "no run asks it; set FINEWS_LONGEST_WAIT to 20 or more",
        )


def drip(write: Write, going: threading.Event) -> None:
    write(HEAD)
    while not going.wait(0.1):
        write(b"#")


def endless(write: Write, going: threading.Event) -> None:
    write(HEAD)
    while not going.is_set():
        write(b"# no end\n" * 1000)


def no_http(write: Write, going: threading.Event) -> None:
    write(b"SSH-2.0-OpenSSH_9.2 \x1b[2J\r\n")


def no_word(write: Write, going: threading.Event) -> None:
    pass


def endless_head(write: Write, going: threading.Event) -> None:
    write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        write(b"X-%d: %s\r\n" % (number, b"x" * 100))


def test_an_answer_that_does_not_come() -> None:
    with answering_host(raw=drip) as host:
        told = told_of(host, "host", DOWNLOAD_TIMEOUT="1")
    assert (told.is_ok, told.text) == (
        False,
        f"HOST cannot be reached (no answer in time): check {NAMED} and the network",
    )


def test_a_robots_txt_without_end() -> None:
    with answering_host(raw=endless) as host:
        told = told_of(host, "robots")
    assert told.text == "HOST allows what crawls ask for; it is too long, and only its beginning was read"


@pytest.mark.parametrize("raw", [no_http, no_word, endless_head])
def test_an_answer_that_is_none(raw: Callable[[Write, threading.Event], None]) -> None:
    with answering_host(raw=raw) as host:
        told = told_of(host, "host")
    assert not told.is_ok
    assert told.text.startswith("HOST cannot be reached (")
    assert "\x1b" not in told.text


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    assert len(bomb) < LARGEST
    with answering_host(body=bomb, headers={"Content-Encoding": "gzip"}) as host:
        told = told_of(host, "robots")
        assert host.asked[0][1]["accept-encoding"] == "identity"
    assert told.text.startswith("HOST sends it compressed, unasked")


def test_a_certificate_that_nobody_vouches_for(scrapy: Scrapy, tmp_path: Path) -> None:
    with answering_host(tls=self_signed(tmp_path / "server.pem"), status=404) as host:
        told = told_of(host, "host")
        assert not told.is_ok
        assert told.text.startswith("HOST cannot be reached (its certificate is not to be trusted: ")
        assert host.asked == []
        # Whoever vouches for it makes it well: it is the certificate, and nothing else.
        vouched = {**scrapy.environment, "SSL_CERT_FILE": str(tmp_path / "server.pem")}
        assert examine(replace(scrapy, environment=vouched).at(host.url)).one("host").is_ok


def test_a_clock_that_is_wrong() -> None:
    def answer(write: Write, going: threading.Event) -> None:
        write(b"HTTP/1.1 404 Not Found\r\nDate: Wed, 18 May 2022 08:00:00 GMT\r\nContent-Length: 0\r\n\r\n")

    with answering_host(raw=answer) as host:
        told = told_of(host, "clock")
    assert not told.is_ok
    assert told.text.endswith(", and a host has 2022-05-18 16:00:00 +0800: set this machine's clock")


def test_the_proxy_of_the_environment_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering_host(status=404) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removeprefix("http://"))
        monkeypatch.setenv("no_proxy", "")
        assert examine_hosts("http://finews.invalid").one("host").is_ok
        assert proxy.paths == ["http://finews.invalid/robots.txt"]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert not examine_hosts(CLOSED_PORT).one("host").is_ok
        assert len(proxy.paths) == 1


class Rebound(JudgedResolver):
    """A name server in the hands of somebody who wants us to ask loopback."""

    async def look_up(self, name: str) -> Sequence[str]:
        return ["127.0.0.1"]


def ask_rebound(host: AnsweringHost, networks: str) -> Answer:
    url = host.url.replace("127.0.0.1", "finews.invalid")
    allowed = Allowlist.by([url], networks)
    (answer,) = asyncio.run(fetch_robots([f"{url}/robots.txt"], "me/1", 30, Rebound(allowed)))
    return answer


def test_a_name_that_leads_into_the_own_network() -> None:
    with answering_host() as host:
        assert ask_rebound(host, "").failure == "finews.invalid has the address 127.0.0.1, which is not public"
        assert host.asked == []
        assert ask_rebound(host, "127.0.0.0/8").status == 200

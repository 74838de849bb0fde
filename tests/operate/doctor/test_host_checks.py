"""``finews doctor`` on hosts that fail, redirect, forbid or attack, and the limits of its own requests."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.config.values import networks as read_networks
from finews_crawler.operate.doctor.host_checks import example_urls
from finews_crawler.operate.doctor.http_client import MAX_BYTES, HttpResponse, fetch
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.dns_resolver import AllowlistResolver
from tests.support.certificates import self_signed
from tests.support.dns import silent_name_servers
from tests.support.doctor_output import ReportLine, check_hosts_at, run_doctor
from tests.support.fixed_response_host import FixedResponseHost, Write, fixed_response_host
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
CLOSED = CLOSED_PORT.removeprefix("http://")
CHECKED = [name for name in HOST_SETTINGS if example_urls(name, CLOSED_PORT)]
ALL_SETTINGS = " and ".join(CHECKED)


def line_of(host: FixedResponseHost, name: str, **changes: str) -> ReportLine:
    """Return the line with that name, in which ``HOST`` replaces host and port."""
    line = check_hosts_at(host.url, **changes).one(name)
    return replace(line, text=line.text.replace(host.url.partition("://")[2], "HOST"))


def test_a_closed_port_is_a_warning() -> None:
    with fixed_response_host(status=404) as host:
        line = check_hosts_at(CLOSED_PORT, FINEWS_SHARE_URL=host.url)
    unreachable, reachable = sorted(line.of("host"), key=lambda line: line.is_ok)
    assert (reachable.is_ok, unreachable.is_ok) == (True, False)
    named = " and ".join(name for name in CHECKED if name != "FINEWS_SHARE_URL")
    assert unreachable.text == f"{CLOSED} cannot be reached (connection refused): check {named} and the network"
    assert [line.text for line in line.of("robots")] == [
        f"{host.url.removeprefix('http://')} has no robots.txt (HTTP status 404): everything is allowed"
    ]


def test_a_silent_name_server_is_named_in_time() -> None:
    began = time.monotonic()
    with silent_name_servers():
        line = check_hosts_at("http://finews.invalid", DOWNLOAD_TIMEOUT="0.4").one("host")
    assert not line.is_ok
    problem = "finews.invalid cannot be reached (no name server has answered within 0.2 s)"
    assert line.text == f"{problem}: check the name servers of this machine (/etc/resolv.conf)"
    assert time.monotonic() - began < 30


def test_requests_have_the_user_agent_and_no_credentials() -> None:
    with fixed_response_host(status=404, headers={"Set-Cookie": "a=b"}) as host:
        check_hosts_at(host.url, USER_AGENT="me/1")
    (headers,) = [headers for _, headers in host.requests]
    assert host.paths == ["/robots.txt"]
    assert headers["user-agent"] == "me/1"
    assert {"cookie", "authorization"} & headers.keys() == set()


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (403, "HOST refuses requests (HTTP status 403): it may have banned this machine"),
        (429, "HOST refuses requests (HTTP status 429): it may have banned this machine"),
        (503, "HOST has a server error (HTTP status 503): try again later"),
    ],
)
def test_a_ban_or_a_server_error_is_a_warning(status: int, problem: str) -> None:
    with fixed_response_host(status=status) as host:
        line = line_of(host, "host")
        assert not line.is_ok
        assert line.text.startswith(problem)
        assert host.paths == ["/robots.txt"], "requested only once"


def test_redirects_are_reported_and_not_followed() -> None:
    with (
        fixed_response_host() as other,
        fixed_response_host(status=302, headers={"Location": f"{other.url}/x"}) as host,
    ):
        line = line_of(host, "host")
        assert line.text == (
            f"HOST redirects to {other.url}, which crawls do not follow: "
            f"find the site's new URL, and set {ALL_SETTINGS} to it"
        )
        assert (line.is_ok, other.requests) == (False, [])
        host.headers["Location"] = "/moved/robots.txt"
        assert line_of(host, "host").is_ok
        line = line_of(host, "robots")
        assert (line.is_ok, line.text.split(":")[0]) == (False, "HOST redirects its robots.txt, which was not read")
        assert set(host.paths) == {"/robots.txt"}


@pytest.mark.parametrize("location", ["http://[", "javascript:alert(1)", "http://[\x9b2J", "ftp://a.test/"])
def test_a_redirect_to_an_invalid_url_is_reported(location: str) -> None:
    with fixed_response_host(status=301, headers={"Location": location}) as host:
        assert line_of(host, "host").text.startswith("HOST redirects to ")
        assert host.paths == ["/robots.txt"]


def test_urls_that_robots_txt_forbids_are_listed() -> None:
    rules = b"User-agent: *\nDisallow: /web/\n\nUser-agent: me\nDisallow: /NewsData\nDisallow: /category/*.html\n"
    with fixed_response_host(body=rules) as host:
        line = line_of(host, "robots", USER_AGENT="me/1")
        assert (line.is_ok, line.text) == (
            False,
            "HOST forbids /category/hualongwangxinzhongqingkehuduan.html, "
            "/NewsData/GetNewsText.do to this User-Agent: "
            "crawls skip it; contact the site owner or use another host",
        )
        line = line_of(host, "robots", USER_AGENT="me/1", ROBOTSTXT_USER_AGENT="other")
        assert "HOST forbids /web/webapi to this User-Agent: " in line.text
        assert "NewsData" not in line.text


def test_a_crawl_delay_longer_than_the_limit_is_a_warning() -> None:
    with fixed_response_host(body=b"User-agent: *\nCrawl-delay: 20\n") as host:
        line = line_of(host, "robots")
        assert (line.is_ok, line.text) == (True, "HOST allows all URLs of a crawl; 20 s between requests")
        line = line_of(host, "robots", FINEWS_LONGEST_WAIT="19")
        assert (line.is_ok, line.text) == (
            False,
            "HOST requires 20 s between requests, longer than FINEWS_LONGEST_WAIT: "
            "crawls skip this host; set FINEWS_LONGEST_WAIT to 20 or more",
        )


def drip(write: Write, closing: threading.Event) -> None:
    write(HEAD)
    while not closing.wait(0.1):
        write(b"#")


def endless(write: Write, closing: threading.Event) -> None:
    write(HEAD)
    while not closing.is_set():
        write(b"# no end\n" * 1000)


def no_http(write: Write, closing: threading.Event) -> None:
    write(b"SSH-2.0-OpenSSH_9.2 \x1b[2J\r\n")


def no_response(write: Write, closing: threading.Event) -> None:
    pass


def endless_head(write: Write, closing: threading.Event) -> None:
    write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        write(b"X-%d: %s\r\n" % (number, b"x" * 100))


def test_a_slow_response_times_out() -> None:
    with fixed_response_host(raw=drip) as host:
        line = line_of(host, "host", DOWNLOAD_TIMEOUT="1")
    assert (line.is_ok, line.text) == (
        False,
        f"HOST cannot be reached (no answer in time): check {ALL_SETTINGS} and the network",
    )


def test_an_endless_robots_txt_is_truncated() -> None:
    with fixed_response_host(raw=endless) as host:
        line = line_of(host, "robots")
    assert line.text == "HOST allows all URLs of a crawl; robots.txt is too long, only its beginning was read"


@pytest.mark.parametrize("raw", [no_http, no_response, endless_head])
def test_an_invalid_response_is_a_warning(raw: Callable[[Write, threading.Event], None]) -> None:
    with fixed_response_host(raw=raw) as host:
        line = line_of(host, "host")
    assert not line.is_ok
    assert line.text.startswith("HOST cannot be reached (")
    assert "\x1b" not in line.text


def test_a_compressed_robots_txt_is_not_decompressed() -> None:
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    assert len(bomb) < MAX_BYTES
    with fixed_response_host(body=bomb, headers={"Content-Encoding": "gzip"}) as host:
        line = line_of(host, "robots")
        assert host.requests[0][1]["accept-encoding"] == "identity"
    assert line.text.startswith("HOST sends a compressed robots.txt unrequested")


def test_an_untrusted_certificate_is_a_warning(scrapy: Scrapy, tmp_path: Path) -> None:
    with fixed_response_host(tls=self_signed(tmp_path / "server.pem"), status=404) as host:
        line = line_of(host, "host")
        assert not line.is_ok
        assert line.text.startswith("HOST cannot be reached (its TLS certificate is not trusted: ")
        assert host.requests == []
        # With the certificate trusted, the host is OK.
        trusted = {**scrapy.environment, "SSL_CERT_FILE": str(tmp_path / "server.pem")}
        assert run_doctor(replace(scrapy, environment=trusted).at(host.url)).one("host").is_ok


def test_a_wrong_clock_is_a_warning() -> None:
    def respond(write: Write, closing: threading.Event) -> None:
        write(b"HTTP/1.1 404 Not Found\r\nDate: Wed, 18 May 2022 08:00:00 GMT\r\nContent-Length: 0\r\n\r\n")

    with fixed_response_host(raw=respond) as host:
        line = line_of(host, "clock")
    assert not line.is_ok
    assert line.text.endswith(", but a host has 2022-05-18 16:00:00 +0800: set this machine's clock")


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with fixed_response_host(status=404) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removeprefix("http://"))
        monkeypatch.setenv("no_proxy", "")
        assert check_hosts_at("http://finews.invalid").one("host").is_ok
        assert proxy.paths == ["http://finews.invalid/robots.txt"]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert not check_hosts_at(CLOSED_PORT).one("host").is_ok
        assert len(proxy.paths) == 1


class ReboundResolver(AllowlistResolver):
    """A hostile name server that resolves every name to loopback."""

    async def look_up(self, name: str) -> Sequence[str]:
        return ["127.0.0.1"]


def fetch_rebound(host: FixedResponseHost, networks: str) -> HttpResponse:
    url = host.url.replace("127.0.0.1", "finews.invalid")
    allowed = Allowlist.by([url], read_networks(networks))
    (response,) = asyncio.run(fetch([f"{url}/robots.txt"], "me/1", 30, ReboundResolver(allowed)))
    return response


def test_a_name_that_resolves_to_loopback_is_rejected() -> None:
    with fixed_response_host() as host:
        assert fetch_rebound(host, "").failure == "finews.invalid resolves to 127.0.0.1, which is not a public address"
        assert host.requests == []
        assert fetch_rebound(host, "127.0.0.0/8").status == 200

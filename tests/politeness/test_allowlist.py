"""`politeness.allowlist`, `allowed_hosts`, `dns_resolver`: no response leads a crawl to another host."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from finews_crawler.politeness import allowlist
from finews_crawler.sources import HOST_DEFAULTS
from finews_crawler.sources.source import Source
from tests.support.dns import NAMES
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, code_in, scripted_site
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, CODES, SOME_FAILED, counts, news_text, share
from tests.support.stats_dump import STATS_DUMP, stats_of

RESOLVER = ("-s", f"DOWNLOAD_HANDLERS={json.dumps({'http': 'tests.support.dns.ScriptedHandler'})}")
CLOSED_TO_ALL = [
    "http://10.0.0.1/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/x",
    "http://192.0.2.1/x",
    "http://127.0.0.1:1/x",
    "http://evil.test\\@127.0.0.1/x",
]
OTHER_SCHEMES = ["file:///etc/passwd", "ftp://127.0.0.1/x"]


@pytest.mark.parametrize("url", CLOSED_TO_ALL + OTHER_SCHEMES)
def test_a_redirect_to_a_host_of_no_source_is_not_followed(scrapy: Scrapy, url: str) -> None:
    elsewhere = Answer(status=302, headers={"Location": url})
    run, _ = share(scrapy, lambda nth: elsewhere if nth == 3 else None, *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["failed"]) == (19, 1)
    assert stats_of(run).get("finews/allowed_hosts/refused", 0) == (url in CLOSED_TO_ALL)


@pytest.mark.parametrize(
    ("setting", "is_allowed"),
    [
        ("https://pages.test", True),
        ("http://pages.test/", True),  # 80 and 443 are one port
        ("https://pages.test:8443", False),
        ("https://mirror.test", False),
        ("", False),
    ],
)
def test_aliases_are_allowed_while_the_setting_has_its_default(
    monkeypatch: pytest.MonkeyPatch, setting: str, *, is_allowed: bool
) -> None:
    hosts = {"FINEWS_SHARE_URL": "https://pages.test", "FINEWS_CHANNELS_URL": "https://lists.test"}
    aliases = {"FINEWS_SHARE_URL": ("https://stocks.test",)}
    site = Source(name="toy", key=re.compile("NW"), hosts=hosts, aliases=aliases)
    monkeypatch.setattr(allowlist, "SOURCES", [site])
    allowed = allowlist.Allowlist.by_settings({**HOST_DEFAULTS, **hosts, "FINEWS_SHARE_URL": setting})
    assert allowed.has("https://stocks.test/a/202205182383638060.html") == is_allowed
    assert allowed.has("https://lists.test/")
    assert not allowed.has("https://stocks.test:8443/")
    assert not allowed.has("https://www.stocks.test/")


def test_redirects_elsewhere_for_everything_are_a_ban(scrapy: Scrapy) -> None:
    elsewhere = Answer(status=302, headers={"Location": "http://captcha.test/\x1b[2J"})
    run, site = share(scrapy, lambda nth: elsewhere if nth > 5 else None, number=60)
    assert run.status == BLOCKED
    assert len(site.asked) <= 1 + 5 + 15 + 2 * 8
    assert "\x1b" not in run.log


@pytest.mark.parametrize("location", ["http://[::1", "//[", "http://a.test:99999/", "file:///etc/hostname"])
def test_a_redirect_that_cannot_be_followed_fails_its_article_once(scrapy: Scrapy, location: str) -> None:
    nowhere = Answer(status=302, headers={"Location": location})
    run, _ = share(scrapy, lambda nth: nowhere if nth < 4 else None, *STATS_DUMP, number=10)
    assert run.status == SOME_FAILED
    assert counts(run)["failed"] == 3
    assert counts(run)["new"] == 7
    assert stats_of(run).get("finews/block_detection/signs", 0) <= 3
    assert "Traceback" not in run.log


def test_a_host_of_no_source_is_one_warning_that_names_host_and_source(scrapy: Scrapy) -> None:
    elsewhere = Answer(status=302, headers={"Location": "http://captcha.test/"})
    run, _ = share(scrapy, lambda nth: elsewhere if nth % 4 == 0 else None, *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert stats_of(run)["finews/allowed_hosts/refused"] == counts(run)["failed"] == 5
    (warning,) = [line for line in run.log.splitlines() if " WARNING: " in line]
    assert "host captcha.test:80 is not a host of source eastmoney, finews_site (FINEWS_SHARE_URL," in warning


@contextmanager
def counting(address: str) -> Iterator[tuple[int, list[object]]]:
    """Yield a port of another loopback address, and the list of connections made to it."""
    met: list[object] = []
    with socket.create_server((address, 0)) as server:
        threading.Thread(target=accept, args=(server, met), daemon=True).start()
        yield server.getsockname()[1], met
        server.shutdown(socket.SHUT_RDWR)


def accept(server: socket.socket, met: list[object]) -> None:
    try:
        while True:
            connection, peer = server.accept()
            met.append(peer)
            connection.close()
    except OSError:
        return  # the socket is closed


def named(scrapy: Scrapy, tmp_path: Path, **addresses: list[str]) -> Scrapy:
    """Return *scrapy* with a resolver that has these *addresses* for names in ``.test``."""
    file = tmp_path / "names.json"
    file.write_text(json.dumps({f"{name}.test": found for name, found in addresses.items()}), "utf-8")
    scrapy.environment[NAMES] = str(file)
    return scrapy


@pytest.mark.parametrize("address", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"])
def test_a_name_with_a_private_address_is_not_connected_to(scrapy: Scrapy, tmp_path: Path, address: str) -> None:
    with counting("127.0.0.2") as (port, met):
        host = f"http://upstream.test:{port}"
        crawl = named(scrapy, tmp_path, upstream=[address]).at(host)
        run = crawl("crawl", "share", "-a", f"info_code={CODES[0]}", *RESOLVER)
    assert run.status == SOME_FAILED
    assert f"host upstream.test resolves to {address}, which is not a public address" in run.log
    assert met == []


def test_a_name_that_changes_its_address_is_checked_again(scrapy: Scrapy, tmp_path: Path) -> None:
    """DNS rebinding: the name has an allowed address for robots.txt, and another one afterwards."""

    def script(path: str) -> Answer:
        # One request a connection, so that the next one resolves the name again.
        body = news_text(code_in(path)) if code_in(path) else b""
        return Answer(body, headers={"Connection": "close"})

    with scripted_site(script) as site, counting("127.0.0.2") as (_, met):
        port = site.url.rpartition(":")[2]
        crawl = named(scrapy, tmp_path, upstream=["127.0.0.1", "127.0.0.1", "127.0.0.2"])
        crawl = crawl.at(f"http://upstream.test:{port}", FINEWS_ALLOWED_NETWORKS="127.0.0.1")
        run = crawl("crawl", "share", "-a", f"info_code={','.join(CODES[:10])}", *RESOLVER)
    assert run.status == SOME_FAILED
    assert len(site.asked) == 2
    assert met == []


def test_an_allowed_network_is_connected_to(scrapy: Scrapy, tmp_path: Path) -> None:
    with scripted_site(lambda path: Answer(news_text(code_in(path))) if code_in(path) else None) as site:
        port = site.url.rpartition(":")[2]
        crawl = named(scrapy, tmp_path, upstream=["127.0.0.1"])
        crawl = crawl.at(f"http://upstream.test:{port}", FINEWS_ALLOWED_NETWORKS="127.0.0.0/8")
        run = crawl("crawl", "share", "-a", f"info_code={CODES[0]}", *RESOLVER)
    assert run.status == ALL_WELL, run.log


def test_invalid_networks_are_refused_before_the_first_request(scrapy: Scrapy) -> None:
    run = scrapy.at("http://127.0.0.1:1")("crawl", "channel", "-s", "FINEWS_ALLOWED_NETWORKS=192.168")
    assert run.status == 2
    assert "FINEWS_ALLOWED_NETWORKS" in run.log


@pytest.mark.parametrize("path", ["/console", "/robots.txt"])
def test_a_redirect_to_the_proxy_itself_is_not_followed(scrapy: Scrapy, path: str) -> None:
    proxies: list[str] = []

    def script(url: str) -> Answer | None:
        if "robots.txt" in url:
            return Answer(status=404)
        return Answer(status=302, headers={"Location": f"{proxies[0]}{path}"})

    with scripted_site(script) as proxy:
        proxies.append(proxy.url)
        crawl = scrapy.at("http://lists.test")
        crawl.environment.update(http_proxy=proxy.url, no_proxy="")
        run = crawl("crawl", "channel", "-a", "channels=media", *STATS_DUMP)
    assert stats_of(run)["finews/allowed_hosts/refused"] == 1
    assert {url.split("/")[2] for url in proxy.asked} == {"lists.test"}


def test_hosts_of_pictures_are_for_their_own_crawl_only() -> None:
    given = {**HOST_DEFAULTS, "FINEWS_IMAGE_HOSTS": "pictures.test"}
    article = f"{HOST_DEFAULTS['FINEWS_ARTICLE_URL']}/a"
    of_articles = allowlist.Allowlist.by_settings(given)
    assert (of_articles.has(article), of_articles.has("https://pictures.test/1.png")) == (True, False)
    of_pictures = allowlist.Allowlist.by_settings({**given, allowlist.ONLY_HOSTS: ["https://pictures.test"]})
    assert (of_pictures.has(article), of_pictures.has("http://pictures.test/1.png")) == (False, True)

"""Nothing upstream sends makes the crawler reach where it should not, or keeps it for ever."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.dns import NAMES
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, code_in, scripted_site
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, CODES, SOME_FAILED, counts, news_text, share

RESOLVER = ("-s", "TWISTED_DNS_RESOLVER=tests.support.dns.ScriptedResolver")
ELSEWHERE = [
    "http://10.0.0.1/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/x",
    "http://192.0.2.1/x",
    "http://127.0.0.1:1/x",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
    "http://evil.test\\@127.0.0.1/x",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_redirect_to_a_host_that_no_setting_names_is_not_followed(scrapy: Scrapy, address: str) -> None:
    elsewhere = Answer(status=302, headers={"Location": address})
    run, _ = share(scrapy, lambda nth: elsewhere if nth == 3 else None)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["failed"]) == (19, 1)
    assert "on a host or port that no setting names" in run.log or "HTTP status 302" in run.log


def test_redirects_elsewhere_for_everything_are_a_ban(scrapy: Scrapy) -> None:
    elsewhere = Answer(status=302, headers={"Location": "http://captcha.test/\x1b[2J"})
    run, site = share(scrapy, lambda nth: elsewhere if nth > 5 else None, number=60)
    assert run.status == BLOCKED
    assert len(site.asked) <= 1 + 5 + 15 + 2 * 8
    assert "\x1b" not in run.log


@contextmanager
def counting(address: str) -> Iterator[tuple[int, list[object]]]:
    """A port of another loopback address, and the connections made to it."""
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
        return  # closed: the test is over


def named(scrapy: Scrapy, tmp_path: Path, **addresses: list[str]) -> Scrapy:
    """The same, with *addresses* for names in ``.test``."""
    file = tmp_path / "names.json"
    file.write_text(json.dumps({f"{name}.test": found for name, found in addresses.items()}), "utf-8")
    scrapy.environment[NAMES] = str(file)
    return scrapy


@pytest.mark.parametrize("address", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"])
def test_a_name_that_leads_into_the_own_network_is_not_connected_to(
    scrapy: Scrapy, tmp_path: Path, address: str
) -> None:
    with counting("127.0.0.2") as (port, met):
        host = f"http://upstream.test:{port}"
        crawl = named(scrapy, tmp_path, upstream=[address]).at(host)
        run = crawl("crawl", "share", "-a", f"info_code={CODES[0]}", *RESOLVER)
    assert run.status == SOME_FAILED
    assert f"host upstream.test has the address {address}, which is not public: not connected" in run.log
    assert met == []


def test_a_name_that_changes_its_address_is_judged_anew(scrapy: Scrapy, tmp_path: Path) -> None:
    """DNS rebinding: the name is good for robots.txt, and then leads elsewhere."""

    def script(path: str) -> Answer:
        # Each connection is for one request: the next one looks the name up again.
        body = news_text(code_in(path)) if code_in(path) else b""
        return Answer(body, headers={"Connection": "close"})

    with scripted_site(script) as site, counting("127.0.0.2") as (_, met):
        port = site.url.rpartition(":")[2]
        crawl = named(scrapy, tmp_path, upstream=["127.0.0.1", "127.0.0.1", "127.0.0.2"])
        crawl = crawl.at(f"http://upstream.test:{port}", FINEWS_ALLOWED_NETWORKS="127.0.0.1")
        run = crawl("crawl", "share", "-a", f"info_code={','.join(CODES[:10])}", *RESOLVER)
    assert run.status == SOME_FAILED
    assert "has the address 127.0.0.2, which is not public" in run.log
    assert len(site.asked) == 2
    assert met == []


def test_a_network_that_is_named_is_connected_to(scrapy: Scrapy, tmp_path: Path) -> None:
    with scripted_site(lambda path: Answer(news_text(code_in(path))) if code_in(path) else None) as site:
        port = site.url.rpartition(":")[2]
        crawl = named(scrapy, tmp_path, upstream=["127.0.0.1"])
        crawl = crawl.at(f"http://upstream.test:{port}", FINEWS_ALLOWED_NETWORKS="127.0.0.0/8")
        run = crawl("crawl", "share", "-a", f"info_code={CODES[0]}", *RESOLVER)
    assert run.status == ALL_WELL, run.log


def test_networks_that_cannot_be_meant_are_refused_before_anything_is_asked(scrapy: Scrapy) -> None:
    run = scrapy.at("http://127.0.0.1:1")("crawl", "channel", "-s", "FINEWS_ALLOWED_NETWORKS=192.168")
    assert run.status == 2
    assert "FINEWS_ALLOWED_NETWORKS" in run.log
    assert "for example: 192.168.0.0/16" in run.log

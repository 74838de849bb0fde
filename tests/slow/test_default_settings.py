"""`finews crawl channel` with no setting but the data directory: the real addresses, resolved to the embedded origin.

The crawl runs as on a fresh installation, with its own resolver, TLS, allowlist and robots.txt. Only the network is
another: a namespace in which the public names have the address of the origin (``network_namespace.py``).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from finews_crawler.sources import CHANNELS, HOST_DEFAULTS, SOURCES
from tests.support.certificates import self_signed
from tests.support.namespace_origin import NamespaceOrigin, origin_in
from tests.support.network_namespace import NetworkNamespace, environment, network_namespace
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_share_site import ALL_WELL, counts

NAMES = [urlsplit(url).hostname or "" for source in SOURCES for url in source.urls(HOST_DEFAULTS)]
POLLED = [channel for channel in CHANNELS.values() if channel.is_polled and HOST_DEFAULTS[channel.host_setting]]
LISTS = [urlsplit(channel.path).path for channel in POLLED]
ARTICLES = 20
ARTICLE_HOST = urlsplit(HOST_DEFAULTS["FINEWS_ARTICLE_URL"]).hostname
QUICKER = ("-s", "DOWNLOAD_DELAY=0.02", "-s", "AUTOTHROTTLE_START_DELAY=0.02")


@pytest.fixture(scope="module")
def namespace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkNamespace]:
    with network_namespace(NAMES, tmp_path_factory.mktemp("namespace")) as namespace:
        yield namespace


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    self_signed(tmp_path / "authority.pem", names=NAMES)
    return tmp_path / "authority.pem"


@pytest.fixture
def upstream(namespace: NetworkNamespace, certificate: Path) -> Iterator[NamespaceOrigin]:
    with origin_in(namespace, certificate, ARTICLES) as upstream:
        yield upstream


@pytest.fixture
def fresh(namespace: NetworkNamespace, certificate: Path, tmp_path: Path) -> Scrapy:
    """A fresh installation. Its one ``FINEWS_`` setting is the data directory."""
    data = tmp_path / "data"
    variables = environment(FINEWS_DATA_DIR=str(data), SSL_CERT_FILE=str(certificate))
    return Scrapy(data, variables, namespace.prefix)


def test_the_namespace_has_no_way_out(namespace: NetworkNamespace) -> None:
    # 192.0.2.1 is nobody's (RFC 5737), in case there is one.
    code = "import socket; s = socket.socket(); s.settimeout(2); print(s.connect_ex(('192.0.2.1', 80)))"
    out, _ = namespace.start("-c", code).communicate(timeout=30)
    assert int(out) == errno.ENETUNREACH


def test_a_fresh_installation_archives_the_news_of_today(fresh: Scrapy, upstream: NamespaceOrigin) -> None:
    run = fresh("crawl", "channel", *QUICKER)
    requests = upstream.requests()
    assert run.status == ALL_WELL, run.log
    assert not [line for line in run.log.splitlines() if " WARNING: " in line or " ERROR: " in line]
    # Columns have no articles without an outlet, so some of them come from the 7×24 list only.
    assert counts(run)["new"] == len(list(fresh.posts.iterdir())) == ARTICLES
    hosts = {urlsplit(HOST_DEFAULTS[channel.host_setting]).hostname for channel in POLLED} | {ARTICLE_HOST}
    assert set(requests["hosts"]) == hosts
    assert requests["paths"].pop("/robots.txt") == len(hosts)
    lists = {path: requests["paths"].pop(path) for path in dict.fromkeys(LISTS)}
    assert lists == {path: LISTS.count(path) for path in LISTS}
    assert len(requests["paths"]) == ARTICLES
    assert set(requests["paths"].values()) == {1}


def test_the_second_run_requests_the_lists_only(fresh: Scrapy, upstream: NamespaceOrigin) -> None:
    first = fresh("crawl", "channel", *QUICKER)
    assert first.status == ALL_WELL, first.log
    upstream.requests()
    before = {path.name: path.read_bytes() for path in fresh.posts.iterdir()}
    second = fresh("crawl", "channel", *QUICKER)
    assert second.status == ALL_WELL, second.log
    assert (counts(second)["new"], counts(second)["held"]) == (0, ARTICLES)
    assert set(upstream.requests()["paths"]) == {"/robots.txt", *LISTS}
    assert {path.name: path.read_bytes() for path in fresh.posts.iterdir()} == before


def test_pages_may_redirect_to_the_hosts_of_the_sections(
    namespace: NetworkNamespace, certificate: Path, fresh: Scrapy
) -> None:
    finance, stock = "finance.eastmoney.com", "stock.eastmoney.com"
    fresh.environment["FINEWS_ARTICLE_URL"] = ""  # the pages come next
    with origin_in(namespace, certificate, ARTICLES, {finance: stock}) as upstream:
        run = fresh("crawl", "channel", *QUICKER)
        hosts = upstream.requests()["hosts"]
    assert run.status == ALL_WELL, run.log
    assert counts(run)["new"] == ARTICLES
    assert hosts[finance] == hosts[stock] == ARTICLES + 1  # robots.txt
    assert ARTICLE_HOST not in hosts

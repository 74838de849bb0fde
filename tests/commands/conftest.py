"""Fixtures of the tests of commands."""

from __future__ import annotations

import os

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import Scrapy


@pytest.fixture
def without_network_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the proxies and certificates of the machine, which would be part of the output."""
    for name in [*os.environ]:
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT_"):
            monkeypatch.delenv(name)


@pytest.fixture
def crawled(scrapy: Scrapy, origin: RunningOrigin) -> Scrapy:
    """Return the command in an archive of all articles of the origin's channels, which are years old."""
    crawl = scrapy.at(origin.url)
    run = crawl("crawl", "channel")
    assert run.status == 0, run.log
    return crawl

"""`utils.crawler`: components with their signals, and access to running extensions."""

from __future__ import annotations

import pytest
from scrapy import Spider, signals
from scrapy.extensions.corestats import CoreStats
from scrapy.utils.test import get_crawler

from finews_crawler.utils.crawler import CrawlerComponent, extension_of


class NeverEnabled:
    """An extension that no setting names."""


def test_a_missing_extension_is_an_error_that_names_it() -> None:
    crawler = get_crawler(Spider, {"TELNETCONSOLE_ENABLED": False})
    assert isinstance(extension_of(crawler, CoreStats), CoreStats)
    with pytest.raises(RuntimeError, match=r"tests\.utils\.test_crawler\.NeverEnabled is disabled"):
        extension_of(crawler, NeverEnabled)


class Counter(CrawlerComponent):
    """Counts the idle spiders."""

    idle = 0

    def spider_idle(self) -> None:
        self.idle += 1


def test_a_component_receives_the_signals_that_its_methods_name() -> None:
    crawler = get_crawler(Spider, {"TELNETCONSOLE_ENABLED": False})
    counter = Counter.from_crawler(crawler)

    crawler.signals.send_catch_log(signals.spider_idle, spider=None)
    crawler.signals.send_catch_log(signals.spider_closed, spider=None)

    assert (counter.crawler, counter.idle) == (crawler, 1)

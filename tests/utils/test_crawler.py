"""`utils.crawler`: access to running extensions."""

from __future__ import annotations

import pytest
from scrapy import Spider
from scrapy.extensions.corestats import CoreStats
from scrapy.utils.test import get_crawler

from finews_crawler.utils.crawler import extension_of


class NeverEnabled:
    """An extension that no setting names."""


def test_a_missing_extension_is_an_error_that_names_it() -> None:
    crawler = get_crawler(Spider, {"TELNETCONSOLE_ENABLED": False})
    assert isinstance(extension_of(crawler, CoreStats), CoreStats)
    with pytest.raises(RuntimeError, match=r"tests\.utils\.test_crawler\.NeverEnabled is disabled"):
        extension_of(crawler, NeverEnabled)

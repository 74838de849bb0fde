"""`spiders.loader`: loads one spider as Scrapy's loader does."""

from __future__ import annotations

import subprocess
import sys

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from finews_crawler.spiders.loader import OneSpiderLoader
from tests.support.paths import ROOT

SETTINGS = Settings({"SPIDER_MODULES": ["finews_crawler.spiders"]})


def test_each_spider_is_that_of_scrapys_loader() -> None:
    ours, theirs = OneSpiderLoader.from_settings(SETTINGS), SpiderLoader.from_settings(SETTINGS)
    assert sorted(ours.list()) == sorted(theirs.list()) == ["category", "channel", "security", "share"]
    assert all(ours.load(name) is theirs.load(name) for name in theirs.list())


@pytest.mark.parametrize("name", ["nothing", "base", "list_spider", "", ".channel", "os.path"])
def test_an_unknown_spider_is_reported_as_by_scrapy(name: str) -> None:
    with pytest.raises(KeyError, match="Spider not found"):
        OneSpiderLoader.from_settings(SETTINGS).load(name)


def test_the_other_spiders_are_not_imported() -> None:
    code = (
        "import sys; from scrapy.settings import Settings; from finews_crawler.spiders.loader import OneSpiderLoader; "
        "OneSpiderLoader(Settings({'SPIDER_MODULES': ['finews_crawler.spiders']})).load('channel'); "
        "sys.exit('finews_crawler.spiders.category' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0

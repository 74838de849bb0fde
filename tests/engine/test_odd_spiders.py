"""`engine`: callbacks, middlewares, pipelines and receivers of every kind do the same as with Scrapy's engine."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.paths import ROOT

AT_A_TIME = 150
"""CONCURRENT_ITEMS of the response with most items, and all items of the others."""


def crawl(*arguments: str) -> dict[str, Any]:
    command = (sys.executable, "-m", "tests.support.odd_spider", *arguments)
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(found.stdout)
    result["stats"] = {name: value for name, value in result["stats"].items() if not name.startswith("memusage/")}
    return result


@pytest.mark.parametrize("options", [(), ("middleware",)], ids=["", "a spider middleware with its own hooks"])
def test_an_odd_spider_finds_what_it_does_with_scrapys_engine(options: tuple[str, ...]) -> None:
    ours, scrapys = crawl("direct", *options), crawl("scrapy", *options)
    assert ours["seen"] == scrapys["seen"]
    assert ours["stats"] == scrapys["stats"]
    assert 50 < ours["at_a_time"] <= AT_A_TIME

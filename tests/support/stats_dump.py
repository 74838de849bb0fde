"""Scrapy's stats of a crawl, read from its log."""

from __future__ import annotations

import re

from tests.support.scrapy_command import Run

STATS_DUMP = ("-s", "STATS_DUMP=1")
"""Arguments of a crawl that logs its stats."""
ENTRY = re.compile(r"^[ {]'([^']+)': (\d+)[,}]", re.MULTILINE)


def stats_of(run: Run) -> dict[str, int]:
    """Return the numeric stats of one crawl that ran with STATS_DUMP; a key that was never counted is missing."""
    _, dump = run.log.split("Dumping Scrapy stats:\n")
    return {name: int(number) for name, number in ENTRY.findall(dump)}

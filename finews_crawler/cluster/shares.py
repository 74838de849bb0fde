"""How many articles of each source a worker has at a time.

Each source has a stream of its own. A worker takes from it what its slot can use, so that the articles of a slow source
leave the others their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from finews_crawler.config.load import config_of
from finews_crawler.config.urls import host_of
from finews_crawler.politeness.source_slots import source_slots
from finews_crawler.sources import article_surfaces, letters_by_source

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

LEASED = 2
"""Leased articles for each request at a time: the next one is there when a response comes."""


def shares_of(settings: BaseSettings) -> dict[str, int]:
    """Return the most leased articles by source: twice the concurrency of its slot, or CONCURRENT_REQUESTS if less."""
    most, slots = settings.getint("CONCURRENT_REQUESTS"), source_slots(settings)
    return {
        source: min(most, max(LEASED * _concurrency(settings, slots.get(host, host)) for host in hosts or [""]))
        for source, hosts in ((source, list(_hosts(settings, source))) for source in letters_by_source())
    }


def _hosts(settings: BaseSettings, source: str) -> Iterator[str]:
    """Yield the names of the hosts that have the articles of a source first."""
    urls = config_of(settings).hosts
    for letters in letters_by_source()[source]:
        for surface in article_surfaces(f"{letters}{0:018}", urls)[:1]:
            yield host_of(urls[surface.host_setting]) or ""


def _concurrency(settings: BaseSettings, slot: str) -> int:
    usual = settings.getint("CONCURRENT_REQUESTS_PER_IP") or settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
    return int(settings.getdict("DOWNLOAD_SLOTS").get(slot, {}).get("concurrency", usual))

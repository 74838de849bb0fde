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
LEASED_WITHOUT_DELAY = 5
"""The same of a slot without a delay: more of them are taken in one command, and results wait for others."""


def shares_of(settings: BaseSettings) -> dict[str, int]:
    """Return the most leased articles by source: a multiple of the concurrency of its slot, or CONCURRENT_REQUESTS if
    that is less than the slot may have."""
    slots = source_slots(settings)
    return {
        source: max(_share(settings, slots.get(host, host)) for host in hosts or [""])
        for source, hosts in ((source, list(_hosts(settings, source))) for source in letters_by_source())
    }


def _share(settings: BaseSettings, slot: str) -> int:
    most = settings.getint("CONCURRENT_REQUESTS")
    given = settings.getdict("DOWNLOAD_SLOTS").get(slot, {})
    usual = settings.getint("CONCURRENT_REQUESTS_PER_IP") or settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
    concurrency = int(given.get("concurrency", usual))
    has_delay = float(given.get("delay", settings.getfloat("DOWNLOAD_DELAY"))) > 0
    return min(most, LEASED * concurrency) if has_delay or most < concurrency else LEASED_WITHOUT_DELAY * concurrency


def _hosts(settings: BaseSettings, source: str) -> Iterator[str]:
    """Yield the names of the hosts that have the articles of a source first."""
    urls = config_of(settings).hosts
    for letters in letters_by_source()[source]:
        for surface in article_surfaces(f"{letters}{0:018}", urls)[:1]:
            yield host_of(urls[surface.host_setting]) or ""

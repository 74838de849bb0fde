"""One downloader slot for all hosts of a source: its delay, concurrency, pauses and Crawl-delay hold for them together.

The hosts of one operator are often one machine, or count the requests of a client together. Scrapy has one slot for
each host name, so that a source with six hosts would get six times the requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from scrapy.core.downloader import Downloader

from finews_crawler.config.load import config_of
from finews_crawler.config.urls import host_of
from finews_crawler.sources import SOURCES
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class SourceSlots(CrawlerComponent):
    """Downloader middleware that names the slot of every request: retries, redirects and robots.txt pass it too."""

    live_only = True  # a replay leaves it out: it sends no requests

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.slots = source_slots(crawler.settings)

    def process_request(self, request: Request) -> None:
        # A redirect or a retry has the slot of the request before it: another host may be of another source.
        request.meta.pop(Downloader.DOWNLOAD_SLOT, None)
        slot = self.slots.get(host_of(request.url) or "")
        if slot:
            request.meta[Downloader.DOWNLOAD_SLOT] = slot


def source_slots(settings: BaseSettings) -> dict[str, str]:
    """Return the slot of each host of a source; a host that is missing has the slot of its own name."""
    urls = config_of(settings).hosts
    groups = [list(filter(None, map(host_of, source.urls(urls)))) for source in SOURCES]
    return slots_by_host(groups, settings.getdict("DOWNLOAD_SLOTS"))


def slots_by_host(groups: Iterable[Sequence[str]], own: Collection[str] = ()) -> dict[str, str]:
    """Return the slot of each host: the name of the first host of its group, or of the groups that share hosts.

    *groups*: the host names of each source. *own*: hosts with a slot of their own (``DOWNLOAD_SLOTS``); they join no
    groups.

    >>> slots_by_host([["lists.test", "pages.test"], ["archive.test"]])
    {'lists.test': 'lists.test', 'pages.test': 'lists.test', 'archive.test': 'archive.test'}
    >>> slots_by_host([["a.test", "b.test"], ["c.test"], ["c.test", "b.test"]])
    {'a.test': 'a.test', 'b.test': 'a.test', 'c.test': 'a.test'}
    >>> slots_by_host([["127.0.0.1", "a.test"], ["b.test", "127.0.0.1"]], own=["127.0.0.1"])
    {'a.test': 'a.test', 'b.test': 'b.test'}
    """
    slots: dict[str, str] = {}
    for group in groups:
        hosts = [host for host in group if host not in own]
        # The order of a dict is that of insertion, so the slot that was named first prevails.
        joined = {slots[host] for host in hosts if host in slots}
        name = next((slot for slot in slots.values() if slot in joined), hosts[0] if hosts else "")
        slots.update({host: name for host, slot in slots.items() if slot in joined})
        slots.update(dict.fromkeys(hosts, name))
    return slots

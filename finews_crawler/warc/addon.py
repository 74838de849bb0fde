"""Scrapy add-on that records the exchanges of a crawl: FINEWS_WARC_DIR switches it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.config.load import config_of
from finews_crawler.warc.middleware import WarcMiddleware

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

NEAREST_TO_NETWORK = 950
"""Behind the list cache (900): requests with their conditional headers, and responses as they were received."""


class WarcAddon:
    """Places the middleware that records. FINEWS_WARC_DIR is checked with the other settings, before the crawl."""

    def update_settings(self, settings: BaseSettings) -> None:
        if config_of(settings).warc_dir:
            settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", WarcMiddleware, NEAREST_TO_NETWORK)

"""Scrapy's settings of ``finews images``: the politeness and the guards of a crawl, and nothing that is about articles.

A run must not look like a crawl that found no news: it leaves no row of a run, and no monitor looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.extensions.log_level import LogLevel
from finews_crawler.extensions.progress import Progress
from finews_crawler.politeness.allowlist import ONLY_HOSTS
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.politeness.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.settings import BaseSettings

LARGEST = 10_000_000
"""Bytes of a picture. Those of upstream have some hundred kilobytes."""
ACCEPT = "image/png,image/jpeg,image/gif,image/webp"
OF_ARTICLES = (
    "finews_crawler.middlewares.article_limit.ArticleLimit",
    "finews_crawler.http_cache.policy.ListCacheMiddleware",
)
"""Downloader middlewares."""


def make_image_crawl(settings: BaseSettings, hosts: Sequence[str]) -> None:
    """Change the settings of a crawl into those of a crawl of pictures at *hosts*, URLs."""
    changes = {
        "ADDONS": {},
        "DEFAULT_REQUEST_HEADERS": {"Accept": ACCEPT},
        "DOWNLOADER_MIDDLEWARES": {**settings.getdict("DOWNLOADER_MIDDLEWARES"), **dict.fromkeys(OF_ARTICLES)},
        "DOWNLOAD_MAXSIZE": LARGEST,
        "DOWNLOAD_WARNSIZE": 0,
        "EXTENSIONS": {
            **{name: None for name, order in settings.getdict("EXTENSIONS").items() if order is None},
            "finews_crawler.operate.logging.extension.JsonLogExtension": 80,
            LogLevel: 85,
            HostRegistry: 110,
            Throttle: 150,
            Progress: 250,
        },
        "FINEWS_CLUSTER": "",
        "FINEWS_REPLAY": "",
        "FINEWS_WARC_DIR": "",
        "HTTPCACHE_ENABLED": False,
        "ITEM_PIPELINES": {},
        "SPIDER_MIDDLEWARES": {},
        ONLY_HOSTS: list(hosts),
    }
    for name, value in changes.items():
        settings.set(name, value, "cmdline")

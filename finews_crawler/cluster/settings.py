"""Scrapy's settings of a worker: the politeness and the guards of a crawl, and nothing that has an archive."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from finews_crawler.cluster.extension import ClusterExtension
from finews_crawler.cluster.hosts import ClusterHosts
from finews_crawler.cluster.leases import Leases
from finews_crawler.cluster.pace import ClusterDownloader
from finews_crawler.cluster.worker import ResultPipeline
from finews_crawler.extensions.frozen_start import FrozenStart
from finews_crawler.extensions.log_level import LogLevel
from finews_crawler.politeness.throttle import Throttle

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

NO_FOLDER = f"{os.devnull}/none"
"""The data directory of a worker: nothing can be read or written there, whatever FINEWS_DATA_DIR is."""
OF_AN_ARCHIVE = (
    "finews_crawler.middlewares.article_limit.ArticleLimit",
    "finews_crawler.http_cache.policy.ListCacheMiddleware",
)
"""Downloader middlewares."""


def make_worker(settings: BaseSettings) -> None:
    """Change the settings of a crawl into those of a worker."""
    middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES")
    changes = {
        "ADDONS": {},
        "CLOSESPIDER_TIMEOUT": 0,
        "DOWNLOADER": ClusterDownloader,
        "DOWNLOADER_MIDDLEWARES": {**middlewares, **dict.fromkeys(OF_AN_ARCHIVE)},
        "EXTENSIONS": {
            **{name: None for name, order in settings.getdict("EXTENSIONS").items() if order is None},
            "finews_crawler.operate.logging.extension.JsonLogExtension": 80,
            LogLevel: 85,
            FrozenStart: 95,
            ClusterExtension: 102,
            ClusterHosts: 110,
            Leases: 120,
            Throttle: 150,
        },
        "FINEWS_DATA_DIR": NO_FOLDER,
        "FINEWS_WARC_DIR": "",
        "FINEWS_REPLAY": "",
        "HTTPCACHE_ENABLED": False,
        "ITEM_PIPELINES": {ResultPipeline: 100},
        "SPIDER_MIDDLEWARES": {},
    }
    for name, value in changes.items():
        settings.set(name, value, "cmdline")

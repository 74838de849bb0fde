"""Scrapy add-on that makes a crawl the coordinator of workers: FINEWS_CLUSTER switches it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.config.load import config_of
from finews_crawler.run_info import publishes_run_info, run_info_of
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class ClusterAddon(CrawlerComponent):
    """Places the components of the coordinator. Neither a replay nor a dry run has workers."""

    def update_settings(self, settings: BaseSettings) -> None:
        is_crawl = publishes_run_info(self.crawler) and not run_info_of(self.crawler).dry_run
        if not config_of(settings).cluster or config_of(settings).replay or not is_crawl:
            return
        from finews_crawler.cluster.collector import Collector
        from finews_crawler.cluster.coordinator import Coordinator
        from finews_crawler.cluster.extension import ClusterExtension
        from finews_crawler.cluster.hosts import ClusterHosts
        from finews_crawler.cluster.pace import ClusterDownloader
        from finews_crawler.politeness.host_state import HostRegistry

        settings.set("DOWNLOADER", ClusterDownloader, "cmdline")
        settings.replace_in_component_priority_dict("EXTENSIONS", HostRegistry, ClusterHosts)
        # Before HostRegistry (110); the collector before the summary (300), which counts what it has counted.
        for component, order in ((ClusterExtension, 102), (Collector, 104)):
            settings.set_in_component_priority_dict("EXTENSIONS", component, order)
        # Nearer to the engine than SkipArchived (50), which has removed the requests for archived articles.
        settings.set_in_component_priority_dict("SPIDER_MIDDLEWARES", Coordinator, 45)

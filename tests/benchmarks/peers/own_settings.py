"""Settings of this project for the bare spider: reactor, resolver, download handlers and limits are this project's,
while all components are Scrapy's own."""

from finews_crawler.settings import *  # noqa: F403

SPIDER_MODULES = []
DOWNLOADER = "scrapy.core.downloader.Downloader"
ITEM_PROCESSOR = "scrapy.pipelines.ItemPipelineManager"
STATS_CLASS, LOG_FORMATTER = "scrapy.statscollectors.MemoryStatsCollector", "scrapy.logformatter.LogFormatter"
CONCURRENT_ITEMS = 8  # Scrapy starts as many tasks for each response
ADDONS, EXTENSIONS, ITEM_PIPELINES, SPIDER_MIDDLEWARES = {}, {}, {}, {}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
}
AUTOTHROTTLE_ENABLED = False  # Scrapy's own would begin with a delay
HTTPCACHE_ENABLED = False  # Scrapy's own middleware would store every article

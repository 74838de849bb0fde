"""Scrapy settings. Each line that differs from Scrapy's own default has its reason beside it.

Settings of this package (``FINEWS_…``: hosts, data directory, retention, alerts, log) are declared in
``finews_crawler/config/model.py``, with their meaning. ``finews.toml`` overrides their defaults, the environment both,
and ``-s NAME=VALUE`` all of them.
"""

from __future__ import annotations

import gc
import logging
import sys

from scrapy.settings import default_settings

from finews_crawler.config.given import environment_settings, scrapy_settings
from finews_crawler.config.scrapys_settings import with_components
from finews_crawler.utils.redaction import redact_logs

# The modules of Scrapy stay until the end. Otherwise each collection, of which imports cause many, goes through them:
# a tenth of the time of a short command.
gc.freeze()
gc.set_threshold(10_000)  # objects made until the next collection; with Python's 700, imports alone cause two hundred

BOT_NAME = "finews_crawler"
SPIDER_MODULES = ["finews_crawler.spiders"]
SPIDER_LOADER_CLASS = "finews_crawler.spiders.loader.OneSpiderLoader"  # imports the spider of the crawl only
NEWSPIDER_MODULE = "finews_crawler.spiders"
COMMANDS_MODULE = "finews_crawler.commands"

# --- FINEWS_ settings: one name for each field of Config -------------------------------------------------------------
finews_settings = environment_settings()
globals().update(finews_settings)
redact_logs()

# --- Politeness ------------------------------------------------------------------------------------------------------
USER_AGENT = "finews_crawler/0.1 (keeps a news archive; asks for each article once)"  # FINEWS_CONTACT is added to it
ROBOTSTXT_OBEY = True  # the sites have not agreed to be crawled
CONCURRENT_REQUESTS_PER_DOMAIN = 2  # a proxy with one server behind it: more requests only wait there
DOWNLOAD_DELAY = 0.5  # seconds; a cron run fetches some dozen articles and has time
AUTOTHROTTLE_ENABLED = True  # a host that responds slowly is busy
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY  # Scrapy starts with 5 seconds, for sites that it does not know
CLOSESPIDER_TIMEOUT = 12 * 3600  # a run that hangs would keep the lock; the next run fetches the rest
REDIRECT_MAX_TIMES = 5  # no site of ours needs more than one
HTTPCACHE_ENABLED = True  # an unchanged list is not sent again; articles are fetched once
HTTPCACHE_POLICY = "finews_crawler.http_cache.policy.ListCachePolicy"  # no cached list unless the server confirms it
HTTPCACHE_STORAGE = "finews_crawler.http_cache.storage.ListCacheStorage"  # JSON in cache/; Scrapy's own unpickles
# The hosts of a source share one slot, which has the name of the first (politeness/source_slots.py); a host that is
# named here has a slot of its own. The origin on loopback (`finews origin`) needs no politeness.
DOWNLOAD_SLOTS = {
    "127.0.0.1": {"concurrency": 8, "delay": 0},
    "localhost": {"concurrency": 8, "delay": 0},
}
DOWNLOADER = "finews_crawler.engine.downloader.DirectDownloader"  # Scrapy's makes sixteen at a time of eight
SCHEDULER_PRIORITY_QUEUE = "finews_crawler.engine.queue.DirectQueue"  # Scrapy's hashes a name for each request
ITEM_PROCESSOR = "finews_crawler.engine.middlewares.DirectPipelines"  # makes no coroutine of a pipeline that is none
STATS_CLASS = "finews_crawler.engine.stats.DirectStats"  # Scrapy's warns of a deprecated argument, and counts slowly
LOG_FORMATTER = "finews_crawler.engine.log_formatter.LazyLogFormatter"  # Scrapy's makes messages that are not logged
WARN_ON_GENERATOR_RETURN_VALUE = False  # mypy checks it; Scrapy would parse the source of each callback in every run
# Bytes of responses whose items wait for the disk: some 200 articles, three batches of the archive. With the 5 MB of
# Scrapy, a thousand wait for a slow disk, which takes 30 MB and is no faster.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1_000_000
URLLENGTH_LIMIT = 0  # Scrapy would drop a longer URL silently
COOKIES_ENABLED = False  # no site of ours needs a session; see LEFT_OUT
DOWNLOAD_TIMEOUT = 30  # seconds: an article has a few kilobytes
DOWNLOAD_MAXSIZE = 5 * 1024 * 1024  # the largest list has less than a megabyte; Scrapy's limit is 1 GiB
DOWNLOAD_WARNSIZE = 1024 * 1024
DOWNLOAD_VERIFY_CERTIFICATES = True  # off in Scrapy; a machine in the middle could write the archive
RETRY_EXCEPTIONS = [  # without those of Twisted, which the download handler does not raise: they would be imported
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the spider reports the failure, once
METAREFRESH_ENABLED = False  # no site of ours redirects in HTML; challenge pages of bot walls do

# --- Allowed hosts ---------------------------------------------------------------------------------------------------
# Only the hosts of the settings get requests; FINEWS_ALLOWED_NETWORKS allows private networks.
DOWNLOAD_HANDLERS = {
    "http": "finews_crawler.politeness.http_handler.HttpHandler",
    "https": "finews_crawler.politeness.http_handler.HttpHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),  # a redirect could lead there
}

# --- Remote control: off also if a component of LEFT_OUT is put back into EXTENSIONS ---------------------------------
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 starts a local server that executes code
TELNETCONSOLE_ENABLED = False  # likewise

# --- Add-ons: features that bring their own components ---------------------------------------------------------------
ADDONS = {
    "finews_crawler.operate.monitoring.addon.MonitoringAddon": 100,
    "finews_crawler.warc.middleware.WarcAddon": 200,  # FINEWS_WARC_DIR
    "finews_crawler.cluster.addon.ClusterAddon": 300,  # FINEWS_CLUSTER
    # Last, since they switch off components of the others.
    "finews_crawler.warc.replay.addon.ReplayAddon": 900,  # FINEWS_REPLAY
    "finews_crawler.middlewares.dry_run.DryRunAddon": 950,  # -a dry_run=1
}

# --- Components ------------------------------------------------------------------------------------------------------
# Scrapy imports every component of its base settings in every run, also one that is switched off, or None in the
# settings below. The first three bring requests and tldextract with them, a sixth of a run that finds nothing new; the
# others would be called for each request, and do nothing in this project.
LEFT_OUT = {
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
    "scrapy.extensions.remote_control.RemoteControl",
    "scrapy.extensions.telnet.TelnetConsole",
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",  # AllowedHosts is stricter
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",  # no site of ours has a password
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware",  # HttpHandler applies the setting
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware",  # RequestHeaders does the same
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware",  # likewise
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware",  # SkipArchived does the same
    "scrapy.spidermiddlewares.depth.DepthMiddleware",  # no limit or priority depends on the depth
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware",  # no spider copies the meta of a response
}
EXTENSIONS_BASE, SPIDER_MIDDLEWARES_BASE, DOWNLOADER_MIDDLEWARES_BASE = (
    {component: order for component, order in base.items() if component not in LEFT_OUT}
    for base in (
        default_settings.EXTENSIONS_BASE,
        default_settings.SPIDER_MIDDLEWARES_BASE,
        default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    )
)
SPIDER_MIDDLEWARES = {  # nearest to the engine, after the other middlewares have removed requests
    "finews_crawler.middlewares.skip_archived.SkipArchived": 50,
}
DOWNLOADER_MIDDLEWARES = {
    "finews_crawler.politeness.allowed_hosts.AllowedHosts": 10,  # before any request, including robots.txt
    "finews_crawler.politeness.source_slots.SourceSlots": 20,  # likewise: the hosts of a source share a slot
    "finews_crawler.middlewares.article_limit.ArticleLimit": 50,  # before the request for robots.txt
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "finews_crawler.politeness.robotstxt.RobotsTxt": 100,  # Scrapy's lets a third request to a new host pass unchecked
    "finews_crawler.politeness.request_headers.RequestHeaders": 400,  # where Scrapy has its DefaultHeadersMiddleware
    # Nearer to the network than the retries, so each response counts; the body is decompressed by then.
    "finews_crawler.politeness.ban_detection.BanDetection": 556,
    "finews_crawler.politeness.retry_after.RetryAfterMiddleware": 558,
    "finews_crawler.politeness.unreachable_hosts.UnreachableHost": 560,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "finews_crawler.middlewares.decompression.Decompression": 590,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    # Replaces it nearest to the network: every attempt is conditional, and a cached body is handled like a new one.
    "finews_crawler.http_cache.policy.ListCacheMiddleware": 900,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "finews_crawler.engine.download_stats.DirectDownloaderStats": 910,  # counts a 304, not the cached body
}
ITEM_PIPELINES = {
    "finews_crawler.pipelines.accept.AcceptPipeline": 50,  # a spider of one's own may yield anything
    # First merged with the archived article: cleaning and validation see what will be archived.
    "finews_crawler.pipelines.merge.MergePipeline": 100,
    "finews_crawler.pipelines.clean.CleanPipeline": 200,
    "finews_crawler.pipelines.validate.ValidatePipeline": 300,
    "finews_crawler.pipelines.persist.PersistPipeline": 400,
}
EXTENSIONS = {
    "finews_crawler.operate.logging.extension.JsonLogExtension": 80,  # before the extensions that log
    "finews_crawler.extensions.log_level.LogLevel": 85,
    "finews_crawler.extensions.first_error.FirstError": 90,  # before the extensions that log when the spider opens
    "finews_crawler.extensions.frozen_start.FrozenStart": 95,
    "finews_crawler.extensions.archive.ArchiveExtension": 100,
    "finews_crawler.politeness.host_state.HostRegistry": 110,  # before the components that use it
    "scrapy.extensions.throttle.AutoThrottle": None,
    "finews_crawler.politeness.throttle.Throttle": 150,  # replaces it
    "finews_crawler.extensions.failed_response_samples.FailedResponseSamples": 160,
    "finews_crawler.extensions.error_counts.ErrorCounts": 200,
    "finews_crawler.extensions.progress.Progress": 250,
    "finews_crawler.site.install_extension.InstallTheme": 280,  # before the summary, which counts its failures
    "finews_crawler.extensions.poll_state.PollStateExtension": 290,  # likewise
    "finews_crawler.extensions.run_summary.RunSummary": 300,
    "finews_crawler.extensions.run_log.RunLog": 400,  # after RunSummary has balanced the counts
    "scrapy.extensions.logstats.LogStats": None,  # Progress counts articles instead of pages
}
FEED_EXPORT_ENCODING = "utf-8"  # Chinese text without escapes
FEED_EXPORTERS = {  # records as of `finews export`; Scrapy's exporters would write times without their offset
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "finews_crawler.exporters.scrapy_feeds.JsonLines"),
    "json": "finews_crawler.exporters.scrapy_feeds.Json",
    "csv": "finews_crawler.exporters.scrapy_feeds.Csv",
    **dict.fromkeys(("xml", "pickle", "marshal")),  # not offered: they would contain items instead of records
}

# --- Log -------------------------------------------------------------------------------------------------------------
if finews_settings["FINEWS_LOG_FILE"]:
    # Scrapy logs "Scrapy started" to standard error before the first extension exists, and cron would mail it after
    # every run. A filter, because Scrapy resets the levels of its loggers.
    logging.getLogger("scrapy.utils.log").addFilter(lambda record: record.levelno >= logging.WARNING)
LOG_LEVEL = "INFO"  # DEBUG prints every article
LOG_VERSIONS: list[str] = []  # constraints.txt has them
STATS_DUMP = False  # the run summary has the important ones; -s STATS_DUMP=1 prints all

# --- The table [scrapy] of finews.toml, last: it overrides what is above ---------------------------------------------
globals().update(with_components(globals(), {name: value for name, (value, _) in scrapy_settings().items()}))

if "scrapy.cmdline" in sys.modules:
    from finews_crawler.scrapys_commands import check_command_line

    check_command_line(sys.argv[1:], globals())

"""Scrapy settings: polite defaults. Each line that differs from Scrapy's own default has its reason beside it.

Hosts and the data directory are settings that the environment overrides; ``-s NAME=VALUE`` overrides both.
"""

from __future__ import annotations

import logging
import os

from finews_crawler.sources import HOST_DEFAULTS

BOT_NAME = "finews_crawler"
SPIDER_MODULES = ["finews_crawler.spiders"]
NEWSPIDER_MODULE = "finews_crawler.spiders"
COMMANDS_MODULE = "finews_crawler.commands"

# --- Where to ask -------------------------------------------------------------------------------------------------
for _name, _default in HOST_DEFAULTS.items():  # of every source
    globals()[_name] = os.environ.get(_name, _default)

# How often each channel is due, in minutes, for a cron line that runs more often: rolling=5,media=30,market=60
# (market: all of them; market:38=15: this one). A channel that is not named is due in every run.
FINEWS_CHANNEL_MINUTES = os.environ.get("FINEWS_CHANNEL_MINUTES", "")

# Instead of asking anybody: WARC files of FINEWS_WARC_DIR, or folders of them, with commas; it takes the extra warc.
FINEWS_REPLAY = os.environ.get("FINEWS_REPLAY", "")

# --- What to write ------------------------------------------------------------------------------------------------
FINEWS_DATA_DIR = os.environ.get("FINEWS_DATA_DIR", "data")
# What the posts say does not change when the crawl goes through another host.
FINEWS_POST_SHARE_URL = os.environ.get("FINEWS_POST_SHARE_URL", "http://finews.zning.xyz")
FINEWS_POST_ARCHIVE_URL = os.environ.get("FINEWS_POST_ARCHIVE_URL", "//finews.withounder.com")
# A second run waits so many seconds for the first to end; 0: it gives up at once.
FINEWS_LOCK_WAIT = os.environ.get("FINEWS_LOCK_WAIT", "0")
# A folder that receives each request and its answer as they were, in a WARC file a day; it takes the extra warc.
FINEWS_WARC_DIR = os.environ.get("FINEWS_WARC_DIR", "")
# A file that receives the run's summary as JSON, for whoever runs the crawl from a program.
FINEWS_SUMMARY_FILE = os.environ.get("FINEWS_SUMMARY_FILE", "")
# Without a terminal, a line of progress so often, in seconds.
FINEWS_PROGRESS_SECONDS = os.environ.get("FINEWS_PROGRESS_SECONDS", "60")

# --- How long to keep ---------------------------------------------------------------------------------------------
# In days; empty: for ever. Nothing goes but by `scrapy prune --yes`.
FINEWS_KEEP_REVISIONS_DAYS = os.environ.get("FINEWS_KEEP_REVISIONS_DAYS", "")  # since upstream took them back
FINEWS_KEEP_REJECTED_DAYS = os.environ.get("FINEWS_KEEP_REJECTED_DAYS", "")
FINEWS_KEEP_SAMPLES_DAYS = os.environ.get("FINEWS_KEEP_SAMPLES_DAYS", "")
FINEWS_KEEP_POSTS_DAYS = os.environ.get("FINEWS_KEEP_POSTS_DAYS", "")  # in the site; in old_post they stay for ever
FINEWS_KEEP_RUNS_DAYS = os.environ.get("FINEWS_KEEP_RUNS_DAYS", "")
FINEWS_KEEP_LOGS_DAYS = os.environ.get("FINEWS_KEEP_LOGS_DAYS", "")  # of those rotated; FINEWS_LOG_KEEP says how many

# --- Manners ------------------------------------------------------------------------------------------------------
USER_AGENT = "finews_crawler/0.1 (keeps a news archive; asks for each article once)"  # says who asks, and how much
# Where upstream can reach whoever runs this, an address or a page: it is added to the User-Agent.
FINEWS_CONTACT = os.environ.get("FINEWS_CONTACT", "")
ROBOTSTXT_OBEY = True  # upstream owes us nothing
CONCURRENT_REQUESTS_PER_DOMAIN = 2  # a front with one origin behind it: two are as fast as it answers
DOWNLOAD_DELAY = 0.5  # a cron run asks for some dozen articles; nobody waits for them
AUTOTHROTTLE_ENABLED = True  # a host that answers slowly has much to do
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY  # Scrapy begins with 5 seconds, for sites that it does not know
# A host that answers 429 or a server's error is left in peace: so many seconds at first, twice as many each time.
FINEWS_BACKOFF_SECONDS = os.environ.get("FINEWS_BACKOFF_SECONDS", "1")
# One that asks for a longer wait (Retry-After, Crawl-delay) is asked no more in this run: cron comes again.
FINEWS_LONGEST_WAIT = os.environ.get("FINEWS_LONGEST_WAIT", "300")
CLOSESPIDER_TIMEOUT = 12 * 3600  # a run that hangs would hold the lock for ever; what it left, the next one asks for
REDIRECT_MAX_TIMES = 5  # no surface needs more than one
HTTPCACHE_ENABLED = True  # a list that has not changed is not sent again; articles are asked for once
HTTPCACHE_POLICY = "finews_crawler.http_cache.policy.ListCachePolicy"  # never a kept list unless the server says so
HTTPCACHE_STORAGE = "finews_crawler.http_cache.storage.ListCacheStorage"  # JSON in cache/; Scrapy's unpickles
# Our own origin on loopback needs no sparing. A delay all the same: Scrapy 2.19 counts what it sends from a slot only
# after it has sent all that waits, so that without one eight would be sixteen.
DOWNLOAD_SLOTS = {
    "127.0.0.1": {"concurrency": 8, "delay": 0.001},
    "localhost": {"concurrency": 8, "delay": 0.001},
}
URLLENGTH_LIMIT = 0  # an address too long would be dropped without a word
COOKIES_ENABLED = False  # no surface needs a session
DOWNLOAD_TIMEOUT = 30  # seconds: an article is a few kilobytes
DOWNLOAD_MAXSIZE = 5 * 1024 * 1024  # the largest list is under one megabyte; Scrapy would take 1 GiB
DOWNLOAD_WARNSIZE = 1024 * 1024
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy does not by default; nobody on the way may write our archive
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the spider reports the failure, once and in its own words
METAREFRESH_ENABLED = False  # no surface redirects in mark-up; a challenge page does

# --- Where not to go ----------------------------------------------------------------------------------------------
# Only the hosts above are asked. Where they lie in the own network by name, it is named here: 192.168.0.0/16,10.1.2.3
FINEWS_ALLOWED_NETWORKS = os.environ.get("FINEWS_ALLOWED_NETWORKS", "")
TWISTED_DNS_RESOLVER = "finews_crawler.politeness.dns_resolver.Resolver"  # judges addresses; Scrapy's connects to any
DOWNLOAD_HANDLERS = {
    "http": "finews_crawler.politeness.http_handler.LimitedHttpHandler",
    "https": "finews_crawler.politeness.http_handler.LimitedHttpHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),  # no surface is reached so, but a redirect might name one
}

# --- Alarms -------------------------------------------------------------------------------------------------------
# Whom to tell when something is the matter, each empty for nobody: an address, by the local sendmail; an address that
# takes one JSON object by POST; a shell command that takes the same on its standard input.
FINEWS_ALARM_MAIL = os.environ.get("FINEWS_ALARM_MAIL", "")
FINEWS_SENDMAIL = os.environ.get("FINEWS_SENDMAIL", "/usr/sbin/sendmail")
FINEWS_ALARM_WEBHOOK = os.environ.get("FINEWS_ALARM_WEBHOOK", "")
FINEWS_ALARM_COMMAND = os.environ.get("FINEWS_ALARM_COMMAND", "")
# A file for node_exporter's textfile collector, ending in .prom.
FINEWS_METRICS_FILE = os.environ.get("FINEWS_METRICS_FILE", "")
# A channel that is quiet for less than so many hours alarms nobody, whatever its norm; none: its norm alone decides.
FINEWS_QUIET_HOURS = os.environ.get("FINEWS_QUIET_HOURS", "")
FINEWS_DISK_FREE_MB = os.environ.get("FINEWS_DISK_FREE_MB", "500")

# --- Doors that stay shut -----------------------------------------------------------------------------------------
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 starts a local server that executes code
TELNETCONSOLE_ENABLED = False  # likewise

# --- Features that bring their own stages ---------------------------------------------------------------------------
ADDONS = {
    "finews_crawler.operate.monitoring.addon.MonitoringAddon": 100,
    "finews_crawler.warc.addon.WarcAddon": 200,  # FINEWS_WARC_DIR
    # Last, since they switch off components of the others.
    "finews_crawler.warc.replay.addon.ReplayAddon": 900,  # FINEWS_REPLAY
    "finews_crawler.middlewares.dry_run.DryRunAddon": 950,  # -a dry_run=1
}

# --- Stages -------------------------------------------------------------------------------------------------------
SPIDER_MIDDLEWARES = {  # nearest to the engine: they see what is left
    "finews_crawler.middlewares.skip_archived.SkipArchived": 50,
}
DOWNLOADER_MIDDLEWARES = {
    "finews_crawler.politeness.allowed_hosts.AllowedHosts": 10,  # before anything is sent, robots.txt included
    "finews_crawler.middlewares.article_limit.ArticleLimit": 50,  # before robots.txt is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "finews_crawler.politeness.robotstxt.RobotsTxt": 100,  # in the place of Scrapy's, which lets the third request pass
    # Within the retries: each answer counts. The body is decompressed by then.
    "finews_crawler.politeness.ban_detection.BanDetection": 556,
    "finews_crawler.politeness.retry_after.RetryAfterMiddleware": 558,
    "finews_crawler.politeness.unreachable_hosts.UnreachableHost": 560,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    # In its place, nearest to the network: each try is conditional, and a kept body goes the way of one just sent.
    "finews_crawler.http_cache.policy.ListCacheMiddleware": 900,
}
ITEM_PIPELINES = {
    # Merged first: an article is cleaned and judged as it is to be archived, not as one surface tells it.
    "finews_crawler.pipelines.merge.MergePipeline": 100,
    "finews_crawler.pipelines.clean.CleanPipeline": 200,
    "finews_crawler.pipelines.validate.ValidatePipeline": 300,
    "finews_crawler.pipelines.persist.PersistPipeline": 400,
}
EXTENSIONS = {
    "finews_crawler.operate.logging.extension.JsonLogExtension": 80,  # before all that may have something to say
    "finews_crawler.extensions.first_error.FirstError": 90,  # hears what the others say when the spider opens
    "finews_crawler.extensions.archive.ArchiveExtension": 100,
    "finews_crawler.politeness.host_state.HostRegistry": 110,  # before the stages that watch them
    "scrapy.extensions.throttle.AutoThrottle": None,
    "finews_crawler.politeness.throttle.Throttle": 150,  # in its place
    "finews_crawler.extensions.failed_response_samples.FailedResponseSamples": 160,
    "finews_crawler.extensions.error_counts.ErrorCounts": 200,
    "finews_crawler.extensions.progress.Progress": 250,
    "finews_crawler.site.install_extension.InstallTheme": 280,  # before the report, which tells of its faults
    "finews_crawler.extensions.poll_state.PollStateExtension": 290,  # likewise
    "finews_crawler.extensions.run_summary.RunSummary": 300,
    "finews_crawler.extensions.run_log.RunLog": 400,  # after the report has balanced the counts
    "scrapy.extensions.logstats.LogStats": None,  # progress.py counts articles instead of pages
}
FEED_EXPORT_ENCODING = "utf-8"  # Chinese text as itself, not as escapes
FEED_EXPORTERS = {  # records as of `scrapy export`; Scrapy's exporters would write times without their offset
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "finews_crawler.exporters.scrapy_feeds.JsonLines"),
    "json": "finews_crawler.exporters.scrapy_feeds.Json",
    "csv": "finews_crawler.exporters.scrapy_feeds.Csv",
    **dict.fromkeys(("xml", "pickle", "marshal")),  # not offered: they would contain items instead of records
}

# --- Log ----------------------------------------------------------------------------------------------------------
# JSON lines into this file: instead of plain lines on standard error, or beside them where that is a terminal.
FINEWS_LOG_FILE = os.environ.get("FINEWS_LOG_FILE", "")
# The largest it may be, in megabytes, and how many of those before it are kept: FILE.1 is the newest of them.
FINEWS_LOG_MAX_MB = os.environ.get("FINEWS_LOG_MAX_MB", "10")
FINEWS_LOG_KEEP = os.environ.get("FINEWS_LOG_KEEP", "5")
if FINEWS_LOG_FILE:
    # Scrapy says that it has started before any stage is there, on standard error: cron would mail it every time. A
    # filter, since Scrapy resets the levels.
    logging.getLogger("scrapy.utils.log").addFilter(lambda record: record.levelno >= logging.WARNING)
LOG_LEVEL = "INFO"  # DEBUG prints every article
LOG_VERSIONS: list[str] = []  # the constraints file says them
STATS_DUMP = False  # the run's summary says what matters; -s STATS_DUMP=1 prints all of them

"""Scrapy settings: polite defaults. Each line that differs from Scrapy's own default has its reason beside it.

Hosts and the data directory are settings that the environment overrides; ``-s NAME=VALUE`` overrides both.
"""

from __future__ import annotations

import os

BOT_NAME = "finews_crawler"
SPIDER_MODULES = ["finews_crawler.spiders"]
NEWSPIDER_MODULE = "finews_crawler.spiders"
COMMANDS_MODULE = "finews_crawler.commands"

# --- Where to ask -------------------------------------------------------------------------------------------------
FINEWS_SHARE_URL = os.environ.get("FINEWS_SHARE_URL", "http://finews.zning.xyz")
FINEWS_ARCHIVE_URL = os.environ.get("FINEWS_ARCHIVE_URL", "http://finews.withounder.com")
# The channels were raw addresses that changed over the years: there is no default that could be right.
FINEWS_CHANNELS_URL = os.environ.get("FINEWS_CHANNELS_URL", "")
FINEWS_MARKET_URL = os.environ.get("FINEWS_MARKET_URL", "")

# --- What to write ------------------------------------------------------------------------------------------------
FINEWS_DATA_DIR = os.environ.get("FINEWS_DATA_DIR", "data")
# What the posts say does not change when the crawl goes through another host.
FINEWS_POST_SHARE_URL = os.environ.get("FINEWS_POST_SHARE_URL", "http://finews.zning.xyz")
FINEWS_POST_ARCHIVE_URL = os.environ.get("FINEWS_POST_ARCHIVE_URL", "//finews.withounder.com")
# A second run waits so many seconds for the first to end; 0: it gives up at once.
FINEWS_LOCK_WAIT = os.environ.get("FINEWS_LOCK_WAIT", "0")
# A file that receives the run's summary as JSON, for whoever runs the crawl from a program.
FINEWS_SUMMARY_FILE = os.environ.get("FINEWS_SUMMARY_FILE", "")
# Without a terminal, a line of progress so often, in seconds.
FINEWS_PROGRESS_SECONDS = os.environ.get("FINEWS_PROGRESS_SECONDS", "60")

# --- Manners ------------------------------------------------------------------------------------------------------
USER_AGENT = "finews_crawler/0.1 (keeps a news archive; asks for each article once)"  # says who asks, and how much
ROBOTSTXT_OBEY = True  # upstream owes us nothing
CONCURRENT_REQUESTS_PER_DOMAIN = 2  # a front with one origin behind it: two are as fast as it answers
DOWNLOAD_DELAY = 0.5  # a cron run asks for some dozen articles; nobody waits for them
DOWNLOAD_SLOTS = {  # our own origin on loopback needs no sparing
    "127.0.0.1": {"concurrency": 8, "delay": 0},
    "localhost": {"concurrency": 8, "delay": 0},
}
URLLENGTH_LIMIT = 0  # an address too long would be dropped without a word
COOKIES_ENABLED = False  # no surface needs a session
DOWNLOAD_TIMEOUT = 30  # seconds: an article is a few kilobytes
DOWNLOAD_MAXSIZE = 5 * 1024 * 1024  # the largest list is under one megabyte; Scrapy would take 1 GiB
DOWNLOAD_WARNSIZE = 1024 * 1024
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy does not by default; nobody on the way may write our archive
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the spider reports the failure, once and in its own words
METAREFRESH_ENABLED = False  # no surface redirects in mark-up; a challenge page does

# --- Doors that stay shut -----------------------------------------------------------------------------------------
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 starts a local server that executes code
TELNETCONSOLE_ENABLED = False  # likewise

# --- Stages -------------------------------------------------------------------------------------------------------
SPIDER_MIDDLEWARES = {"finews_crawler.middlewares.skip_held.SkipHeld": 50}  # nearest to the engine: sees what is left
DOWNLOADER_MIDDLEWARES = {
    "finews_crawler.middlewares.limit.Limit": 50,  # before robots.txt is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "finews_crawler.middlewares.robots.RobotsTxt": 100,  # in the place of Scrapy's, which lets the third request pass
    "finews_crawler.middlewares.unreachable_host.UnreachableHost": 560,  # within the retries: it counts each of them
}
ITEM_PIPELINES = {
    # Merged first: an article is cleaned and judged as it is to be archived, not as one surface tells it.
    "finews_crawler.pipelines.merge.MergePipeline": 100,
    "finews_crawler.pipelines.clean.CleanPipeline": 200,
    "finews_crawler.pipelines.validate.ValidatePipeline": 300,
    "finews_crawler.pipelines.persist.PersistPipeline": 400,
}
EXTENSIONS = {
    "finews_crawler.extensions.open_archive.OpenArchive": 100,
    "finews_crawler.extensions.failures.Failures": 200,
    "finews_crawler.extensions.progress.Progress": 250,
    "finews_crawler.extensions.install_theme.InstallTheme": 280,  # before the report, which tells of its faults
    "finews_crawler.extensions.run_report.RunReport": 300,
    "finews_crawler.extensions.run_record.RunRecord": 400,  # after the report has balanced the counts
    "scrapy.extensions.logstats.LogStats": None,  # progress.py counts articles instead of pages
}
FEED_EXPORT_ENCODING = "utf-8"  # Chinese text as itself, not as escapes

# --- Log ----------------------------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"  # DEBUG prints every article
LOG_VERSIONS: list[str] = []  # the constraints file says them
STATS_DUMP = False  # the run's summary says what matters; -s STATS_DUMP=1 prints all of them

"""What a replay is: a crawl that asks the files of a recording, and nobody else.

No socket opens, and no name is looked up: the download handlers are others. Nothing waits: whoever was to be spared was
asked in the past. robots.txt was obeyed then: what it forbade has no answer.
"""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings

from finews_crawler.config.model import HOST_SETTINGS

HANDLER = "finews_crawler.warc.replay.session.ReplayHandler"
SOME_HOST = "http://replay.invalid"
"""In the place of a setting that is not set: every host will do (RFC 2606: no host has this name)."""
OFF = {
    "EXTENSIONS": (
        "finews_crawler.politeness.host_state.HostRegistry",  # another takes its place, which closes none
        "finews_crawler.politeness.throttle.Throttle",
        # They judge the past as if it were today, or keep its moments for the next run.
        "finews_crawler.extensions.poll_state.PollStateExtension",
        "finews_crawler.operate.monitoring.extension.MonitoringExtension",
        "finews_crawler.operate.monitoring.notify_extension.NotifyExtension",
    ),
    "DOWNLOADER_MIDDLEWARES": (
        "finews_crawler.politeness.allowed_hosts.AllowedHosts",
        "finews_crawler.politeness.robotstxt.RobotsTxt",
        "finews_crawler.politeness.retry_after.RetryAfterMiddleware",
        "finews_crawler.politeness.unreachable_hosts.UnreachableHost",
        "finews_crawler.http_cache.policy.ListCacheMiddleware",
        "finews_crawler.warc.middleware.WarcMiddleware",
        "scrapy.downloadermiddlewares.retry.RetryMiddleware",  # each try has its answer: the last one counts
        "scrapy.downloadermiddlewares.stats.DownloaderStats",  # nobody is asked: no requests, and no bytes
    ),
}
ON: dict[str, dict[str, int]] = {
    "EXTENSIONS": {
        "finews_crawler.warc.replay.session.ReplaySession": 105,
        "finews_crawler.warc.replay.host_state.ReplayHostRegistry": 110,
    },
    "SPIDER_MIDDLEWARES": {
        "finews_crawler.warc.replay.middlewares.ReplayTimestamps": 45,  # nearer to the engine than what skips
        "finews_crawler.warc.replay.middlewares.ReplayRuns": 900,  # nearest to the spider
    },
    "ITEM_PIPELINES": {"finews_crawler.warc.replay.middlewares.ReplayTimestamps": 50},
}
SETTINGS: dict[str, Any] = {
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_SLOTS": {},
    "AUTOTHROTTLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "HTTPCACHE_ENABLED": False,
    "CLOSESPIDER_TIMEOUT": 0,
    "FINEWS_CHANNEL_MINUTES": "",
    "FINEWS_WARC_DIR": "",
}


def replay_instead(settings: BaseSettings) -> None:
    """Make a crawl's settings those of a replay, before the crawler begins."""
    for name in HOST_SETTINGS:
        if not settings[name]:
            settings.set(name, SOME_HOST, "cmdline")
    for name in {*OFF, *ON}:
        stages = {**settings.getdict(name), **dict.fromkeys(OFF.get(name, ())), **ON.get(name, {})}
        settings.set(name, stages, "cmdline")
    settings.set(
        "DOWNLOAD_HANDLERS", {**settings.getdict("DOWNLOAD_HANDLERS"), "http": HANDLER, "https": HANDLER}, "cmdline"
    )
    # As many at a time as Scrapy has under way: so each comes in its turn.
    settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", settings.getint("CONCURRENT_REQUESTS"), "cmdline")
    for name, value in SETTINGS.items():
        settings.set(name, value, "cmdline")

"""Scrapy add-on that replays recorded runs instead of sending requests: FINEWS_REPLAY switches it on.

No socket is opened and no name is resolved, since the download handlers are replaced. Nothing waits or backs off: that
was done when the run was recorded. robots.txt was obeyed then, and what it disallowed has no recorded response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finews_crawler.config.load import config_of
from finews_crawler.utils.crawler import switch_off

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

ANY_HOST = "http://replay.invalid"
"""Value of a host setting that is not set: a recording is found by path (RFC 2606: no host has this name)."""
SETTINGS: dict[str, Any] = {
    "AUTOTHROTTLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "HTTPCACHE_ENABLED": False,
    "RETRY_ENABLED": False,  # a recorded run has a response for each attempt; the last one counts
    "DOWNLOADER_STATS": False,  # no requests are sent and no bytes received
    "CLOSESPIDER_TIMEOUT": 0,
    "FINEWS_CHANNEL_MINUTES": "",
    "FINEWS_WARC_DIR": "",
}


class ReplayAddon:
    """Turns a crawl into a replay, and switches off every component that is ``live_only``."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Change the settings that are read before a crawler exists, to check the spider's arguments."""
        if not config_of(settings).replay:
            return
        unset_hosts = {name: ANY_HOST for name, url in config_of(settings).hosts.items() if not url}
        for name, value in {**SETTINGS, **unset_hosts}.items():
            settings.set(name, value, "cmdline")

    def update_settings(self, settings: BaseSettings) -> None:
        """Replace the components. Runs after the other add-ons, whose components may be ``live_only`` too."""
        if not config_of(settings).replay:
            return
        from finews_crawler.warc.replay.components import COMPONENTS, HostRegistry, ReplayHandler, ReplayHostRegistry
        from finews_crawler.warc.replay.downloader import ReplayDownloader

        switch_off(settings, "live_only")
        settings.replace_in_component_priority_dict("EXTENSIONS", HostRegistry, ReplayHostRegistry)
        for name, components in COMPONENTS.items():
            for component, order in components.items():
                settings.set_in_component_priority_dict(name, component, order)
        handlers = {**settings.getdict("DOWNLOAD_HANDLERS"), "http": ReplayHandler, "https": ReplayHandler}
        settings.set("DOWNLOAD_HANDLERS", handlers, "cmdline")
        settings.set("DOWNLOADER", ReplayDownloader, "cmdline")

"""ReplayAddon changes the project's settings if FINEWS_REPLAY is set, and nothing otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.addons import AddonManager
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from scrapy.utils.test import get_crawler

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.utils.crawler import COMPONENT_SETTINGS
from finews_crawler.warc.replay.addon import ANY_HOST, ReplayAddon
from finews_crawler.warc.replay.components import ReplayHostRegistry
from finews_crawler.warc.replay.downloader import ReplayDownloader


def settings_of(**changes: Any) -> Settings:
    """Return the project's settings after all add-ons, without a crawler."""
    settings = Settings()
    settings.setmodule("finews_crawler.settings")
    settings.update(changes)
    AddonManager.load_pre_crawler_settings(settings)
    AddonManager(get_crawler()).load_settings(settings)
    return settings


def enabled(settings: Settings) -> Iterator[type]:
    for name in COMPONENT_SETTINGS:
        for component, order in settings.getdict(name).items():
            if order is not None:
                yield load_object(component)


def test_live_components_are_off_in_a_replay() -> None:
    live = {found for found in enabled(settings_of()) if getattr(found, "live_only", False)}
    replayed = set(enabled(settings_of(FINEWS_REPLAY="warc")))
    assert len(live) > 4
    assert not live & replayed
    assert ReplayHostRegistry in replayed
    assert HostRegistry not in replayed
    assert settings_of(FINEWS_REPLAY="warc")["DOWNLOADER"] is ReplayDownloader


def test_unset_hosts_get_a_host_and_others_keep_theirs() -> None:
    hosts = dict.fromkeys(HOST_SETTINGS[1:], "")
    settings = settings_of(FINEWS_REPLAY="warc", **{HOST_SETTINGS[0]: "http://127.0.0.1"}, **hosts)
    assert [settings[name] for name in HOST_SETTINGS] == ["http://127.0.0.1", *[ANY_HOST] * len(hosts)]


def test_nothing_changes_without_a_recording() -> None:
    settings = Settings({"FINEWS_REPLAY": "", "DOWNLOAD_DELAY": 3})
    ReplayAddon.update_pre_crawler_settings(settings)
    ReplayAddon().update_settings(settings)
    assert settings.attributes.keys() == Settings({"FINEWS_REPLAY": ""}).attributes.keys()
    assert settings["DOWNLOAD_DELAY"] == 3

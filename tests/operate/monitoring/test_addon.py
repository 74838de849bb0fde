"""The monitoring add-on places its extensions around the two that report and write the exit status."""

from __future__ import annotations

from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

from finews_crawler.extensions.run_log import RunLog
from finews_crawler.extensions.run_summary import RunSummary
from finews_crawler.operate.monitoring.addon import MonitoringAddon
from finews_crawler.operate.monitoring.extension import MonitoringExtension
from finews_crawler.operate.monitoring.notify_extension import NotifyExtension


def extensions_of(settings: Settings) -> list[object]:
    MonitoringAddon().update_settings(settings)
    return [load_object(path) for path in build_component_list(settings.getdict("EXTENSIONS"))]


def test_monitors_run_before_the_exit_status_is_written_and_notifications_after_it() -> None:
    order = extensions_of(get_project_settings())
    own = [extension for extension in order if extension in (MonitoringExtension, RunSummary, RunLog, NotifyExtension)]
    assert own == [MonitoringExtension, RunSummary, RunLog, NotifyExtension]


def test_an_extension_that_the_settings_switch_off_stays_off() -> None:
    path = "finews_crawler.operate.monitoring.notify_extension.NotifyExtension"
    assert extensions_of(Settings({"EXTENSIONS": {path: None}})) == [MonitoringExtension]

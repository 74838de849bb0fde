"""Scrapy add-on of monitoring: one line in ``ADDONS`` switches it on, and removing the line switches it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.operate.monitoring.extension import MonitoringExtension
from finews_crawler.operate.monitoring.notify_extension import NotifyExtension

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

BEFORE_RUN_SUMMARY = 295
"""RunSummary (300) reports the exit status, RunLog (400) writes it: alerts count for both."""
AFTER_RUN_LOG = 450
"""Notifications and metrics report the run as its row in the index has it."""


class MonitoringAddon:
    """The two extensions of monitoring, in the order that the exit status needs.

    An extension that the settings already place, or switch off with None (dry run, replay), keeps that value.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        settings.setdefault_in_component_priority_dict("EXTENSIONS", MonitoringExtension, BEFORE_RUN_SUMMARY)
        settings.setdefault_in_component_priority_dict("EXTENSIONS", NotifyExtension, AFTER_RUN_LOG)

"""Input of the monitors as plain values: the run's stats, and what the index records of earlier runs and articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from finews_crawler.config.model import AlertConfig
from finews_crawler.operate.monitoring.disk import Disk
from finews_crawler.operate.monitoring.field_coverage import Share
from finews_crawler.operate.monitoring.silence import Silence


@dataclass(frozen=True)
class RunData:
    """One finished run. A monitor reads what it needs and returns None when it is missing."""

    stats: Mapping[str, Any]
    """Scrapy's stats, after the counts are balanced (found = sum of outcomes)."""
    seconds: float = 0
    """Duration of the run."""
    config: AlertConfig = field(default_factory=AlertConfig)
    disk: Disk | None = None
    """None when the file system could not be read."""
    usual: Sequence[float] = ()
    """Seconds per request of the last runs of this spider."""
    unread: Mapping[str, bool] = field(default_factory=dict)
    """For each requested channel: True when its list could not be fetched."""
    silences: Mapping[str, Silence | None] = field(default_factory=dict)
    """For each requested channel; None without a baseline."""
    shares: Mapping[str, Sequence[Share]] = field(default_factory=dict)
    """For each field of ``field_coverage.FIELDS``."""

    def number(self, stat: str) -> int:
        """Return the value of a counter, 0 when it was never incremented."""
        return int(self.stats.get(stat, 0))

    @property
    def responses(self) -> int:
        return self.number("downloader/response_count")

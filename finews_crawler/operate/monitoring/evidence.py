"""What the monitors judge by, in plain values: the run's counts, and what the index says of the time before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from finews_crawler.config.alerting import AlertConfig
from finews_crawler.operate.monitoring.field_coverage import Share
from finews_crawler.operate.monitoring.silence import Silence


@dataclass(frozen=True)
class Disk:
    """What the file system of the data directory has left for those who are not root."""

    bytes_left: int
    inodes: int
    inodes_left: int


@dataclass(frozen=True)
class RunData:
    """One run, when it is over."""

    spider: str
    now: datetime
    seconds: float
    stats: Mapping[str, Any]
    """Scrapy's, with the counts balanced."""
    options: AlertConfig
    disk: Disk | None = None
    """None where it cannot be asked."""
    usual: Sequence[float] = ()
    """Seconds a request of the last runs of this spider."""
    unread: Mapping[str, bool] = field(default_factory=dict)
    """Of each channel that was asked for, whether its list could not be had."""
    silences: Mapping[str, Silence | None] = field(default_factory=dict)
    """Of each channel that was asked for."""
    shares: Mapping[str, Sequence[Share]] = field(default_factory=dict)
    """Of each field of ``missing.FIELDS``."""

    def number(self, stat: str) -> int:
        """A stat that counts; 0 when it was never counted."""
        return int(self.stats.get(stat, 0))

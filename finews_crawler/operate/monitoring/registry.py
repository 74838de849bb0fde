"""Registry of monitors: a decorator turns a function of RunData into an alert by its name."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from enum import Enum, auto
from functools import partial
from typing import NamedTuple

from finews_crawler.operate.monitoring.run_data import RunData

Check = Callable[[RunData], "str | None"]
"""Returns the alert text, '' when healthy, or None when there is too little data to decide."""
CheckOfOne = Callable[[str, RunData], "str | None"]
"""A check of one channel or one field, named by its first argument."""
CHANNEL_SPIDER = "channel"


class Scope(Enum):
    """The runs that can raise an alert, and the owner that its state is stored under."""

    ARCHIVE = auto()
    """Every spider's run sees the same, such as the disk: one state for the whole archive."""
    SPIDER = auto()
    """Each spider has its own state."""
    CHANNELS = auto()
    """Channels and their fields: only the channel spider."""


class Monitor(NamedTuple):
    """A check with the rules for its alert."""

    check: Check
    scope: Scope
    consecutive_runs: int
    """The alert fires when this number of runs in a row have failed the check."""


class MonitorResults(NamedTuple):
    """Results of the monitors for one run."""

    texts: dict[str, str]
    """The alert text by name, '' when healthy. A monitor with too little data has no entry."""
    errors: dict[str, str]
    """The traceback of each monitor that raised an exception."""


class MonitorRegistry(dict[str, Monitor]):
    """The monitors by alert name, in the order in which alerts are reported.

    >>> monitors = MonitorRegistry()
    >>> @monitors.monitor("retries")
    ... def check_retries(data: RunData) -> str:
    ...     return "too many retries: check the network" if data.number("retry/count") > 9 else ""
    >>> monitors.run(RunData({"retry/count": 10})).texts
    {'retries': 'too many retries: check the network'}
    """

    def monitor(self, name: str, *, scope: Scope = Scope.SPIDER, consecutive_runs: int = 1) -> Callable[[Check], Check]:
        """Register a function as the check of alert *name*."""

        def register(check: Check) -> Check:
            self[name] = Monitor(check, scope, consecutive_runs)
            return check

        return register

    def monitor_each(
        self, kind: str, ones: Iterable[str], *, scope: Scope, consecutive_runs: int = 1
    ) -> Callable[[CheckOfOne], CheckOfOne]:
        """Register a function as the check of one alert for each of *ones*, such as ``quiet:media``."""

        def register(check: CheckOfOne) -> CheckOfOne:
            for one in ones:
                self[f"{kind}:{one}"] = Monitor(partial(check, one), scope, consecutive_runs)
            return check

        return register

    def run(self, data: RunData) -> MonitorResults:
        """Run every monitor. One that raises is reported in ``errors`` and does not affect the others."""
        results = MonitorResults({}, {})
        for name, monitor in self.items():
            try:
                text = monitor.check(data)
            except Exception:  # noqa: BLE001 (a defect of one monitor must not hide the alerts of the others)
                results.errors[name] = traceback.format_exc()
            else:
                if text is not None:
                    results.texts[name] = text
        return results

    def names_for(self, spider: str) -> list[str]:
        """Return the alerts that runs of *spider* can raise, archive-wide ones excluded."""
        scopes = {Scope.SPIDER, Scope.CHANNELS} if spider == CHANNEL_SPIDER else {Scope.SPIDER}
        return [name for name, monitor in self.items() if monitor.scope in scopes]

    def archive_names(self) -> list[str]:
        return [name for name, monitor in self.items() if monitor.scope is Scope.ARCHIVE]

"""Weeks of scheduled crawls in simulated time over real HTTP, with the alerts of each run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from finews_crawler.testing.origin.articles import OriginArticle, article
from finews_crawler.testing.origin.server import running_origin
from tests.slow.simulation.incidents import Incident, phases
from tests.support.arrivals import published
from tests.support.scrapy_command import Run, Scrapy
from tests.support.simulated_clock import BEGIN

ALERT = re.compile(r"alarm (\S+?): ")
SEED = 11


@dataclass(frozen=True)
class SimulatedRun:
    """One run of the crawl."""

    at: datetime
    status: int
    alerts: tuple[str, ...]
    incident: Incident | None
    """The incident during the run."""


@dataclass
class Simulation:
    """Crawls into one archive from *begins* to *ends*, each with the simulated clock."""

    scrapy: Scrapy
    begins: datetime
    ends: datetime
    incidents: Sequence[Incident]
    a_day: float
    """Articles published on a workday."""
    runs: list[SimulatedRun] = field(default_factory=list)
    now: datetime = field(init=False)
    every: timedelta = field(default=timedelta(), init=False)
    """The longest interval between two runs during an incident."""
    port: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.now = self.begins
        articles = list(published_articles(self.begins, self.ends, self.a_day))
        for incident in self.incidents:
            articles = incident.hide_articles(articles)
        self.articles = articles

    def run_until(
        self,
        until: datetime,
        every: timedelta,
        *arguments: str,
        progress: Callable[[SimulatedRun], None] = lambda run: None,
    ) -> None:
        """Crawl at an interval from the current simulated time to *until*."""
        for begins, ends, incident in phases(self.begins, self.ends, self.incidents):
            if not (begins <= self.now < ends):
                continue
            self.every = max(self.every, every) if incident else self.every
            with self.upstream(incident.faults if incident else ()) as scrapy:
                while self.now < min(ends, until):
                    run = scrapy("crawl", "channel", *arguments)
                    alerts = dict.fromkeys(ALERT.findall(run.log))
                    self.runs.append(SimulatedRun(self.now, run.status, tuple(alerts), incident))
                    progress(self.runs[-1])
                    self.now = min(self.now + every, until)

    @contextmanager
    def upstream(self, faults: Sequence[str] = ()) -> Iterator[Callable[..., Run]]:
        """Run the origin, always at the same URL, and yield a function that runs commands with the simulated clock."""
        with running_origin(articles=self.articles, faults=faults, clock=lambda: self.now, port=self.port) as origin:
            self.port = int(origin.url.rpartition(":")[2])

            def scrapy(*arguments: str) -> Run:
                return self.scrapy.at(origin.url, **{BEGIN: self.now.isoformat()})(*arguments)

            yield scrapy

    def alerts_during(self, incident: Incident) -> list[tuple[str, ...]]:
        """Return the alerts of each run during an incident."""
        return [run.alerts for run in self.runs if run.incident is incident]

    def false_alerts(self) -> list[SimulatedRun]:
        """Return the runs with an alert or a failure while upstream was healthy."""
        return [run for run in self.runs if run.incident is None and (run.alerts or run.status)]


def published_articles(begins: datetime, ends: datetime, a_day: float) -> Iterator[OriginArticle]:
    """Yield the articles of upstream from the day of *begins* to the day before *ends*, newest first."""
    times = published(a_day, begins.date(), (ends - timedelta(days=1)).date(), SEED)
    for index, time in enumerate(reversed(times)):
        yield article(SEED, index, time, f"NW{time:%Y%m%d}{2_000_000_000 - 3000 * index:010}")


def gaps_of(scrapy: Callable[..., Run], begins: datetime, *arguments: str) -> list[dict[str, Any]]:
    """Return the gaps that ``finews coverage`` finds since *begins*, and check its exit status."""
    run = scrapy("coverage", "--json", f"--since={begins:%Y-%m-%d}", *arguments)
    gaps: list[dict[str, Any]] = json.loads(run.log)["holes"]
    assert run.status == (3 if gaps else 0), run.log
    return gaps


def arguments_of(command: str) -> list[str]:
    """Split a ``scrapy`` command line as a shell does."""
    program, *arguments = shlex.split(command)
    assert program == "finews"
    return arguments

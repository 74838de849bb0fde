"""Weeks of crawls from cron, in simulated time, on real HTTP: what was archived, and what each run raised."""

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
from tests.slow.simulation.troubles import Trouble, stretches
from tests.support.arrivals import published
from tests.support.scrapy_command import Run, Scrapy
from tests.support.simulated_clock import BEGIN

ALARM = re.compile(r"alarm (\S+?): ")
SEED = 11


@dataclass(frozen=True)
class Told:
    """A run of the crawl."""

    at: datetime
    status: int
    alarms: tuple[str, ...]
    trouble: Trouble | None
    """What there was at the time."""


@dataclass
class Simulation:
    """Crawls into one archive, from *begins* to *ends*, each by the clock of its moment."""

    scrapy: Scrapy
    begins: datetime
    ends: datetime
    troubles: Sequence[Trouble]
    a_day: float
    """Articles that are published on a workday."""
    runs: list[Told] = field(default_factory=list)
    now: datetime = field(init=False)
    every: timedelta = field(default=timedelta(), init=False)
    """The longest time between two runs while there was trouble."""
    port: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.now = self.begins
        articles = list(published_articles(self.begins, self.ends, self.a_day))
        for trouble in self.troubles:
            articles = trouble.heard(articles)
        self.articles = articles

    def go(
        self, until: datetime, every: timedelta, *arguments: str, progress: Callable[[Told], None] = lambda told: None
    ) -> None:
        """Crawl with *arguments* more, from the moment that has been reached to *until*, once in a while."""
        for begins, ends, trouble in stretches(self.begins, self.ends, self.troubles):
            if not (begins <= self.now < ends):
                continue
            self.every = max(self.every, every) if trouble else self.every
            with self.upstream(trouble.faults if trouble else ()) as ask:
                while self.now < min(ends, until):
                    run = ask("crawl", "channel", *arguments)
                    alarms = dict.fromkeys(ALARM.findall(run.log))
                    self.runs.append(Told(self.now, run.status, tuple(alarms), trouble))
                    progress(self.runs[-1])
                    self.now = min(self.now + every, until)

    @contextmanager
    def upstream(self, faults: Sequence[str] = ()) -> Iterator[Callable[..., Run]]:
        """Commands by the clock of the simulation, while its upstream runs; always at the same address."""
        with running_origin(articles=self.articles, faults=faults, clock=lambda: self.now, port=self.port) as origin:
            self.port = int(origin.url.rpartition(":")[2])

            def ask(*arguments: str) -> Run:
                return self.scrapy.at(origin.url, **{BEGIN: self.now.isoformat()})(*arguments)

            yield ask

    def raised_in(self, trouble: Trouble) -> list[tuple[str, ...]]:
        """What each run raised while there was trouble."""
        return [run.alarms for run in self.runs if run.trouble is trouble]

    def raised_without_trouble(self) -> list[Told]:
        """The runs that raised something, or did not end well, while upstream was well."""
        return [run for run in self.runs if run.trouble is None and (run.alarms or run.status)]


def published_articles(begins: datetime, ends: datetime, a_day: float) -> Iterator[OriginArticle]:
    """What upstream publishes from the first day to before the last, newest first."""
    moments = published(a_day, begins.date(), (ends - timedelta(days=1)).date(), SEED)
    for index, moment in enumerate(reversed(moments)):
        yield article(SEED, index, moment, f"NW{moment:%Y%m%d}{2_000_000_000 - 3000 * index:010}")


def holes_of(ask: Callable[..., Run], begins: datetime, *arguments: str) -> list[dict[str, Any]]:
    """What ``scrapy coverage`` finds from *begins* on; its exit status says the same."""
    run = ask("coverage", "--json", f"--since={begins:%Y-%m-%d}", *arguments)
    holes: list[dict[str, Any]] = json.loads(run.log)["holes"]
    assert run.status == (3 if holes else 0), run.log
    return holes


def typed(command: str) -> list[str]:
    """The arguments of a ``scrapy`` command as a shell takes them."""
    program, *arguments = shlex.split(command)
    assert program == "scrapy"
    return arguments

"""Expectations on simulated weeks: a line for each, which begins with ``ok`` or with ``wrong``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.slow.simulation.incidents import Incident
from tests.slow.simulation.simulation import Simulation, arguments_of, gaps_of
from tests.support.scrapy_command import Run

MAX_RUNS = 2
"""An alert has to fire within this number of runs."""
BY = ("media", "channel")
ROUNDS = 2
"""A command covers whole days: a part of a gap in the next night may appear only once the day is filled."""
ONE_HOUR = timedelta(hours=1)
"""Coverage counts whole hours."""


def check_all(simulation: Simulation) -> Iterator[str]:
    """Check alerts, gaps, the commands that fill them, and the audit, in the order of an operator's work."""
    yield from check_alerts(simulation)
    with simulation.upstream() as scrapy:
        for by in BY:
            yield from check_gaps(simulation, gaps_of(scrapy, simulation.begins, f"--by={by}"), by)
        yield from fill_gaps(simulation, scrapy)
        audit = scrapy("audit")
        yield result(audit.status == 0, f"audit: {audit.log.splitlines()[-1]}")


def result(is_ok: bool, text: str) -> str:
    return f"{'ok' if is_ok else 'wrong'}: {text}"


def check_alerts(simulation: Simulation) -> Iterator[str]:
    for incident in simulation.incidents:
        runs = simulation.alerts_during(incident)
        first = next((number for number, alerts in enumerate(runs, 1) if incident.alert in alerts), None)
        yield result(first is not None and first <= MAX_RUNS, f"{incident.alert} after {first} of {len(runs)} runs")
    for run in simulation.false_alerts():
        yield result(False, f"status {run.status} at {run.at:%Y-%m-%d %H:%M}: {', '.join(run.alerts)}")


def check_gaps(simulation: Simulation, gaps: list[dict[str, Any]], by: str) -> Iterator[str]:
    """Check that each incident has left a gap, and that there are no others.

    All outlets together have one gap per incident; each channel has its own, since their lists reach back to different
    hours.
    """
    yield result(by == "channel" or len(gaps) == len(simulation.incidents), f"{len(gaps)} gaps by {by}")
    others = list(gaps)
    for incident in simulation.incidents:
        own = [gap for gap in gaps if is_of(incident, gap, simulation.every)]
        others = [gap for gap in others if gap not in own]
        found = "; ".join("{begins} to {ends}, {articles} of {expected}".format(**gap) for gap in own)
        yield result(bool(own), f"from {incident.begins:%Y-%m-%d %H:%M}, {incident.alert}: {found}")
    yield result(not others, f"{len(others)} gaps without an incident {others or ''}")


def is_of(incident: Incident, gap: dict[str, Any], every: timedelta) -> bool:
    """Return True for a gap within an incident, or since the last run before it."""
    begins, ends = (datetime.fromisoformat(str(gap[name])) for name in ("begins", "ends"))
    return begins >= incident.begins - every - ONE_HOUR and ends <= incident.ends + ONE_HOUR


def fill_gaps(simulation: Simulation, scrapy: Callable[..., Run]) -> Iterator[str]:
    """Run the commands that coverage prints until it prints none."""
    for _ in range(ROUNDS):
        for gap in gaps_of(scrapy, simulation.begins):
            run = scrapy(*arguments_of(str(gap["command"])))
            (counts,) = run.summaries()
            yield result(run.status == 0 and counts["new"] > 0, f"{gap['command']}: {counts['new']} new")
    for by in BY:
        left = gaps_of(scrapy, simulation.begins, f"--by={by}")
        yield result(not left, f"{len(left)} gaps by {by} after filling")

"""What has to be true of simulated weeks: a line for each thing that is, and one beginning with ``wrong`` if not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.slow.simulation.simulated import Simulation, holes_of, typed
from tests.slow.simulation.troubles import Trouble
from tests.support.scrapy_command import Run

RUNS_TO_NOTICE = 2
BY = ("media", "channel")
ROUNDS = 2
"""A command names whole days: what a hole has lost of the next night may show once the day is filled."""
AN_HOUR = timedelta(hours=1)
"""Coverage counts whole ones."""


def verdicts(simulated: Simulation) -> Iterator[str]:
    """In the order in which somebody would look: alarms, holes, what fills them, the audit."""
    yield from verdicts_on_alarms(simulated)
    with simulated.upstream() as ask:
        for by in BY:
            yield from verdicts_on_holes(simulated, holes_of(ask, simulated.begins, f"--by={by}"), by)
        yield from fill(simulated, ask)
        audit = ask("audit")
        yield verdict(audit.status == 0, f"audit: {audit.log.splitlines()[-1]}")


def verdict(is_so: bool, what: str) -> str:
    return f"{'as it has to be' if is_so else 'wrong'}: {what}"


def verdicts_on_alarms(simulated: Simulation) -> Iterator[str]:
    for trouble in simulated.troubles:
        raised = simulated.raised_in(trouble)
        heard = next((number for number, alarms in enumerate(raised, 1) if trouble.alarm in alarms), None)
        what = f"{trouble.alarm} after {heard} of {len(raised)} runs"
        yield verdict(heard is not None and heard <= RUNS_TO_NOTICE, what)
    for run in simulated.raised_without_trouble():
        yield verdict(False, f"status {run.status} at {run.at:%Y-%m-%d %H:%M}: {', '.join(run.alarms)}")


def verdicts_on_holes(simulated: Simulation, holes: list[dict[str, Any]], by: str) -> Iterator[str]:
    """Each trouble has left a hole, and nothing else has.

    By medium it is one for all of them; each channel's list reaches back to another hour, so its hole ends there.
    """
    yield verdict(by == "channel" or len(holes) == len(simulated.troubles), f"{len(holes)} holes by {by}")
    left = list(holes)
    for trouble in simulated.troubles:
        own = [hole for hole in holes if is_of(trouble, hole, simulated.every)]
        left = [hole for hole in left if hole not in own]
        told = "; ".join("{begins} to {ends}, {articles} of {expected}".format(**hole) for hole in own)
        yield verdict(bool(own), f"from {trouble.begins:%Y-%m-%d %H:%M} on, {trouble.alarm}: {told}")
    yield verdict(not left, f"{len(left)} holes without a cause {left or ''}")


def is_of(trouble: Trouble, hole: dict[str, Any], every: timedelta) -> bool:
    """Whether a hole lies in the time of a trouble, or in that since the last run before it."""
    begins, ends = (datetime.fromisoformat(str(hole[name])) for name in ("begins", "ends"))
    return begins >= trouble.begins - every - AN_HOUR and ends <= trouble.ends + AN_HOUR


def fill(simulated: Simulation, ask: Callable[..., Run]) -> Iterator[str]:
    """Type the commands that coverage prints, and look again, as long as there is something to type."""
    for _ in range(ROUNDS):
        for hole in holes_of(ask, simulated.begins):
            run = ask(*typed(str(hole["command"])))
            (counts,) = run.summaries()
            yield verdict(run.status == 0 and counts["new"] > 0, f"{hole['command']}: {counts['new']} new")
    for by in BY:
        left = holes_of(ask, simulated.begins, f"--by={by}")
        yield verdict(not left, f"{len(left)} holes by {by} once they are filled")

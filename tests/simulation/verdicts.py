"""What has to be true of simulated weeks: a line for each thing that is, and one beginning with ``wrong`` if not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from crawling import Run
from simulated import Simulation, holes_of, typed
from troubles import Trouble

RUNS_TO_NOTICE = 2
BY = ("media", "channel")
MAY_DIFFER = timedelta(hours=30)
"""A hole may be shorter than its trouble: upstream's lists still name the last hours of it."""


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


def verdicts_on_holes(simulated: Simulation, holes: list[dict[str, object]], by: str) -> Iterator[str]:
    """Each trouble has left a hole that begins with it, and there is none without."""
    told = [f"{hole['begins']} to {hole['ends']}, {hole['articles']} of {hole['expected']}" for hole in holes]
    yield verdict(len(holes) == len(simulated.troubles), f"{len(holes)} holes by {by}")
    for trouble in simulated.troubles:
        found = [line for hole, line in zip(holes, told, strict=True) if is_of(trouble, hole)]
        yield verdict(len(found) == 1, f"from {trouble.begins:%Y-%m-%d %H:%M} on, {trouble.alarm}: {'; '.join(found)}")


def is_of(trouble: Trouble, hole: dict[str, object]) -> bool:
    """Whether they lie in the same time."""
    begins, ends = (datetime.fromisoformat(str(hole[name])) for name in ("begins", "ends"))
    return begins >= trouble.begins - timedelta(hours=1) and ends <= trouble.ends + timedelta(hours=1)


def fill(simulated: Simulation, ask: Callable[..., Run]) -> Iterator[str]:
    """Type the commands that coverage prints; then look again."""
    for hole in holes_of(ask, simulated.begins):
        run = ask(*typed(str(hole["command"])))
        (counts,) = run.summaries()
        yield verdict(run.status == 0 and counts["new"] > 0, f"{hole['command']}: {counts['new']} new")
    for by in BY:
        left = holes_of(ask, simulated.begins, f"--by={by}")
        yield verdict(not left, f"{len(left)} holes by {by} once they are filled")

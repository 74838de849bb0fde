"""Sixty days of upstream in simulated time, a crawl every half hour: ``python -m tests.slow.simulation.sixty_days 60``.

Two days with a dead channel, one with a soft ban, one with a changed list format, and a week of holidays. Prints each
expectation; the exit status is 1 when one is not met.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.utils.timezone import BEIJING
from tests.slow.simulation.expectations import check_all
from tests.slow.simulation.incidents import ONE_DAY, changed_shape, dead_channels, soft_ban
from tests.slow.simulation.simulation import SimulatedRun, Simulation
from tests.support.network_guard import recording_into
from tests.support.scrapy_command import Scrapy

BEGINS = datetime(2026, 8, 15, tzinfo=BEIJING)
"""Before National Day, 1 to 7 October."""
FIRST_INCIDENT = 24
"""Days after the beginning, a Tuesday: a baseline needs some weeks."""
HALF_AN_HOUR = timedelta(minutes=30)


def new_simulation(scrapy: Scrapy, days: int, a_day: float) -> Simulation:
    """Return a simulation of *days* with every incident."""
    morning = BEGINS + FIRST_INCIDENT * ONE_DAY + timedelta(hours=10, minutes=1)  # just after a run
    dead = dead_channels(morning, 2, "media")
    incidents = (dead, soft_ban(morning + 8 * ONE_DAY), changed_shape(morning + 14 * ONE_DAY))
    return Simulation(scrapy, BEGINS, BEGINS + days * ONE_DAY, incidents, a_day)


def print_progress(run: SimulatedRun) -> None:
    """Print a line for each simulated day, and one for each run with an alert or a failure."""
    if run.alerts or run.status:
        print(f"{run.at:%Y-%m-%d %H:%M} status {run.status}: {', '.join(run.alerts)}", flush=True)
    elif not run.at.hour and not run.at.minute:
        print(f"{run.at:%Y-%m-%d}", flush=True)


def lines(days: int, a_day: float, data: Path) -> Iterator[str]:
    """Run the simulation and yield its results."""
    simulation = new_simulation(Scrapy.into_folder(data), days, a_day)
    began = time.monotonic()
    simulation.run_until(simulation.ends, HALF_AN_HOUR, progress=print_progress)
    yield f"{len(simulation.runs)} crawls of {len(simulation.articles)} articles in {time.monotonic() - began:.0f} s"
    yield from check_all(simulation)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", type=int, nargs="?", default=60, help="at least 44: the last incident ends on day 39")
    parser.add_argument("--articles", type=float, default=360, help="articles on a workday")
    parser.add_argument("--data", type=Path, help="data directory to keep")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, recording_into(Path(folder) / "refused"):
        for line in lines(options.days, options.articles, options.data or Path(folder) / "data"):
            print(line, flush=True)
            wrong += line.startswith("wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

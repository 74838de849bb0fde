"""Sixty days of upstream in simulated time, a crawl every half hour: ``python -m tests.slow.simulation.sixty_days 60``.

A dead channel for two days, a soft ban for one, a changed shape for one, and a week of holidays. Says what each part
came to; ends with status 1 where one is not as it has to be.
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
from tests.slow.simulation.simulated import Simulation, Told
from tests.slow.simulation.troubles import ONE_DAY, changed_shape, dead_channels, soft_ban
from tests.slow.simulation.verdicts import verdicts
from tests.support.network_guard import recording_into
from tests.support.scrapy_command import Scrapy

BEGINS = datetime(2026, 8, 15, tzinfo=BEIJING)
"""Before National Day, 1 to 7 October."""
FIRST_TROUBLE = 24
"""Days after the beginning: a Tuesday. A norm needs some weeks."""
HALF_AN_HOUR = timedelta(minutes=30)


def simulation(scrapy: Scrapy, days: int, a_day: float) -> Simulation:
    """As long as was asked for, with all the troubles."""
    morning = BEGINS + FIRST_TROUBLE * ONE_DAY + timedelta(hours=10, minutes=1)  # a run has just been
    dead = dead_channels(morning, 2, "media")
    troubles = (dead, soft_ban(morning + 8 * ONE_DAY), changed_shape(morning + 14 * ONE_DAY))
    return Simulation(scrapy, BEGINS, BEGINS + days * ONE_DAY, troubles, a_day)


def report(told: Told) -> None:
    """A line a simulated day, and one for each run that raised something."""
    if told.alarms or told.status:
        print(f"{told.at:%Y-%m-%d %H:%M} status {told.status}: {', '.join(told.alarms)}", flush=True)
    elif not told.at.hour and not told.at.minute:
        print(f"{told.at:%Y-%m-%d}", flush=True)


def lines(days: int, a_day: float, data: Path) -> Iterator[str]:
    """What it came to; each line that begins with ``wrong`` is a failure."""
    simulated = simulation(Scrapy.into_folder(data), days, a_day)
    began = time.monotonic()
    simulated.go(simulated.ends, HALF_AN_HOUR, progress=report)
    yield f"{len(simulated.runs)} crawls of {len(simulated.articles)} articles in {time.monotonic() - began:.0f} s"
    yield from verdicts(simulated)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", type=int, nargs="?", default=60, help="at least 44: the troubles end on the 39th")
    parser.add_argument("--articles", type=float, default=360, help="on a workday")
    parser.add_argument("--data", type=Path, help="a folder for the archive, which is kept")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, recording_into(Path(folder) / "refused"):
        for line in lines(options.days, options.articles, options.data or Path(folder) / "data"):
            print(line, flush=True)
            wrong += line.startswith("wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

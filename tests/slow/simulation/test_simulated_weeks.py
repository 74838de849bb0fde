"""Three weeks and a half in simulated time: the troubles of ``sixty_days.py``, with fewer articles and fewer runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.utils.timezone import BEIJING
from tests.slow.simulation.simulated import Simulation
from tests.slow.simulation.troubles import ONE_DAY, changed_shape, dead_channels, soft_ban
from tests.slow.simulation.verdicts import verdicts
from tests.support.scrapy_command import Scrapy

BEGINS = datetime(2026, 8, 22, tzinfo=BEIJING)
"""A Saturday; no holiday comes within these weeks."""
MORNING = BEGINS + 17 * ONE_DAY + timedelta(hours=9)
"""Of the first Tuesday on which all media are known for long enough."""
THREE_HOURS = timedelta(hours=3)


def test_weeks_with_troubles(scrapy: Scrapy) -> None:
    begins = MORNING + timedelta(minutes=1)  # a run has just been
    dead = dead_channels(begins, 1, *(CHANNELS.keys() - {"rolling"}))
    troubles = (dead, soft_ban(begins + 2 * ONE_DAY), changed_shape(begins + 6 * ONE_DAY))
    simulated = Simulation(scrapy, BEGINS, BEGINS + 25 * ONE_DAY, troubles, a_day=160)
    simulated.go(MORNING, ONE_DAY, "-a", "count=200")
    # From here on lists so short that what a day leaves out is not named by them on the next.
    simulated.go(MORNING + 4 * ONE_DAY, THREE_HOURS, "-a", "count=30")
    simulated.go(MORNING + 6 * ONE_DAY, 2 * THREE_HOURS, "-a", "count=30")
    simulated.go(simulated.ends, THREE_HOURS, "-a", "count=30")
    lines = list(verdicts(simulated))
    assert [line for line in lines if not line.startswith("as it has to be: ")] == [], "\n".join(lines)
    assert len(lines) >= len(troubles) + 2 * (len(troubles) + 2) + len(troubles) + 2 + 1

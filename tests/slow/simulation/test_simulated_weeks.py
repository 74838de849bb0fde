"""Three and a half weeks in simulated time: the incidents of ``sixty_days.py`` with fewer articles and fewer runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.utils.timezone import BEIJING
from tests.slow.simulation.expectations import check_all
from tests.slow.simulation.incidents import ONE_DAY, changed_shape, dead_channels, soft_ban
from tests.slow.simulation.simulation import Simulation
from tests.support.scrapy_command import Scrapy

BEGINS = datetime(2026, 8, 22, tzinfo=BEIJING)
"""A Saturday; these weeks have no holiday."""
MORNING = BEGINS + 17 * ONE_DAY + timedelta(hours=9)
"""The first Tuesday on which every outlet has a baseline."""
THREE_HOURS = timedelta(hours=3)


def test_incidents_of_simulated_weeks_raise_alerts_and_leave_gaps_that_can_be_filled(scrapy: Scrapy) -> None:
    begins = MORNING + timedelta(minutes=1)  # just after a run
    dead = dead_channels(begins, 1, *(CHANNELS.keys() - {"rolling"}))
    incidents = (dead, soft_ban(begins + 2 * ONE_DAY), changed_shape(begins + 6 * ONE_DAY))
    simulation = Simulation(scrapy, BEGINS, BEGINS + 25 * ONE_DAY, incidents, a_day=160)
    simulation.run_until(MORNING, ONE_DAY, "-a", "count=200")
    # Lists so short that the articles missed on one day are not in them on the next.
    simulation.run_until(MORNING + 4 * ONE_DAY, THREE_HOURS, "-a", "count=30")
    simulation.run_until(MORNING + 6 * ONE_DAY, 2 * THREE_HOURS, "-a", "count=30")
    simulation.run_until(simulation.ends, THREE_HOURS, "-a", "count=30")
    lines = list(check_all(simulation))
    assert [line for line in lines if not line.startswith("ok: ")] == [], "\n".join(lines)
    assert len(lines) >= len(incidents) + 2 * (len(incidents) + 2) + len(incidents) + 2 + 1

"""Intervals in the syntax of cron and systemd."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from finews_crawler.operate.scheduling.intervals import (
    INTERVALS,
    check_interval,
    cron_fields,
    lock_wait,
    random_delay,
    systemd_calendar,
)

MINUTES_OF_A_DAY = range(24 * 60)


def field(text: str, length: int) -> set[int]:
    """Return the numbers that match a field of a crontab."""
    places, _, step = text.partition("/")
    first, _, last = ("0", "", str(length - 1)) if places == "*" else places.partition("-")
    return set(range(int(first), int(last or first) + 1, int(step or 1)))


def runs(fields: str) -> list[int]:
    """Return the minutes of a day at which a line runs."""
    minute, hour, *rest = fields.split()
    assert rest == ["*", "*", "*"]
    return [at for at in MINUTES_OF_A_DAY if at % 60 in field(minute, 60) and at // 60 in field(hour, 24)]


@pytest.mark.parametrize("minutes", INTERVALS)
def test_cron_fields_run_at_the_given_interval(minutes: int) -> None:
    for at_minute in range(min(minutes, 60)):
        times = runs(cron_fields(minutes, at_minute))
        assert times == list(range(at_minute, 24 * 60, minutes))


def test_check_interval_rejects_uneven_intervals() -> None:
    for minutes in {*range(1, 1441)} - {*INTERVALS}:
        with pytest.raises(ValueError, match="must divide an hour or a day evenly"):
            check_interval(minutes)
    assert INTERVALS == (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440)


@pytest.mark.parametrize("minutes", INTERVALS)
def test_delay_and_lock_wait_end_before_the_next_run(minutes: int) -> None:
    assert 0 < random_delay(minutes) + lock_wait(minutes) < minutes * 60


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_accepts_the_calendar() -> None:
    for minutes, normal in {1: "*-*-* *:00/1:00", 30: "*-*-* *:00/30:00", 60: "*-*-* *:00:00"}.items():
        assert f"Normalized form: {normal}\n" in analyzed(systemd_calendar(minutes))
    assert "Normalized form: *-*-* 00/2:00:00\n" in analyzed(systemd_calendar(120))
    assert "Normalized form: *-*-* 00:00:00\n" in analyzed(systemd_calendar(1440))


def analyzed(calendar: str) -> str:
    command = ["systemd-analyze", "calendar", calendar]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout

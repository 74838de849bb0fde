"""The intervals that cron and systemd can say, and what they say."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from finews_crawler.operate.scheduling.intervals import (
    INTERVALS,
    check_interval,
    in_cron,
    in_systemd,
    lock_wait,
    longest_delay,
)

MINUTES_OF_A_DAY = range(24 * 60)


def field(text: str, length: int) -> set[int]:
    """The numbers that a field of a crontab stands for."""
    places, _, step = text.partition("/")
    first, _, last = ("0", "", str(length - 1)) if places == "*" else places.partition("-")
    return set(range(int(first), int(last or first) + 1, int(step or 1)))


def runs(fields: str) -> list[int]:
    """The minutes of a day at which a line runs."""
    minute, hour, *rest = fields.split()
    assert rest == ["*", "*", "*"]
    return [at for at in MINUTES_OF_A_DAY if at % 60 in field(minute, 60) and at // 60 in field(hour, 24)]


@pytest.mark.parametrize("minutes", INTERVALS)
def test_runs_are_as_far_apart_as_was_asked(minutes: int) -> None:
    for at_minute in range(min(minutes, 60)):
        told = runs(in_cron(minutes, at_minute))
        assert told == list(range(at_minute, 24 * 60, minutes))


def test_what_is_no_even_part_is_refused() -> None:
    for minutes in {*range(1, 1441)} - {*INTERVALS}:
        with pytest.raises(ValueError, match="no even part"):
            check_interval(minutes)
    assert INTERVALS == (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440)


@pytest.mark.parametrize("minutes", INTERVALS)
def test_neither_the_delay_nor_the_wait_reaches_the_next_run(minutes: int) -> None:
    assert 0 < longest_delay(minutes) + lock_wait(minutes) < minutes * 60


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_reads_the_calendar() -> None:
    for minutes, normal in {1: "*-*-* *:00/1:00", 30: "*-*-* *:00/30:00", 60: "*-*-* *:00:00"}.items():
        assert f"Normalized form: {normal}\n" in analyzed(in_systemd(minutes))
    assert "Normalized form: *-*-* 00/2:00:00\n" in analyzed(in_systemd(120))
    assert "Normalized form: *-*-* 00:00:00\n" in analyzed(in_systemd(1440))


def analyzed(calendar: str) -> str:
    command = ["systemd-analyze", "calendar", calendar]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout

"""Statuses of runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from finews_crawler.archive.lock import LockHolder
from finews_crawler.archive.runs import Run
from finews_crawler.operate.reports.run_history import summarize_runs
from finews_crawler.utils.timezone import BEIJING

NOON = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)


def test_only_the_last_run_can_be_running() -> None:
    # In containers all runs may have the same pid.
    killed, running = Run("channel", {}, 7, NOON), Run("channel", {}, 7, NOON + timedelta(hours=1))
    holder = LockHolder(7, running.started_at - timedelta(seconds=1))
    assert [run.status for run in summarize_runs([killed, running], holder)] == ["killed", "under way"]
    # The next run has the lock, but no row in the index yet.
    starting = LockHolder(7, running.started_at + timedelta(hours=1))
    assert [run.status for run in summarize_runs([killed, running], starting)] == ["killed", "killed"]
    ended = replace(running, ended_at=NOON + timedelta(hours=2), exit_status=0, reason="shutdown")
    assert [run.status for run in summarize_runs([killed, ended], holder)] == ["killed", "stopped"]


def test_a_duration_is_measured_or_unknown_but_never_negative() -> None:
    run = Run("channel", {}, 7, NOON, NOON + timedelta(seconds=75))
    set_back = replace(run, ended_at=NOON - timedelta(days=365))
    set_forward = replace(run, ended_at=NOON + timedelta(days=365))
    runs = [run, set_back, *(replace(one, measured_seconds=74) for one in (run, set_back, set_forward))]
    assert [entry.seconds for entry in summarize_runs(runs)] == [75, None, 74, 74, 74]
    killed = Run("channel", {}, 7, NOON)
    assert [entry.seconds for entry in summarize_runs([killed])] == [None]

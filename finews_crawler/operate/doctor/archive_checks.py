"""Checks of the archive: its lock, its last run and its alerts. The index is read without being changed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.archive.damage import check_pages
from finews_crawler.archive.index import Index
from finews_crawler.archive.lock import LockHolder, find_lock_holder, is_held_by
from finews_crawler.archive.runs import Run, read_runs
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.config.model import AlertConfig
from finews_crawler.config.secrets import first_word, program_of
from finews_crawler.content.dates import format_published_at
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.monitoring.alert_store import AlertStore, read_alerts
from finews_crawler.operate.monitoring.notifiers import NO_SENDMAIL
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.error_hints import hint_for

LAST_RUN, LOCK, ALERTS = "last run", "lock", "alarms"
RUN_HINTS: Mapping[int | None, str] = {
    ExitStatus.SOME_FAILED: "its log lists what failed or was rejected; the next run retries it",
    ExitStatus.BLOCKED: "its log names the host, and what its robots.txt forbids or the sign of a ban: after a ban, "
    "wait before the next run, and crawl less",
    ExitStatus.CHANGED_SHAPE: "its log names the missing key: the site has changed, update finews_crawler",
    ExitStatus.NOT_WRITABLE: "its log has the disk's error: free space or give permission, and run again",
}
NO_NOTIFIER = (
    "; no notifier is configured: set FINEWS_ALARM_MAIL, FINEWS_ALARM_WEBHOOK, FINEWS_ALARM_COMMAND or "
    "FINEWS_ALARM_FEED_FILE"
)
NO_PROGRAM = "install it, or give its absolute path: cron has a short PATH"
SHELL = "/bin/sh"
LOOK_UP_SECONDS = 10.0
"""Time of a look-up of a program. A folder of PATH may be on a host that does not respond."""
ERROR_HINT = "its log has the traceback"


def check_last_run(directory: DataDirectory, now: datetime, holder: LockHolder | None) -> CheckResult:
    """Check how the last run ended, and that the index can be read. *holder* has the lock, and may be that run."""
    index = Index(directory.index, read_only=True)
    try:
        directory.check_index()
        runs = read_runs(index, last=1)
        check_pages(index)
    except UnusableIndex as error:
        return CheckResult(False, LAST_RUN, str(error))
    finally:
        index.close()
    return check_run(runs[-1], now, holder) if runs else ok(LAST_RUN, "none is recorded")


def check_run(run: Run, now: datetime, holder: LockHolder | None) -> CheckResult:
    """Check how *run* ended; *holder* has the lock, and may be that run."""
    started = f"{run.spider}, started {run.started_at:%Y-%m-%d %H:%M:%S %z}"
    if run.started_at > now:
        return warn(LAST_RUN, f"{started}, which is in the future", "set this machine's clock")
    if run.ended_at is None:
        if holder is not None and is_held_by(run, holder):
            return ok(LAST_RUN, f"{started}, is running")
        return warn(LAST_RUN, f"{started}, was killed", "find out why; the next run completes unfinished writes")
    ended = f"{started}, ended {run.ended_at:%Y-%m-%d %H:%M:%S %z}: {run.reason}, new {run.counts.get('new', 0)}"
    if run.exit_status == ExitStatus.ALL_WELL:
        return ok(LAST_RUN, f"{ended}, exit status 0")
    return warn(LAST_RUN, f"{ended}, exit status {run.exit_status}", RUN_HINTS.get(run.exit_status, ERROR_HINT))


def check_alarm_command(command: str) -> Iterator[CheckResult]:
    """Warn of a command whose program the shell does not find. Only its name is told: arguments may be secret."""
    word = first_word(command)
    if not re.fullmatch(r"[\w./+-]+", word):  # nothing, or an expansion, whose value only the shell knows
        return
    look_up, name = [SHELL, "-c", 'command -v "$1"', "sh", word], program_of(command)
    try:
        done = subprocess.run(look_up, check=False, capture_output=True, timeout=LOOK_UP_SECONDS)
    except subprocess.TimeoutExpired:
        problem = f"its program {name} was not found within {LOOK_UP_SECONDS:g} seconds"
        yield warn("FINEWS_ALARM_COMMAND", problem, "a folder of PATH does not respond: give its absolute path")
        return
    if done.returncode:
        yield warn("FINEWS_ALARM_COMMAND", f"its program {name} does not exist or cannot be executed", NO_PROGRAM)


def check_alarms(directory: DataDirectory, config: AlertConfig) -> Iterator[CheckResult]:
    """Yield a warning for each firing alert, or one OK line; and check that mail can be sent, and the command run."""
    if config.alarm_mail and not os.access(config.sendmail, os.X_OK):
        yield warn("FINEWS_ALARM_MAIL", f"{config.sendmail} does not exist or cannot be executed", NO_SENDMAIL)
    yield from check_alarm_command(config.alarm_command)
    path = AlertStore(directory).path
    try:
        stored = read_alerts(path)
    except (OSError, ValueError) as error:
        yield warn(ALERTS, f"{path} cannot be read ({error})", f"{hint_for(error)}, or delete it")
        return
    firing = [(owner, alert) for owner, alerts in stored.items() for alert in alerts.values() if alert.is_firing]
    for owner, alert in firing:
        since = f"{owner}{', ' if owner else ''}since {format_published_at(alert.since)}"
        yield CheckResult(False, f"alarm {alert.name}", f"{since}: {alert.text}")
    if not firing:
        yield ok(ALERTS, f"none{'' if config.has_notifiers else NO_NOTIFIER}")


def check_lock(path: Path, now: datetime, longest_run: timedelta) -> tuple[CheckResult, LockHolder | None]:
    """Check the lock file at *path*, and return its holder, who may hold it for *longest_run* (0: for ever)."""
    try:
        holder, exists = find_lock_holder(path), path.exists()
    except OSError as error:
        return warn(LOCK, str(error), hint_for(error)), None
    if holder is None:
        return ok(LOCK, f"free{'; the file of a killed run remains, which is harmless' if exists else ''}"), None
    started_at = holder.started_at
    if started_at and started_at.tzinfo and longest_run and now - started_at > longest_run:
        return warn(LOCK, f"held by {holder}, for longer than a run may take", "check the process, or end it"), holder
    return ok(LOCK, f"held by {holder}"), holder

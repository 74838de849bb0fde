"""The last run, as the index has it: when it was, and how it ended. The index is looked at and never written."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.archive.index import Index
from finews_crawler.archive.runs import Run, read_runs
from finews_crawler.config.alerting import AlertConfig
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.dates import format_published_at
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.monitoring.alert_store import AlertStore, read_alerts
from finews_crawler.operate.monitoring.alerts import Alerts
from finews_crawler.operate.monitoring.notifiers import NO_SENDMAIL
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.error_hints import hint_for

LAST_RUN = "last run"
ADVICE: Mapping[int | None, str] = {
    ExitStatus.SOME_FAILED: "its log names what failed or was rejected; the next run asks again",
    ExitStatus.BLOCKED: "its log says which host refused, and how: wait before the next run, and ask less often",
    ExitStatus.CHANGED_SHAPE: "its log names the key that is missing: upstream has changed, update finews_crawler",
    ExitStatus.NOT_WRITABLE: "its log says what the disk refused: give room or permission, and run again",
}
ERROR = "its log has the traceback"


class IndexLookedAt(Index):
    """An index that is only read: SQLite would otherwise put files beside it, and tidy up after a killed run."""

    def _connect(self) -> sqlite3.Connection:
        # Where there is a log it is read, too, by way of the memory that SQLite shares in index.sqlite-shm. Without
        # one nobody writes, and the file is all there is.
        has_log = self.path.with_name(f"{self.path.name}-wal").exists()
        address = f"{self.path.resolve().as_uri()}?mode=ro{'' if has_log else '&immutable=1'}"
        return sqlite3.connect(address, uri=True)


def check_last_run(directory: DataDirectory, now: datetime, holder: Holder | None) -> CheckResult:
    """The line of the last run; *holder* has the lock and may be that run."""
    index = IndexLookedAt(directory.index)
    try:
        runs = read_runs(index, last=1)
    except UnusableIndex as error:
        return CheckResult(False, LAST_RUN, str(error))
    except (sqlite3.Error, OSError) as error:
        return warn(LAST_RUN, f"{directory.index}: {error}", hint_for(error))
    finally:
        index.close()
    return judge_run(runs[-1], now, holder) if runs else ok(LAST_RUN, "never: no crawl has archived anything here")


def judge_run(run: Run, now: datetime, holder: Holder | None) -> CheckResult:
    """How a run ended, or that it is under way, or that it was killed."""
    began = f"{run.spider}, begun {run.started_at:%Y-%m-%d %H:%M:%S %z}"
    if run.started_at > now:
        return warn(LAST_RUN, f"{began}, which is yet to come", "set this machine's clock")
    if run.ended_at is None:
        if holder is not None and is_held_by(run, holder):
            return ok(LAST_RUN, f"{began}, is under way")
        return warn(LAST_RUN, f"{began}, was killed", "the next run finishes what it left; see what killed it")
    told = f"{began}, ended {run.ended_at:%Y-%m-%d %H:%M:%S %z}: {run.reason}, new {run.counts.get('new', 0)}"
    if run.exit_status == ExitStatus.ALL_WELL:
        return ok(LAST_RUN, f"{told}, exit status 0")
    return warn(LAST_RUN, f"{told}, exit status {run.exit_status}", ADVICE.get(run.exit_status, ERROR))


ALERTS = "alarms"


def check_alarms(directory: DataDirectory, options: AlertConfig) -> Iterator[CheckResult]:
    """A line for each alarm that is raised, or one that there is none; and one for a mail that nobody would take."""
    if options.mail and not os.access(options.sendmail, os.X_OK):
        yield warn("FINEWS_ALARM_MAIL", f"there is no program {options.sendmail}", NO_SENDMAIL)
    path = AlertStore(directory).path
    try:
        raised = list(judge_alarms(read_alerts(path)))
    except (OSError, ValueError) as error:
        yield warn(ALERTS, f"{path} cannot be read ({error})", f"{hint_for(error)}, or remove it")
        return
    yield from raised
    if not raised:
        told = "" if options.tells else ", and nobody would be told: see FINEWS_ALARM_… in README"
        yield ok(ALERTS, f"none is raised{told}")


def judge_alarms(page: Mapping[str, Alerts]) -> Iterator[CheckResult]:
    """A line for each alarm that is raised.

    >>> from datetime import datetime
    >>> from finews_crawler.operate.monitoring.alerts import Alert
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> slow = Alert("slow", "9 s a request: see the network", datetime(2026, 9, 10, 12, tzinfo=BEIJING))
    >>> [line.text for line in judge_alarms({"channel": {"slow": slow}})]
    ['channel, since 2026-09-10 12:00:00 +0800: 9 s a request: see the network']
    """
    for owner, alarms in page.items():
        for alarm in alarms.values():
            if alarm.is_firing:
                whose = f"{owner}, " if owner else ""
                since = format_published_at(alarm.since)
                yield CheckResult(False, f"alarm {alarm.name}", f"{whose}since {since}: {alarm.text}")


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, as far as the file says; a run that is just starting has not signed yet."""

    pid: int | None = None
    started_at: datetime | None = None

    def __str__(self) -> str:
        started = f", started {self.started_at:%Y-%m-%d %H:%M:%S %z}" if self.started_at else ""
        return f"pid {self.pid or 'unknown'}{started}"


def holder_of(path: Path) -> Holder | None:
    """Who holds the lock file at *path*; None for nobody, whatever a killed run left written there. Raises OSError.

    Shared and for a moment: only where nobody holds it is it taken at all, and two who look do not disturb each other.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return read_holder(os.read(descriptor, 4096))
    finally:
        os.close(descriptor)
    return None


def read_holder(written: bytes) -> Holder:
    """What a run has written into its lock.

    >>> str(read_holder(b'{"pid": 7, "started_at": "2022-05-26T12:00:00+08:00", "process": "1f"}'))
    'pid 7, started 2022-05-26 12:00:00 +0800'
    >>> str(read_holder(b""))
    'pid unknown'
    """
    try:
        read = json.loads(written)
        return Holder(int(read["pid"]), datetime.fromisoformat(read["started_at"]))
    except (ValueError, TypeError, KeyError):
        return Holder()


def is_held_by(run: Run, holder: Holder) -> bool:
    """Whether it is *run* that holds the lock: a container's runs have all the same pid, and take the lock before they
    begin.

    >>> at = datetime.fromisoformat
    >>> run = Run("channel", {}, 7, at("2022-05-26T12:00:02+08:00"))
    >>> is_held_by(run, Holder(7, at("2022-05-26T12:00:01+08:00")))
    True
    >>> is_held_by(run, Holder(7, at("2022-05-26T12:30:01+08:00"))), is_held_by(run, Holder(8))
    (False, False)
    """
    return holder.pid in (run.pid, None) and (holder.started_at is None or holder.started_at <= run.started_at)


def check_lock(path: Path, now: datetime, longest_run: timedelta) -> tuple[CheckResult, Holder | None]:
    """The line of the lock, and who holds it."""
    try:
        holder, is_left = holder_of(path), path.exists()
    except OSError as error:
        return warn("lock", str(error), hint_for(error)), None
    if holder is None:
        return ok("lock", f"free{'; a killed run left its file, which hinders nobody' if is_left else ''}"), None
    return judge_holder(holder, now, longest_run), holder


def judge_holder(holder: Holder, now: datetime, longest_run: timedelta) -> CheckResult:
    """A run that holds the lock is all well, unless it should have ended long ago.

    >>> began = datetime.fromisoformat("2022-05-26T00:00:00+08:00")
    >>> judge_holder(Holder(7, began), datetime.fromisoformat("2022-05-26T16:00:00+08:00"), timedelta(hours=12)).text
    'held by pid 7, started 2022-05-26 00:00:00 +0800, longer than a run may take: see what it does, or end it'
    """
    started_at = holder.started_at
    if started_at and started_at.tzinfo and longest_run and now - started_at > longest_run:
        return warn("lock", f"held by {holder}, longer than a run may take", "see what it does, or end it")
    return ok("lock", f"held by {holder}")

"""The last run, as the index has it: when it was, and how it ended. The index is looked at and never written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from finews_crawler.archive.index import Index, UnusableIndex
from finews_crawler.archive.runs import Run, read_runs
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.doctor.check import Line, attend, ok
from finews_crawler.operate.doctor.lock_checks import Holder, is_held_by
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.error_hints import advise

NAME = "last run"
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


def check_last_run(directory: DataDirectory, now: datetime, holder: Holder | None) -> Line:
    """The line of the last run; *holder* has the lock and may be that run."""
    index = IndexLookedAt(directory.index)
    try:
        runs = read_runs(index, last=1)
    except UnusableIndex as error:
        return Line(False, NAME, str(error))
    except (sqlite3.Error, OSError) as error:
        return attend(NAME, f"{directory.index}: {error}", advise(error))
    finally:
        index.close()
    return judge_run(runs[-1], now, holder) if runs else ok(NAME, "never: no crawl has archived anything here")


def judge_run(run: Run, now: datetime, holder: Holder | None) -> Line:
    """How a run ended, or that it is under way, or that it was killed."""
    began = f"{run.spider}, begun {run.started_at:%Y-%m-%d %H:%M:%S %z}"
    if run.started_at > now:
        return attend(NAME, f"{began}, which is yet to come", "set this machine's clock")
    if run.ended_at is None:
        if holder is not None and is_held_by(run, holder):
            return ok(NAME, f"{began}, is under way")
        return attend(NAME, f"{began}, was killed", "the next run finishes what it left; see what killed it")
    told = f"{began}, ended {run.ended_at:%Y-%m-%d %H:%M:%S %z}: {run.reason}, new {run.counts.get('new', 0)}"
    if run.exit_status == ExitStatus.ALL_WELL:
        return ok(NAME, f"{told}, exit status 0")
    return attend(NAME, f"{told}, exit status {run.exit_status}", ADVICE.get(run.exit_status, ERROR))

"""The monitors, as Spidermon runs them: each asks one question of the evidence.

Spidermon's own extension tells of every step in the log, some thirty lines a run; here a run in which all is well says
nothing, so only its monitors, suite and runner are taken.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from spidermon import Monitor, MonitorRunner, MonitorSuite  # type: ignore[import-untyped]
from spidermon.settings import MONITOR  # type: ignore[import-untyped]

from finews_crawler.operate.monitoring import thresholds
from finews_crawler.operate.monitoring.evidence import Evidence
from finews_crawler.operate.monitoring.field_coverage import FIELDS, judge_missing
from finews_crawler.operate.monitoring.silence import LEAST_MISSING, judge_quiet
from finews_crawler.sources.eastmoney.channels import CHANNELS

Question = Callable[[Evidence], "str | None"]
"""'' when all is well, the alarm's text, or None where the evidence does not say."""
ANSWERS = "downloader/response_count"
OF_THE_ARCHIVE = ("disk", "inodes")
"""What any spider's run sees alike."""
OF_CHANNELS = ("quiet", "unread", "missing")
"""What is asked of each channel, or of what they told, so of the runs of one spider only."""
CHANNEL_SPIDER = "channel"


def ask_rejected(evidence: Evidence) -> str | None:
    number = evidence.number
    return thresholds.judge_rejected(number("finews/articles/new"), number("finews/articles/rejected"))


def ask_blocked(evidence: Evidence) -> str | None:
    closed, faults = evidence.number("finews/hosts/closed/blocked"), evidence.number("finews/faults/blocked")
    return thresholds.judge_blocked(
        closed, faults, evidence.number("finews/block_detection/signs"), evidence.number(ANSWERS)
    )


def ask_unreachable(evidence: Evidence) -> str | None:
    return thresholds.judge_unreachable(evidence.number("finews/hosts/closed/unreachable"), evidence.number(ANSWERS))


def ask_shape(evidence: Evidence) -> str | None:
    return thresholds.judge_shape(evidence.number("finews/faults/changed_shape"), evidence.number(ANSWERS))


def ask_slow(evidence: Evidence) -> str | None:
    requests = evidence.number("downloader/request_count")
    return thresholds.judge_slow(evidence.seconds, requests, evidence.usual)


def ask_disk(evidence: Evidence) -> str | None:
    disk = evidence.disk
    return None if disk is None else thresholds.judge_disk(disk.bytes_left, evidence.options.disk_free_mb)


def ask_inodes(evidence: Evidence) -> str | None:
    disk = evidence.disk
    return None if disk is None else thresholds.judge_inodes(disk.inodes, disk.inodes_left)


def ask_quiet(channel: str, evidence: Evidence) -> str | None:
    """Not of a channel that could not be read, nor while its articles are refused or fail: other alarms tell of these,
    and the lists had news."""
    not_archived = evidence.number("finews/articles/failed") + evidence.number("finews/articles/rejected")
    if evidence.unread.get(channel) or ask_blocked(evidence) or not_archived >= LEAST_MISSING:
        return None
    silence = evidence.silences.get(channel)
    return judge_quiet(channel, silence, evidence.now, evidence.options.quiet_hours)


def ask_unread(channel: str, evidence: Evidence) -> str | None:
    if channel not in evidence.unread:
        return None
    advice = f"see why in the log, and whether {CHANNELS[channel].host_setting} is still its address"
    return f"the list of {channel} could not be had: {advice}" if evidence.unread[channel] else ""


def ask_missing(field: str, evidence: Evidence) -> str | None:
    return judge_missing(field, evidence.shares.get(field, ()))


QUESTIONS: dict[str, Question] = {
    **{f"quiet:{channel}": partial(ask_quiet, channel) for channel in CHANNELS},
    **{f"unread:{channel}": partial(ask_unread, channel) for channel in CHANNELS},
    "rejected": ask_rejected,
    **{f"missing:{field}": partial(ask_missing, field) for field in FIELDS},
    "blocked": ask_blocked,
    "changed_shape": ask_shape,
    "unreachable": ask_unreachable,
    "slow": ask_slow,
    "disk": ask_disk,
    "inodes": ask_inodes,
}
"""The alarms by name."""
UNJUDGED = (MONITOR.STATUS.SKIPPED, MONITOR.STATUS.ERROR)


def names_of(spider: str) -> list[str]:
    """The alarms that a spider's runs may have, but for those of the archive.

    >>> names_of("share")[:2], "quiet:media" in names_of("channel"), "disk" in names_of("channel")
    (['rejected', 'blocked'], True, False)
    """
    is_asked = spider == CHANNEL_SPIDER
    own = (name for name in QUESTIONS if name not in OF_THE_ARCHIVE)
    return [name for name in own if is_asked or name.partition(":")[0] not in OF_CHANNELS]


class Watch(Monitor):  # type: ignore[misc]
    """One alarm: fails with its text, and is skipped where nothing can be said."""

    longMessage = False

    def __init__(self, name: str, question: Question) -> None:
        super().__init__(name=name)
        self.question = question

    def runTest(self) -> None:
        text = self.question(self.data.evidence)
        if text is None:
            self.skipTest("nothing to judge by")
        if text:
            self.fail(text)


class Judgement(NamedTuple):
    """What the monitors say of a run."""

    texts: dict[str, str]
    """For each alarm that could be judged, its text, or '' when all is well."""
    errors: dict[str, str]
    """Of a monitor that failed itself, the traceback."""


def judge(evidence: Evidence) -> Judgement:
    """Ask every question of *evidence*."""
    suite = MonitorSuite(monitors=[Watch(name, question) for name, question in QUESTIONS.items()])
    result = MonitorRunner().run(suite, evidence=evidence)
    by_name = {item.monitor.monitor_name: item for item in result.monitor_results}
    judged = {name: item for name, item in by_name.items() if item.status not in UNJUDGED}
    texts = {name: item.reason if item.status == MONITOR.STATUS.FAILURE else "" for name, item in judged.items()}
    return Judgement(texts, {name: item.error for name, item in by_name.items() if item.status == MONITOR.STATUS.ERROR})

"""The monitors, as Spidermon runs them: each asks one question of the evidence.

Spidermon's own extension tells of every step in the log, some thirty lines a run; here a run in which all is well says
nothing, so only its monitors, suite and runner are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import NamedTuple

from spidermon import Monitor, MonitorRunner, MonitorSuite  # type: ignore[import-untyped]
from spidermon.settings import MONITOR  # type: ignore[import-untyped]

from finews_crawler.operate.monitoring.evidence import RunData
from finews_crawler.operate.monitoring.field_coverage import FIELDS, check_field_coverage
from finews_crawler.operate.monitoring.silence import LEAST_MISSING, check_silence
from finews_crawler.sources.eastmoney.channels import CHANNELS

MEGABYTE = 1_000_000
REJECTED_SHARE = 0.05
FEWEST_REJECTED = 5
TIMES_SLOWER = 3
FEWEST_REQUESTS = 10
"""Of a run with fewer, what passes between the requests counts for more than they do."""
FEWEST_RUNS = 5
QUICK_ENOUGH = 1.0
"""Seconds a request: the delay between two is half a second by default, and times are kept in whole seconds."""
FEWEST_SIGNS = 5
SIGNS_SHARE = 0.5
"""One article in three is missing from an old archive (see middlewares/block_detection.py)."""
LEAST_INODES = 0.01


def judge_rejected(new: int, rejected: int) -> str | None:
    """Too much of what was found new cannot be a post.

    >>> judge_rejected(95, 5), judge_rejected(10, 4), judge_rejected(0, 0)
    ('', '', None)
    >>> judge_rejected(94, 6)[:48]
    '6 of 100 new articles were rejected (6 %): see t'
    """
    found = new + rejected
    if not found:
        return None
    if rejected < FEWEST_REJECTED or rejected <= REJECTED_SHARE * found:
        return ""
    share = f"{rejected} of {found} new articles were rejected ({rejected / found:.0%})".replace("%", " %")
    return f"{share}: see the reasons in rejected.jsonl, update finews_crawler, and crawl again"


def judge_blocked(closed: int, faults: int, signs: int, answers: int) -> str | None:
    """Upstream refuses: *closed* hosts, *faults* among the lists, *signs* of a refusal among the answers.

    >>> judge_blocked(0, 0, 1, 20), judge_blocked(0, 0, 9, 27), judge_blocked(0, 0, 0, 0)
    ('', '', None)
    >>> judge_blocked(1, 1, 15, 40)
    '1 host refused, 15 of 40 answers were refusals: see the sign in the log, wait, and ask less often'
    >>> judge_blocked(0, 1, 0, 3)
    'a list was refused: see the sign in the log, wait, and ask less often'
    """
    has_signs = signs >= FEWEST_SIGNS and signs >= SIGNS_SHARE * answers
    if not (closed or faults or has_signs):
        return "" if answers else None
    told = []
    if closed:
        told.append(f"{closed} host{'s' if closed > 1 else ''} refused")
    if signs:
        told.append(f"{signs} of {answers} answers were refusals")
    return f"{', '.join(told) or 'a list was refused'}: see the sign in the log, wait, and ask less often"


def judge_unreachable(closed: int, answers: int) -> str | None:
    """Hosts that gave no answer.

    >>> judge_unreachable(1, 0)
    'a host does not answer: see which in the log, and ask `scrapy doctor`'
    """
    if closed:
        what = "a host does not" if closed == 1 else f"{closed} hosts do not"
        return f"{what} answer: see which in the log, and ask `scrapy doctor`"
    return "" if answers else None


def judge_shape(lists: int, answers: int) -> str | None:
    """Lists that lack a key.

    >>> judge_shape(2, 5)
    '2 lists have changed their shape: see the key in the log and the answer in samples/, update finews_crawler'
    """
    if lists:
        what = "a list has changed its" if lists == 1 else f"{lists} lists have changed their"
        return f"{what} shape: see the key in the log and the answer in samples/, update finews_crawler"
    return "" if answers else None


def judge_slow(seconds: float, requests: int, usual: Sequence[float]) -> str | None:
    """Slower than the last runs; *usual*: their seconds a request.

    >>> judge_slow(30, 40, [0.5] * 20), judge_slow(90, 9, [0.5] * 20), judge_slow(90, 40, [0.5] * 4)
    ('', None, None)
    >>> judge_slow(90, 40, [0.5] * 20)
    '2.2 s a request, where 0.5 s is usual: see whether a host asks to be left in peace, or the network is slow'
    """
    if requests < FEWEST_REQUESTS or len(usual) < FEWEST_RUNS:
        return None
    each, norm = seconds / requests, median(usual)
    if each <= max(TIMES_SLOWER * norm, QUICK_ENOUGH):
        return ""
    advice = "see whether a host asks to be left in peace, or the network is slow"
    return f"{each:.1f} s a request, where {norm:.1f} s is usual: {advice}"


def judge_disk(left: int, least_mb: float) -> str:
    """Room for files, in bytes.

    >>> judge_disk(500_000_000, 500), judge_disk(499_000_000, 500)
    ('', '499 MB are left, less than 500 MB (FINEWS_DISK_FREE_MB): give room before it runs out')
    """
    if left >= least_mb * MEGABYTE:
        return ""
    limit = f"less than {least_mb:.0f} MB (FINEWS_DISK_FREE_MB)"
    return f"{left // MEGABYTE} MB are left, {limit}: give room before it runs out"


def judge_inodes(of: int, left: int) -> str | None:
    """Files that can still be made; a file system that does not count them, such as btrfs, says 0.

    >>> judge_inodes(1_000_000, 10_000), judge_inodes(0, 0)
    ('', None)
    >>> judge_inodes(1_000_000, 9_999)
    '9999 of 1000000 inodes are left, less than 1 %: remove files that nobody needs'
    """
    if not of:
        return None
    if left >= LEAST_INODES * of:
        return ""
    return f"{left} of {of} inodes are left, less than 1 %: remove files that nobody needs"


Question = Callable[[RunData], "str | None"]
"""'' when all is well, the alarm's text, or None where the evidence does not say."""
ANSWERS = "downloader/response_count"
OF_THE_ARCHIVE = ("disk", "inodes")
"""What any spider's run sees alike."""
OF_CHANNELS = ("quiet", "unread", "missing")
"""What is asked of each channel, or of what they told, so of the runs of one spider only."""
CHANNEL_SPIDER = "channel"


def ask_rejected(evidence: RunData) -> str | None:
    number = evidence.number
    return judge_rejected(number("finews/articles/new"), number("finews/articles/rejected"))


def ask_blocked(evidence: RunData) -> str | None:
    closed, faults = evidence.number("finews/hosts/closed/blocked"), evidence.number("finews/faults/blocked")
    return judge_blocked(closed, faults, evidence.number("finews/block_detection/signs"), evidence.number(ANSWERS))


def ask_unreachable(evidence: RunData) -> str | None:
    return judge_unreachable(evidence.number("finews/hosts/closed/unreachable"), evidence.number(ANSWERS))


def ask_shape(evidence: RunData) -> str | None:
    return judge_shape(evidence.number("finews/faults/changed_shape"), evidence.number(ANSWERS))


def ask_slow(evidence: RunData) -> str | None:
    requests = evidence.number("downloader/request_count")
    return judge_slow(evidence.seconds, requests, evidence.usual)


def ask_disk(evidence: RunData) -> str | None:
    disk = evidence.disk
    return None if disk is None else judge_disk(disk.bytes_left, evidence.options.disk_free_mb)


def ask_inodes(evidence: RunData) -> str | None:
    disk = evidence.disk
    return None if disk is None else judge_inodes(disk.inodes, disk.inodes_left)


def ask_quiet(channel: str, evidence: RunData) -> str | None:
    """Not of a channel that could not be read, nor while its articles are refused or fail: other alarms tell of these,
    and the lists had news."""
    not_archived = evidence.number("finews/articles/failed") + evidence.number("finews/articles/rejected")
    if evidence.unread.get(channel) or ask_blocked(evidence) or not_archived >= LEAST_MISSING:
        return None
    silence = evidence.silences.get(channel)
    return check_silence(channel, silence, evidence.now, evidence.options.quiet_hours)


def ask_unread(channel: str, evidence: RunData) -> str | None:
    if channel not in evidence.unread:
        return None
    advice = f"see why in the log, and whether {CHANNELS[channel].host_setting} is still its address"
    return f"the list of {channel} could not be had: {advice}" if evidence.unread[channel] else ""


def ask_missing(field: str, evidence: RunData) -> str | None:
    return check_field_coverage(field, evidence.shares.get(field, ()))


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


def judge(evidence: RunData) -> Judgement:
    """Ask every question of *evidence*."""
    suite = MonitorSuite(monitors=[Watch(name, question) for name, question in QUESTIONS.items()])
    result = MonitorRunner().run(suite, evidence=evidence)
    by_name = {item.monitor.monitor_name: item for item in result.monitor_results}
    judged = {name: item for name, item in by_name.items() if item.status not in UNJUDGED}
    texts = {name: item.reason if item.status == MONITOR.STATUS.FAILURE else "" for name, item in judged.items()}
    return Judgement(texts, {name: item.error for name, item in by_name.items() if item.status == MONITOR.STATUS.ERROR})

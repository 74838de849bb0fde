"""When a run is to alarm somebody: plain numbers in, '' for all well or the alarm's text, None where nothing can be
said."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

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

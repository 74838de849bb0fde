"""The monitors: one function per alert.

To add a monitor, add a function here: its decorator gives the alert's name, its argument is the run's data, and it
returns the alert text, '' when healthy, or None when there is too little data to decide. A text states what happened
and, after a colon, what to do.
"""

from __future__ import annotations

from finews_crawler.operate.monitoring.disk import check_free_inodes, check_free_space
from finews_crawler.operate.monitoring.field_coverage import FIELDS, check_field_coverage
from finews_crawler.operate.monitoring.registry import MonitorRegistry, Scope
from finews_crawler.operate.monitoring.run_data import RunData
from finews_crawler.operate.monitoring.silence import MIN_EXPECTED, check_silence
from finews_crawler.sources import CHANNELS

MONITORS = MonitorRegistry()
monitor, monitor_each = MONITORS.monitor, MONITORS.monitor_each


@monitor_each("quiet", CHANNELS, scope=Scope.CHANNELS)
def check_quiet(channel: str, data: RunData) -> str | None:
    """Check that a channel still publishes.

    Skipped while its list or its articles cannot be fetched: other alerts report the cause.
    """
    not_archived = data.number("finews/articles/failed") + data.number("finews/articles/rejected")
    if data.unread.get(channel) or check_blocked(data) or not_archived >= MIN_EXPECTED:
        return None
    return check_silence(channel, data.silences.get(channel), data.config.quiet_hours)


@monitor_each("unread", CHANNELS, scope=Scope.CHANNELS, consecutive_runs=2)
def check_unread(channel: str, data: RunData) -> str | None:
    """Check that a channel's list could be fetched. Twice in a row: upstream fails now and then for one run.

    >>> check_unread("market:37", RunData({}, unread={"market:37": True}))[:71]
    'the list of market:37 could not be fetched: see the log for the reason,'
    """
    if channel not in data.unread:
        return None
    hint = f"see the log for the reason, and check that {CHANNELS[channel].host_setting} is still correct"
    return f"the list of {channel} could not be fetched: {hint}" if data.unread[channel] else ""


def channel_of(name: str) -> str:
    """Return the channel that an alert is about, '' for other alerts.

    >>> channel_of("quiet:columns:345"), channel_of("missing:digest"), channel_of("slow")
    ('columns:345', '', '')
    """
    kind, _, channel = name.partition(":")
    return channel if kind in ("quiet", "unread") else ""


MAX_REJECTED_SHARE = 0.05
MIN_REJECTED = 5


@monitor("rejected")
def check_rejected(data: RunData) -> str | None:
    """Check the share of new articles that cannot become a post.

    >>> check_rejected(RunData({"finews/articles/new": 95, "finews/articles/rejected": 5})), check_rejected(RunData({}))
    ('', None)
    >>> check_rejected(RunData({"finews/articles/new": 94, "finews/articles/rejected": 6}))[:48]
    '6 of 100 new articles were rejected (6 %): see t'
    """
    rejected = data.number("finews/articles/rejected")
    found = data.number("finews/articles/new") + rejected
    if not found:
        return None
    if rejected < MIN_REJECTED or rejected <= MAX_REJECTED_SHARE * found:
        return ""
    share = f"{rejected} of {found} new articles were rejected ({100 * rejected / found:.0f} %)"
    return f"{share}: see the reasons in rejected.jsonl, update finews_crawler, and crawl again"


@monitor_each("missing", FIELDS, scope=Scope.CHANNELS)
def check_missing(field: str, data: RunData) -> str | None:
    return check_field_coverage(field, data.shares.get(field, ()))


MIN_BAN_SIGNS = 5
MIN_BAN_SHARE = 0.5
"""In an old category one article in three is missing, which looks alike (see ``politeness/ban_detection.py``)."""
MIN_OTHER_ARTICLES = 2
"""Responses that were another article's. Upstream publishes an article twice now and then, and not three times."""


@monitor("blocked")
def check_blocked(data: RunData) -> str | None:
    """Check for a ban: hosts given up, refused lists, and responses that look like a refusal.

    >>> check_blocked(RunData({"finews/block_detection/signs": 9, "downloader/response_count": 27}))
    ''
    >>> counts = {"finews/block_detection/signs": 15, "downloader/response_count": 40}
    >>> check_blocked(RunData({**counts, "finews/hosts/closed/blocked": 1}))
    '1 host blocked the crawl, 15 of 40 responses look like a ban: see the log, wait, and send fewer requests'
    >>> check_blocked(RunData({"finews/faults/blocked": 1}))
    'a list request was refused: see the log, wait, and send fewer requests'
    >>> check_blocked(RunData({"finews/block_detection/other_articles": 3}))
    '3 responses were those of other articles: a cache mixes up URLs, see the log'
    """
    hosts, signs = data.number("finews/hosts/closed/blocked"), data.number("finews/block_detection/signs")
    has_signs = signs >= MIN_BAN_SIGNS and signs >= MIN_BAN_SHARE * data.responses
    if not (hosts or data.number("finews/faults/blocked") or has_signs):
        others = data.number("finews/block_detection/other_articles")
        if others >= MIN_OTHER_ARTICLES:
            return f"{others} responses were those of other articles: a cache mixes up URLs, see the log"
        return "" if data.responses else None
    found = []
    if hosts:
        found.append(f"{hosts} host{'s' if hosts > 1 else ''} blocked the crawl")
    if signs:
        found.append(f"{signs} of {data.responses} responses look like a ban")
    return f"{', '.join(found) or 'a list request was refused'}: see the log, wait, and send fewer requests"


@monitor("forbidden")
def check_forbidden(data: RunData) -> str | None:
    """Check that no host forbids requests of the crawl.

    >>> check_forbidden(RunData({"finews/faults/forbidden": 1}))
    'the robots.txt of 1 host forbids what the crawl requests: see the log, then run `finews doctor`'
    """
    hosts = data.number("finews/faults/forbidden")
    if hosts:
        what = "1 host forbids" if hosts == 1 else f"{hosts} hosts forbid"
        return f"the robots.txt of {what} what the crawl requests: see the log, then run `finews doctor`"
    return "" if data.responses else None


@monitor("changed_shape")
def check_changed_shape(data: RunData) -> str | None:
    """Check that every list has the expected keys.

    >>> check_changed_shape(RunData({"finews/faults/changed_shape": 2}))[:41]
    '2 lists changed their format: see the log'
    """
    lists = data.number("finews/faults/changed_shape")
    if lists:
        what = "1 list changed its format" if lists == 1 else f"{lists} lists changed their format"
        return f"{what}: see the log for the key and samples/ for the response, then update finews_crawler"
    return "" if data.responses else None


@monitor("unreachable", consecutive_runs=2)
def check_unreachable(data: RunData) -> str | None:
    """Check for hosts that were given up because they did not respond. Twice in a row, as for the lists.

    >>> check_unreachable(RunData({"finews/hosts/closed/unreachable": 1}))
    '1 host is unreachable: see the log, then run `finews doctor`'
    """
    hosts = data.number("finews/hosts/closed/unreachable")
    if hosts:
        what = "1 host is" if hosts == 1 else f"{hosts} hosts are"
        return f"{what} unreachable: see the log, then run `finews doctor`"
    return "" if data.responses else None


MAX_TIMES_SLOWER = 3
MIN_REQUESTS = 10
"""In a run with fewer requests, start and end take more time than the requests."""
MIN_RUNS = 5
ALWAYS_FAST_ENOUGH = 1.0
"""Seconds per request. The default delay between two is 0.5 s, and the index keeps times in whole seconds."""


@monitor("slow")
def check_slow(data: RunData) -> str | None:
    """Compare the seconds per request with the median of the last runs.

    >>> requests = {"downloader/request_count": 40}
    >>> check_slow(RunData(requests, 30, usual=[0.5] * 20)), check_slow(RunData(requests, 90, usual=[0.5] * 4))
    ('', None)
    >>> check_slow(RunData(requests, 90, usual=[0.5] * 20))
    '2.2 s per request, usually 0.5 s: check whether a host throttles (429, Retry-After) or the network is slow'
    """
    requests = data.number("downloader/request_count")
    if requests < MIN_REQUESTS or len(data.usual) < MIN_RUNS:
        return None
    seconds = data.seconds / requests
    if seconds <= ALWAYS_FAST_ENOUGH:
        return ""
    from statistics import median

    baseline = median(data.usual)
    if seconds <= MAX_TIMES_SLOWER * baseline:
        return ""
    hint = "check whether a host throttles (429, Retry-After) or the network is slow"
    return f"{seconds:.1f} s per request, usually {baseline:.1f} s: {hint}"


@monitor("disk", scope=Scope.ARCHIVE)
def check_disk(data: RunData) -> str | None:
    return None if data.disk is None else check_free_space(data.disk, data.config.disk_free_mb)


@monitor("inodes", scope=Scope.ARCHIVE)
def check_inodes(data: RunData) -> str | None:
    return None if data.disk is None else check_free_inodes(data.disk)

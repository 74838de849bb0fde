"""Parser of FINEWS_CHANNEL_MINUTES: one cron line can poll channels at different intervals."""

from __future__ import annotations

from datetime import timedelta

from finews_crawler.config.values import read, whole_number
from finews_crawler.sources import CHANNELS
from finews_crawler.utils.nearest import did_you_mean

EXAMPLE = "fast=5,columns=30,market=60"
GROUPS = tuple(dict.fromkeys(name.partition(":")[0] for name in CHANNELS))
"""Families: ``columns`` is every column without an interval of its own."""
LONGEST = 999_999
"""Minutes; about two years."""


def poll_intervals(text: str) -> dict[str, timedelta]:
    """Return the interval of each channel that the setting names; a channel without one is due in every run.

    >>> {name: str(interval) for name, interval in poll_intervals("fast=5, market=60, market:38=10").items()}
    {'market:37': '1:00:00', 'market:38': '0:10:00', 'market:39': '1:00:00', 'fast': '0:05:00'}
    >>> poll_intervals("rolling=soon")
    Traceback (most recent call last):
    ValueError: must be intervals such as fast=5,columns=30,market=60, got 'rolling=soon': rolling must be a whole \
number of minutes from 1 to 999999, got 'soon'
    """
    try:
        given = _given(text)
    except ValueError as error:
        raise ValueError(f"must be intervals such as {EXAMPLE}, got {text!r}: {error}") from None
    intervals = {name: given.get(name, given.get(name.partition(":")[0])) for name in CHANNELS}
    return {name: interval for name, interval in intervals.items() if interval is not None}


def _given(text: str) -> dict[str, timedelta]:
    given: dict[str, timedelta] = {}
    for word in filter(None, map(str.strip, text.split(","))):
        name, _, minutes = map(str.strip, word.partition("="))
        if name not in CHANNELS and name not in GROUPS:
            known = list(dict.fromkeys([*CHANNELS, *GROUPS]))
            raise ValueError(f"unknown channel {name!r}{did_you_mean(name, known)} (known: {', '.join(known)})")
        if name in given:
            raise ValueError(f"{name} is given twice")
        given[name] = timedelta(minutes=read(name, minutes, whole_number(LONGEST, unit="minutes")))
    return given

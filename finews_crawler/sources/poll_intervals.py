"""How often each channel is due: so one cron line serves channels of different pace. Pure: the moment is passed in."""

from __future__ import annotations

from datetime import timedelta

from finews_crawler.sources import CHANNELS

EXAMPLE = "rolling=5,media=30,market=60"
KINDS = tuple(dict.fromkeys(name.partition(":")[0] for name in CHANNELS))
"""``market`` stands for all markets that have no pace of their own."""


def parse_poll_intervals(text: str) -> dict[str, timedelta]:
    """The time between two readings of each channel that FINEWS_CHANNEL_MINUTES names. Raises ValueError.

    >>> {name: str(between) for name, between in parse_poll_intervals("rolling=5, market=60, market:38=10").items()}
    {'rolling': '0:05:00', 'market:37': '1:00:00', 'market:38': '0:10:00', 'market:39': '1:00:00'}
    """
    given: dict[str, timedelta] = {}
    for word in filter(None, map(str.strip, text.split(","))):
        name, minutes = _read_word(word)
        if name in given:
            raise ValueError(f"{name} is there twice")
        given[name] = timedelta(minutes=minutes)
    found = {name: given.get(name, given.get(name.partition(":")[0])) for name in CHANNELS}
    return {name: between for name, between in found.items() if between is not None}


def _read_word(word: str) -> tuple[str, int]:
    name, _, minutes = map(str.strip, word.partition("="))
    if name not in CHANNELS and name not in KINDS:
        raise ValueError(f"unknown channel {name!r} (known: {', '.join(dict.fromkeys([*CHANNELS, *KINDS]))})")
    if not (minutes.isascii() and minutes.isdigit() and 0 < len(minutes) < 7 and int(minutes)):
        raise ValueError(f"{word!r} is not {name}= and a whole number of minutes from 1")
    return name, int(minutes)

"""How large the log may grow, as the settings say it."""

from __future__ import annotations

import math
from typing import NamedTuple

MEGABYTE = 1_000_000
MOST_FILES = 1000


class LogLimits(NamedTuple):
    """A file of the log, and how many of those before it."""

    largest: int
    """Bytes."""
    keep: int


def read_limits(megabytes: str, keep: str) -> LogLimits:
    """What FINEWS_LOG_MAX_MB and FINEWS_LOG_KEEP mean. Raises ValueError, naming the setting.

    >>> read_limits("10", "5")
    LogLimits(largest=10000000, keep=5)
    >>> read_limits("0", "5")
    Traceback (most recent call last):
    ValueError: FINEWS_LOG_MAX_MB='0' is not a number of megabytes above 0; for example: FINEWS_LOG_MAX_MB=10
    """
    size = _number(megabytes) * MEGABYTE
    if not 1 <= size < math.inf:
        advice = "for example: FINEWS_LOG_MAX_MB=10"
        raise ValueError(f"FINEWS_LOG_MAX_MB={megabytes!r} is not a number of megabytes above 0; {advice}")
    files = _number(keep)
    if not 1 <= files <= MOST_FILES or files % 1:
        advice = "for example: FINEWS_LOG_KEEP=5"
        raise ValueError(f"FINEWS_LOG_KEEP={keep!r} is not a whole number from 1 to {MOST_FILES}; {advice}")
    return LogLimits(int(size), int(files))


def _number(text: str) -> float:
    """Not a number (``nan``) for what is none: no comparison with it holds."""
    try:
        return float(text)
    except ValueError:
        return math.nan

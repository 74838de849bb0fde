"""Durations and sizes in units for readers, and counts as shades."""

from __future__ import annotations

from collections.abc import Iterable

MINUTE, HOUR, DAY = 60, 3600, 86_400
UNITS = ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes"), (1, "seconds"))


def format_duration(seconds: float | None) -> str:
    """Return a duration in its two largest units; '' for None.

    >>> [format_duration(seconds) for seconds in (4, 200, 7500, 3 * 86400 + 3600, None)]
    ['4 s', '3 min 20 s', '2 h 5 min', '3 d 1 h', '']
    """
    if seconds is None:
        return ""
    whole = round(seconds)
    parts = ((whole // DAY, "d"), (whole % DAY // HOUR, "h"), (whole % HOUR // MINUTE, "min"), (whole % MINUTE, "s"))
    first = next((at for at, (number, _) in enumerate(parts) if number), len(parts) - 1)
    return " ".join(f"{number} {unit}" for number, unit in parts[first : first + 2] if number) or "0 s"


def format_size(number: float) -> str:
    """Return a number of bytes in decimal units.

    >>> format_size(900), format_size(3_400_000), format_size(2_000_000_000)
    ('900 B', '3.4 MB', '2.0 GB')
    """
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def level_of(count: int, most: int, levels: int) -> int:
    """Return the shade of a count in a calendar: 0 for none, up to *levels* from *most*.

    >>> [level_of(count, 100, 4) for count in (0, 1, 25, 26, 100, 200)], level_of(0, 0, 4)
    ([0, 1, 1, 2, 4, 4], 0)
    """
    return min(-(-levels * count // most), levels) if count else 0


def common_unit(seconds: Iterable[float | None]) -> tuple[int, str]:
    """Return the largest unit, as seconds and name, of which the longest duration has at least two.

    >>> common_unit([40, None, 700]), common_unit([None]), common_unit([90_000 * 2])
    ((60, 'minutes'), (1, 'seconds'), (86400, 'days'))
    """
    largest = max((value for value in seconds if value is not None), default=0)
    return next(((length, name) for length, name in UNITS if largest >= 2 * length), UNITS[-1])

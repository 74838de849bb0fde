"""Kinds and names of days in China: workdays, weekends and holidays.

Source: the ``holidays`` package (country CN), with the days off and the make-up workdays that the State Council
announces. For a year without an announcement yet it has the statutory holidays only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

import holidays

ONE_DAY = timedelta(days=1)
SATURDAY = 5
OBSERVED = " (observed)"
SUBSTITUTED = "Day off ("


def unannounced(first: date, last: date) -> list[int]:
    """Return the years from *first* to *last* for which ``holidays`` has no announcement.

    It has make-up workdays for every year since 2004, and none before the release that follows an announcement, in
    November for the next year. Nothing tells then that the days around a holiday are guesses.

    >>> unannounced(date(2004, 1, 1), date(2026, 12, 31)), unannounced(date(2098, 12, 1), date(2099, 1, 31))
    ([], [2098, 2099])
    """
    years = range(first.year, last.year + 1)
    known = {day.year for day in holidays.country_holidays("CN", years=years, expand=False).weekend_workdays}
    return [year for year in years if year not in known]


class DayKind(StrEnum):
    """Kind of a day. Only days of the same kind are compared with each other."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class Calendar:
    """Kinds and names of the days from *first* to *last*.

    >>> calendar = Calendar(date(2026, 9, 1), date(2026, 10, 31))
    >>> calendar.kind(date(2026, 9, 20)).value, calendar.name(date(2026, 9, 20))
    ('workday', 'make-up workday')
    >>> calendar.kind(date(2026, 10, 6)).value, calendar.name(date(2026, 10, 6))
    ('holiday', 'National Day')
    """

    def __init__(self, first: date, last: date) -> None:
        # Consecutive days off may extend into the next year.
        years = range(first.year - 1, last.year + 2)
        self._holidays = holidays.country_holidays("CN", years=years, expand=False, language="en_US")
        self._kinds: dict[date, DayKind] = {}

    def kind(self, day: date) -> DayKind:
        """Return the kind of *day*. A weekend within a holiday is a holiday, as in the State Council's announcements.

        >>> calendar = Calendar(date(2026, 1, 1), date(2026, 12, 31))
        >>> [calendar.kind(date(2026, 6, day)).value for day in (12, 13, 19, 20, 21)]
        ['workday', 'weekend', 'holiday', 'holiday', 'holiday']
        """
        if day not in self._kinds:
            self._kinds[day] = self._kind(day)
        return self._kinds[day]

    def _kind(self, day: date) -> DayKind:
        if not self._is_off(day):
            return DayKind.WORKDAY
        return (
            DayKind.HOLIDAY if any(other in self._holidays for other in self._days_off_around(day)) else DayKind.WEEKEND
        )

    def name(self, day: date) -> str:
        """Return the holiday's name, ``weekend`` or ``make-up workday``; '' for an ordinary workday.

        >>> calendar = Calendar(date(2022, 1, 1), date(2022, 12, 31))
        >>> [calendar.name(date(2022, *day)) for day in ((5, 3), (5, 4), (5, 7), (5, 8), (5, 9))]
        ['Labor Day', 'Labor Day', 'make-up workday', 'weekend', '']
        """
        kind = self.kind(day)
        if kind is DayKind.WORKDAY:
            return "make-up workday" if day.weekday() >= SATURDAY else ""
        if kind is DayKind.WEEKEND:
            return "weekend"
        candidates = (self._holidays.get(other, "") for other in (day, *self._days_off_around(day)))
        names = [name.removesuffix(OBSERVED) for name in candidates if name and not name.startswith(SUBSTITUTED)]
        return names[0] if names else "holiday"

    def _is_off(self, day: date) -> bool:
        return not self._holidays.is_working_day(day)

    def _days_off_around(self, day: date) -> Iterator[date]:
        first = day
        while self._is_off(first - ONE_DAY):
            first -= ONE_DAY
        while self._is_off(first):
            yield first
            first += ONE_DAY


def days_of(first: date, last: date) -> list[date]:
    """Return the days from *first* to *last*, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]

"""Days off and make-up workdays, as the State Council announced them."""

from __future__ import annotations

from datetime import date

import pytest

from finews_crawler.operate.coverage.calendar import Calendar, DayKind, days_of

CALENDAR = Calendar(date(2021, 1, 1), date(2026, 12, 31))


# From the announcement for 2022: seven days off from 31 January, make-up workdays on 29 and 30 January, and so on.
@pytest.mark.parametrize(
    ("first", "last", "made_up"),
    [
        (date(2022, 1, 31), date(2022, 2, 6), [date(2022, 1, 29), date(2022, 1, 30)]),
        (date(2022, 4, 30), date(2022, 5, 4), [date(2022, 4, 24), date(2022, 5, 7)]),
        (date(2022, 10, 1), date(2022, 10, 7), [date(2022, 10, 8), date(2022, 10, 9)]),
        (date(2026, 2, 15), date(2026, 2, 23), [date(2026, 2, 14), date(2026, 2, 28)]),
    ],
)
def test_all_days_off_of_a_holiday_are_holidays(first: date, last: date, made_up: list[date]) -> None:
    kinds = {day: CALENDAR.kind(day) for day in days_of(first, last)}
    assert set(kinds.values()) == {DayKind.HOLIDAY}
    assert "" not in {CALENDAR.name(day) for day in kinds}
    assert [(CALENDAR.kind(day), CALENDAR.name(day)) for day in made_up] == [
        (DayKind.WORKDAY, "make-up workday")
    ] * len(made_up)


def test_a_weekend_outside_a_holiday_is_a_weekend() -> None:
    kinds = [CALENDAR.kind(date(2022, 5, day)) for day in (13, 14, 15, 16)]
    assert kinds == [DayKind.WORKDAY, DayKind.WEEKEND, DayKind.WEEKEND, DayKind.WORKDAY]


def test_a_holiday_may_extend_into_the_next_year() -> None:
    # 30 December 2023 to 1 January 2024, in the calendars of both years.
    for year in (2023, 2024):
        calendar = Calendar(date(year, 6, 1), date(year, 6, 2))
        names = {calendar.name(day) for day in days_of(date(2023, 12, 30), date(2024, 1, 1))}
        assert names == {"New Year's Day"}


def test_names_do_not_depend_on_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    assert Calendar(date(2022, 1, 1), date(2022, 1, 2)).name(date(2022, 5, 1)) == "Labor Day"

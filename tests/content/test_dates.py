"""Times: every spelling of upstream is parsed as a time in Beijing, anything else as None."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.dates import format_published_at, parse_published_at, publication_day
from finews_crawler.utils.timezone import BEIJING

MOMENT = datetime(2022, 5, 18, 9, 31, 7, tzinfo=BEIJING)

wall_clocks = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)).map(  # noqa: DTZ001 (a wall clock)
    lambda moment: moment.replace(microsecond=0)
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    "spelling",
    [
        "2022-05-18 09:31:07",
        " 2022-05-18 09:31:07\r\n",
        "2022-5-18 9:31:07",
        "2022/05/18 09:31:07",
        "2022/5/18 9:31:07",
        "2022-05-18T09:31:07",
        "2022-05-18  09:31:07",
        "2022-05-18 09:31:07.0",
        "2022-05-18 09:31:07.999999",
        "2022-05-18 09:31:07 +0800",
        "2022-05-18 09:31:07+08:00",
        "2022-05-18T01:31:07Z",
        "2022-05-18 01:31:07 +0000",
        "2022-05-17T21:31:07-04:00",
        "2022-05-18 07:01:07 +05:30",
        "1652837467000",
        "1652837467999",
    ],
)
def test_every_spelling_is_parsed_as_the_same_time(spelling: str) -> None:
    parsed = parse_published_at(spelling)
    assert parsed == MOMENT
    assert parsed.utcoffset() == timedelta(hours=8)
    assert parsed.microsecond == 0


def test_a_date_without_a_time_is_midnight_in_beijing() -> None:
    assert parse_published_at("2022-05-18") == datetime(2022, 5, 18, tzinfo=BEIJING)
    assert parse_published_at("2022-05-18 09:31") == datetime(2022, 5, 18, 9, 31, tzinfo=BEIJING)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "5",
        "18",
        "2022",
        "2022-05",
        "05-18 09:31",
        "09:31:07",
        "20220518",
        "today",
        "null",
        "None",
        "刚刚",
        "2022-02-30 00:00:00",
        "2021-02-29 00:00:00",
        "2022-13-01 00:00:00",
        "2022-18-05",
        "2022-00-10 00:00:00",
        "2022-05-00 00:00:00",
        "2022-05-18 24:00:00",
        "2022-05-18 09+08:00",
        "2022-05-18x09:31:07",
        "2022-W20-3 09:31:07",
        "20220518T093107.000",
        "2022-05-18 09:60:00",
        "2022-05-18 09:31:60",
        "2022-05-18 09:31:07 +99:99",
        "2022-05-18 09:31:07 +24:00",
        "2022-05-18 09:31:07 CST",
        "2022-05-18 09:31:07 and more",
        "２０２２-０５-１８ ０９:３１:０７",
        "2022-05-18\u300009:31:07",
        "0000-00-00 00:00:00",
        "0001-01-01 00:00:00",
        "0001-01-01 00:00:00 +0900",
        "1970-01-01 08:00:00",
        "1989-12-31 23:59:59",
        "9999-12-31 23:59:59 -1200",
        "0000000000000",
        "165283746700",
        "16528374670000",
        "1652837467",
    ],
)
def test_an_incomplete_date_is_none(value: str) -> None:
    assert parse_published_at(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1990-01-01 00:00:00", "1990-01-01T00:00:00+08:00"),
        ("1989-12-31T16:00:00Z", "1990-01-01T00:00:00+08:00"),
        ("2024-02-29 23:59:59", "2024-02-29T23:59:59+08:00"),
        # Beijing had daylight saving time from 1986 to 1991; the archive uses +0800 throughout.
        ("1990-07-01 12:00:00", "1990-07-01T12:00:00+08:00"),
    ],
)
def test_the_edges(value: str, expected: str) -> None:
    parsed = parse_published_at(value)
    assert parsed is not None
    assert parsed.isoformat() == expected


@given(clock=wall_clocks)
def test_parse_inverts_format_published_at(clock: datetime) -> None:
    moment = clock.replace(tzinfo=BEIJING)
    assert parse_published_at(format_published_at(moment)) == moment


@given(clock=wall_clocks)
def test_a_time_without_a_zone_is_in_beijing(clock: datetime) -> None:
    assert parse_published_at(f"{clock:%Y-%m-%d %H:%M:%S}") == clock.replace(tzinfo=BEIJING)


@given(clock=wall_clocks, zone=zones)
def test_a_time_with_a_zone_is_converted(clock: datetime, zone: timezone) -> None:
    moment = clock.replace(tzinfo=zone)
    parsed = parse_published_at(moment.isoformat())
    assert parsed == moment
    assert parsed.utcoffset() == timedelta(hours=8)


@given(clock=wall_clocks)
def test_milliseconds_since_the_epoch(clock: datetime) -> None:
    moment = clock.replace(tzinfo=UTC) + timedelta(days=4300)  # thirteen digits begin in September 2001
    assert parse_published_at(str(int(moment.timestamp()) * 1000)) == moment


@given(value=st.text() | st.text("0123456789-/: TZ+.", max_size=30) | st.from_regex(r"\A\d{4}-\d{2}-\d{2} \d+:\d+:\d+"))
def test_any_text_is_none_or_an_aware_time(value: str) -> None:
    parsed = parse_published_at(value)
    assert parsed is None or (parsed.utcoffset() == timedelta(hours=8) and parsed.year >= 1990)


@given(clock=wall_clocks, zone=zones)
def test_format_published_at_converts_to_beijing(clock: datetime, zone: timezone) -> None:
    moment = clock.replace(tzinfo=BEIJING)
    assert format_published_at(moment.astimezone(zone)) == f"{clock:%Y-%m-%d %H:%M:%S} +0800"
    assert publication_day(moment.astimezone(zone)) == clock.date()


def test_publication_day_changes_at_midnight_in_beijing() -> None:
    last = datetime(2022, 5, 18, 15, 59, 59, tzinfo=UTC)
    assert publication_day(last) == date(2022, 5, 18)
    assert publication_day(last + timedelta(seconds=1)) == date(2022, 5, 19)

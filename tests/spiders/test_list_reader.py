"""`spiders.list_reader`: how far a list is read, and why it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from finews_crawler.items import Article
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.spiders.list_reader import MOST_WITHOUT_TIMES, ListReader, next_day
from finews_crawler.utils.timezone import BEIJING

NOON = datetime(2026, 9, 12, 12, tzinfo=BEIJING)
DAY = NOON.date()


def page(*hours_ago: float | None, next_page: str = "2", outcome: Outcome = Outcome.ARTICLES) -> ParsedList:
    """Return a page of rows that are so many hours older than noon; None for a row without a time."""
    times = [None if hours is None else NOON - timedelta(hours=hours) for hours in hours_ago]
    codes = [f"NW{int((999 if hours is None else hours + 9) * 60):018}" for hours in hours_ago]
    rows = [Article(code, published_at=time) for code, time in zip(codes, times, strict=True)]
    return ParsedList(outcome, rows, next_page=next_page)


def reader(name: str = "columns:345", at: str | None = None) -> ListReader:
    return ListReader(f"channel {name}", CHANNELS[name], at)


def test_a_list_is_read_until_a_row_is_older_than_the_day() -> None:
    one = reader()
    assert one.must_go_on(DAY)
    one.take(page(0, 1, 2))
    assert (one.must_go_on(DAY), one.must_go_on(DAY + timedelta(days=1))) == (True, False)
    one.take(page(10, 13, 14, 15, next_page="3"))
    assert (one.must_go_on(DAY), one.must_go_on(DAY - timedelta(days=1))) == (False, True)
    assert not one.ends_after(DAY)


def test_single_rows_with_wrong_times_do_not_end_a_day() -> None:
    one = reader()
    one.take(page(10_000, 0, 1, 2, 10_000))  # a pinned row, and one with a wrong time
    assert one.day_reached == DAY
    one.take(page(None, None, next_page="3"))
    assert one.day_reached == DAY
    assert one.must_go_on(DAY)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("1", page(0, next_page="")),  # the last page
        ("2", page(0, next_page="2")),  # a page that names itself
        ("1", page(next_page="2", outcome=Outcome.NO_NEWS)),
        ("1", page(0, next_page="../2")),
    ],
)
def test_ends_of_a_list(at: str, found: ParsedList) -> None:
    one = reader(at=at)
    one.take(page(-1, next_page=at))
    one.has_more, one.page = True, at
    one.take(found)
    assert not one.must_go_on(DAY)
    assert one.ends_after(DAY)


def test_a_list_that_repeats_its_last_page_ends() -> None:
    one = reader()
    one.take(page(0, 1, 2, next_page="2"))
    one.take(page(1, 2, 3, next_page="3"))  # moved by new rows at the top
    assert one.has_more
    one.take(page(2, 3, next_page="4"))
    assert not one.has_more
    assert one.ends_after(DAY)


def test_no_page_is_skipped() -> None:
    one = reader()
    one.take(page(0, 1, next_page="50"))
    assert (one.page, one.has_more) == ("2", True)


def test_a_list_that_begins_again_ends() -> None:
    one = reader()
    for number in (1, 2, 3):
        one.take(page(number, number + 0.5, next_page=str(number + 1)))
        assert one.has_more
    one.take(page(1, 1.5, next_page="5"))
    assert not one.has_more


def test_a_list_without_times_is_not_read_for_ever() -> None:
    one = reader()
    one.take(page(0, 1, 2))
    for number in range(1, MOST_WITHOUT_TIMES):
        one.take(timeless_page(number))
        assert (one.must_go_on(DAY), one.lacks_times) == (True, False)
    one.take(timeless_page(MOST_WITHOUT_TIMES))
    assert (one.must_go_on(DAY), one.lacks_times) == (False, True)
    other = reader()
    other.take(timeless_page(1))
    assert other.lacks_times


def timeless_page(number: int) -> ParsedList:
    return ParsedList(Outcome.ARTICLES, [Article(f"NW{number:018}")], next_page=str(number + 2))


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.CHANGED_SHAPE])
def test_a_list_that_failed_is_not_said_to_end(outcome: Outcome) -> None:
    one = reader()
    one.take(page(0, 1))
    one.take(ParsedList(outcome))
    assert one.has_failed
    assert not one.must_go_on(DAY)
    assert not one.ends_after(DAY)


def test_a_list_without_pages_ends_after_its_first_response() -> None:
    one = reader("media")
    one.take(page(0, 30, 31, 32, next_page=""))
    assert not one.must_go_on(DAY)
    assert one.ends_after(DAY - timedelta(days=1))
    assert not one.ends_after(DAY)


def test_days_are_done_newest_first() -> None:
    one, other = reader(), reader("columns:344")
    one.take(page(0, 1, 2))
    other.take(page(24, 25, 26, next_page=""))
    assert next_day([one, other], [DAY - timedelta(days=1)], None) == DAY
    one.take(page(50, 51, 52, next_page="3"))
    assert next_day([one, other], [DAY - timedelta(days=1)], None) == DAY - timedelta(days=1)
    assert next_day([one, other], [], None) == DAY - timedelta(days=2)
    assert next_day([one, other], [], date(2026, 9, 11)) is None
    assert next_day([other], [], None) is None

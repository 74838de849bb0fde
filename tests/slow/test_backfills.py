"""A killed backfill repeats only the requests that were in progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from finews_crawler.sources.eastmoney_web import fast
from finews_crawler.testing.origin.articles import ROLLING, OriginArticle, generate
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.testing.origin.timestamps import SHOWTIME
from tests.slow.backfill_kills import Part, digits_to_hold, parts, problems_of
from tests.support.scrapy_command import Scrapy

WHOLE = Part(frozenset({"1"}), Counter({"2": 1, "3": 1}), frozenset({"1", "2", "3"}), 0, "")


def test_a_killed_backfill_goes_on_where_it_was(scrapy: Scrapy) -> None:
    with running_origin(150, seed=2) as origin:
        scrapy = scrapy.at(origin.url)
        done = list(parts(scrapy, origin, kills=3, seed=2))
        assert problems_of(digits_to_hold(origin), done) == []
        assert scrapy("audit").status == 0


SINCE, UNTIL = datetime(2026, 8, 1), datetime(2026, 8, 30)  # noqa: DTZ001 (local time in Beijing, as the origin has it)
EVERY = timedelta(minutes=80)
DAYS = (f"since={SINCE:%Y-%m-%d}", f"until={UNTIL:%Y-%m-%d}")


def month_of_news() -> Iterator[OriginArticle]:
    """Yield articles of the 7×24 list at even intervals, newest first: August 2026, and a day before and after it."""
    shown, end = UNTIL + timedelta(days=2), SINCE - timedelta(days=1)
    number = int((shown - end) / EVERY)
    for place, article in enumerate(generate(number, seed=4)):
        shown -= EVERY
        code, channels = f"NW{shown:%Y%m%d}{9_000_000_000 - place}", article.channels | {ROLLING}
        yield replace(article, info_code=code, showtime=shown.strftime(SHOWTIME), channels=channels, blank_row=False)


def test_thirty_days_of_the_cursor_with_kills(scrapy: Scrapy) -> None:
    """Complete, without a duplicate or a gap; a killed run repeats only lists, and what was in progress."""
    command = ("crawl", "channel", "-a", "channels=fast", "-a", "count=50", *(f"-a{days}" for days in DAYS))
    with running_origin(articles=list(month_of_news())) as origin:
        scrapy = scrapy.at_today(origin.url)
        begin, end = SINCE.isoformat(" "), f"{UNTIL:%F} 24"
        wanted = [article for article in origin.articles if begin <= article.showtime < end]
        done = list(parts(scrapy, origin, kills=4, seed=3, command=command, number=len(wanted)))
        pages = origin.stats()["paths"][fast.PATH.partition("?")[0]]
    assert problems_of({article.info_code[2:] for article in wanted}, done) == []
    assert len(list(scrapy.posts.iterdir())) == len(wanted) == 30 * 18
    assert pages <= 5 * (len(wanted) // 50 + 3)
    run = scrapy("coverage", "--since", str(SINCE.date()), "--until", str(UNTIL.date()))
    assert (run.status, run.log.splitlines()[-1][-9:]) == (0, ": no gaps"), run.log
    assert scrapy("audit").status == 0


def test_repeated_requests_and_missing_articles_are_reported() -> None:
    assert problems_of({"1", "2", "3"}, [WHOLE]) == []
    again, twice = replace(WHOLE, asked=Counter({"1": 1})), replace(WHOLE, asked=Counter({"2": 2}))
    assert problems_of({"1"}, [again]) == ["run 1: 1 were held and asked for again"]
    assert problems_of({"1"}, [twice])[0] == "run 1: 1 were asked for twice in one run"
    assert problems_of({"4"}, [WHOLE]) == ["1 are missing"]
    assert problems_of({"1"}, [WHOLE, WHOLE])[0] == "run 1 was over before its kill"
    assert problems_of({"1"}, [replace(WHOLE, status=3, log="why")]) == ["the last run ended with 3: why"]
    assert problems_of({"1"}, [replace(WHOLE, status=-9), WHOLE]) == ["2 asked for again, 0 were in flight"]

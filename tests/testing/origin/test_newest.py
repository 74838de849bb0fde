"""Articles dated relative to a given time: the same ones, on other days."""

from __future__ import annotations

from datetime import datetime

from finews_crawler.testing.origin.articles import generate


def test_newest_moves_the_days_of_the_articles_and_nothing_else() -> None:
    newest = datetime.fromisoformat("2026-09-19T16:30:00+00:00")
    moved, fixed = generate(300, 1, newest), generate(300, 1)
    assert moved[0].showtime == "2026-09-20 00:30:00", "in Beijing"
    assert [one.info_code[2:10] for one in moved] == [one.showtime[:10].replace("-", "") for one in moved]
    assert [one.showtime for one in moved] == sorted((one.showtime for one in moved), reverse=True)
    assert [(one.info_code[10:], one.media_name, one.channels) for one in moved] == [
        (one.info_code[10:], one.media_name, one.channels) for one in fixed
    ]
    assert generate(300, 1, newest) == moved

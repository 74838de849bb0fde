"""`finews crawl channel` with today's lists: by their names, and a list that has no data."""

from __future__ import annotations

from pathlib import Path

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.testing.origin.web_rows import columns_of
from tests.support.scrapy_command import Run, Scrapy

SOME_FAILED = 3


def poll(data: Path, origin: RunningOrigin, channels: str) -> Run:
    return Scrapy.into_folder(data).at_today(origin.url)("crawl", "channel", "-a", f"channels={channels}")


def test_channels_are_polled_by_their_names(tmp_path: Path) -> None:
    with running_origin(40) as origin:
        run = poll(tmp_path / "data", origin, "要闻精华,kuaixun")
        paths = origin.stats()["paths"]
    listed = [item for item in origin.articles if 345 in columns_of(item) or "rolling" in item.channels]
    assert run.status == 0, run.log
    assert run.summaries()[-1]["new"] == len(listed)
    assert (paths["/comm/web/getNewsByColumns"], paths["/comm/web/getFastNewsList"]) == (1, 1)


def test_a_list_that_never_has_data_fails_and_is_no_ban(tmp_path: Path) -> None:
    with running_origin(20, faults=["no-data=9"]) as origin:
        run = poll(tmp_path / "data", origin, "fast")
    assert run.status == SOME_FAILED, run.log
    assert "no_data: channel fast at http" in run.log
    assert "blocked" not in run.log


def test_more_rows_than_a_list_gives_are_reported(tmp_path: Path) -> None:
    with running_origin(20) as origin:
        scrapy = Scrapy.into_folder(tmp_path / "data").at_today(origin.url)
        run = scrapy("crawl", "channel", "-a", "channels=fast,columns:345", "-a", "count=500")
    assert run.log.count("count=500: at most 200 rows in one response of fast, columns:345\n") == 1

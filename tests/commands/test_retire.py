"""``finews retire``: older posts leave the site, and remain the archive's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.retire import Retired, retire
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import article_from
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import Scrapy

ALL_WELL, ARGUMENTS, SOME_FAILED = 0, 2, 3


def posts(scrapy: Scrapy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}


def old_posts(scrapy: Scrapy) -> dict[str, bytes]:
    folder = scrapy.data / "old_post"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_old_posts_move_and_their_rows_follow(crawled: Scrapy) -> None:
    before = posts(crawled)
    run = crawled("retire", "--keep-days", "3", "--yes")
    assert run.status == ALL_WELL, run.log
    assert f"retired {len(before)};" in run.log
    assert posts(crawled) == {}
    assert old_posts(crawled) == {f"{name[:4]}/{name[5:7]}/{name}": content for name, content in before.items()}
    assert "retired 0" in crawled("retire", "--keep-days", "3", "--yes").log


def test_the_days_to_keep_are_counted_in_beijing(tmp_path: Path) -> None:
    archive = Archive(DataDirectory(tmp_path), PostUrls())
    last_of_may = datetime(2022, 5, 31, 16, 0, 0, tzinfo=UTC)
    for second in (-1, 0):
        moment = last_of_may + timedelta(seconds=second)
        article = article_from("media", f"NW20220531000000000{second + 1}", title="标题", published_at=moment)
        archive.store([derive(article, PostUrls())[0]])
    (moved,) = retire(archive, date(2022, 6, 1), dry_run=False)
    archive.close()
    assert moved == ("site/_posts/2022-05-31-202205310000000000.md", Retired.RETIRED)
    assert [path.parent.name for path in (tmp_path / "old_post").rglob("*.md")] == ["05"]
    assert [path.name for path in (tmp_path / "site/_posts").iterdir()] == ["2022-06-01-202205310000000001.md"]


def test_retired_articles_are_not_fetched_again(crawled: Scrapy, origin: RunningOrigin) -> None:
    crawled("retire", "--keep-days", "3", "--yes")
    old, asked = old_posts(crawled), origin.stats()["paths"]["/NewsData/GetNewsText.do"]
    assert crawled("crawl", "channel").status == ALL_WELL
    assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == asked
    assert posts(crawled) == {}
    assert old_posts(crawled) == old
    (crawled.data / "index.sqlite").unlink()
    assert "unreadable 0" in crawled("reindex", str(crawled.data)).log
    assert f"unchanged {len(old)}" in crawled("rebuild").log
    assert old_posts(crawled) == old


def test_a_post_changed_by_hand_is_left(crawled: Scrapy) -> None:
    name, *others = sorted(posts(crawled))
    (crawled.posts / name).write_bytes(b"mine")
    run = crawled("retire", "--keep-days", "3", "--yes")
    assert run.status == SOME_FAILED
    assert f"left: site/_posts/{name} differs from the index" in run.log
    assert posts(crawled) == {name: b"mine"}
    assert len(old_posts(crawled)) == len(others)


@pytest.mark.parametrize("options", [(), ("--dry-run",), ("--dry-run", "--yes")])
def test_without_yes_nothing_moves(crawled: Scrapy, options: tuple[str, ...]) -> None:
    before = crawled.snapshot()
    run = crawled("retire", "--keep-days", "3", *options)
    assert {line.removeprefix("site/_posts/") for line in run.log.splitlines()[:-1]} == posts(crawled).keys()
    assert f"would be retired {len(posts(crawled))}; to move them: add --yes" in run.log
    assert crawled.snapshot() == before


def test_undo_moves_retired_posts_back(crawled: Scrapy) -> None:
    before = posts(crawled)
    crawled("retire", "--keep-days", "3", "--yes")
    assert f"would be restored {len(before)}" in crawled("retire", "--undo").log
    assert "would be restored 0" in crawled("retire", "--undo", "--keep-days", "3").log
    assert posts(crawled) == {}
    run = crawled("retire", "--undo", "--yes")
    assert run.status == ALL_WELL, run.log
    assert f"; posts are in {crawled.posts}" in run.log
    assert (posts(crawled), old_posts(crawled)) == (before, {})
    assert crawled("audit").status == ALL_WELL


def test_undo_leaves_a_post_whose_place_is_taken(crawled: Scrapy) -> None:
    crawled("retire", "--keep-days", "3", "--yes")
    name = next(iter(old_posts(crawled)))
    (crawled.posts / Path(name).name).write_bytes(b"mine")
    run = crawled("retire", "--undo", "--yes")
    assert run.status == SOME_FAILED
    assert list(old_posts(crawled)) == [name]
    assert posts(crawled)[Path(name).name] == b"mine"


@pytest.mark.parametrize("arguments", [[], ["--keep-days", "0"], ["--keep-days", "3", "now"]], ids=" ".join)
def test_wrong_arguments(scrapy: Scrapy, arguments: list[str]) -> None:
    run = scrapy("retire", *arguments)
    assert run.status == ARGUMENTS
    assert len(run.log.splitlines()) == 1
    assert "for example: finews retire --keep-days 90" in run.log
    assert not scrapy.data.exists()

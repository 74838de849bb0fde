"""`middlewares.skip_archived`: archived articles of a list are not requested, and those that it shows as they are are
counted at once, with what the pipelines would find and do."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from finews_crawler.testing.origin.server import running_origin
from tests.support.long_way import LONG_WAY
from tests.support.scrapy_command import Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

ARTICLES = 40


def change(data: Path) -> None:
    """Change an archive in the ways in which articles of a list can differ from it."""
    posts = sorted((data / "site" / "_posts").iterdir())
    posts[0].unlink()
    posts[1].write_text("edited")
    with sqlite3.connect(data / "index.sqlite") as connection:
        codes = [code for (code,) in connection.execute("SELECT info_code FROM article ORDER BY 1 LIMIT 8")]
        for assignment, code in zip(
            ("title = '另一个标题'", "is_stand_in = 1", "extraction = 0", "digest = ''", "origins = '{}'"),
            codes[2:],
            strict=False,
        ):
            connection.execute(f"UPDATE article SET {assignment} WHERE info_code = ?", [code])
    connection.close()


def counts(scrapy: Scrapy, *arguments: str) -> dict[str, int]:
    run = scrapy("crawl", "channel", *STATS_DUMP, *arguments)
    assert run.status == 0, run.log
    found = stats_of(run)
    return {name: number for name, number in found.items() if name.startswith(("finews/", "item_"))}


def posts_and_categories(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in (data / "site").rglob("*") if path.is_file()}


def test_the_short_way_counts_and_restores_what_the_pipelines_do(scrapy: Scrapy) -> None:
    other = scrapy.into(scrapy.data.with_name("other"))
    with running_origin(ARTICLES, seed=3) as origin:
        counts(scrapy.at(origin.url))
        change(scrapy.data)
        shutil.copytree(scrapy.data, other.data)
        short, long = counts(scrapy.at(origin.url)), counts(other.at(origin.url), *LONG_WAY)
    dropped = long["item_dropped_count"]
    assert dropped - short.get("item_dropped_count", 0) > ARTICLES / 2
    assert long["finews/persist/posts_restored"] == 1
    assert long["finews/articles/merged"] + long["finews/articles/revised"] > 0

    assert {k: v for k, v in short.items() if k.startswith("finews/")} == {
        k: v for k, v in long.items() if k.startswith("finews/")
    }
    assert posts_and_categories(scrapy.data) == posts_and_categories(other.data)


def test_unchanged_articles_are_not_passed_on(scrapy: Scrapy) -> None:
    with running_origin(ARTICLES, seed=3) as origin:
        counts(scrapy.at(origin.url))
        files = posts_and_categories(scrapy.data)
        for category in (scrapy.data / "site" / "category").iterdir():
            category.unlink()
        found = counts(scrapy.at(origin.url))
    assert posts_and_categories(scrapy.data) == files
    assert found["finews/articles/held"] == ARTICLES
    assert not [name for name in found if name.startswith("item_")]


def test_a_damaged_row_fails_its_own_article_only(scrapy: Scrapy) -> None:
    with running_origin(ARTICLES, seed=3) as origin:
        counts(scrapy.at(origin.url))
        with sqlite3.connect(scrapy.data / "index.sqlite") as connection:
            connection.execute("UPDATE article SET origins = '[' WHERE rowid = (SELECT min(rowid) FROM article)")
        connection.close()
        run = scrapy.at(origin.url)("crawl", "channel")
    (found,) = run.summaries()
    assert (found["held"], found["failed"]) == (ARTICLES - 1, 1)


def test_a_dry_run_restores_nothing(scrapy: Scrapy) -> None:
    with running_origin(ARTICLES, seed=3) as origin:
        counts(scrapy.at(origin.url))
        next(iter(scrapy.posts.iterdir())).unlink()
        (found,) = scrapy.at(origin.url)("crawl", "channel", "-a", "dry_run=1").summaries()
    assert found["held"] == ARTICLES
    assert len(list(scrapy.posts.iterdir())) == ARTICLES - 1

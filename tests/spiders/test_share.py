"""`spiders.share`: infoCodes, links, lists of both, and folders of posts."""

from __future__ import annotations

from pathlib import Path

from finews_crawler.spiders.share import ShareArguments
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED = 0, 3


def codes_of(scrapy: Scrapy) -> set[str]:
    return {f"NW{path.stem[-18:]}" for path in scrapy.posts.iterdir()}


def test_codes_and_bare_digits(scrapy: Scrapy, origin: RunningOrigin) -> None:
    one, other = (article.info_code for article in origin.articles[:2])
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"info_code={one},{other[2:]},{one}")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == {one, other}


def test_a_list_of_codes_and_links_with_comments(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    one, other, third = (article.info_code for article in origin.articles[4:7])
    listed = tmp_path / "codes.txt"
    listed.write_text(
        f"\ufeff# from the mailbox\n\n{one}  # first\n"
        f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={other}\n{third[2:]}\r\n{one}\n",
        encoding="utf-8",
    )
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"file={listed}")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == {one, other, third}
    (counts,) = run.summaries()
    assert (counts["found"], counts["new"], counts["merged"]) == (4, 3, 1)


def test_a_list_from_standard_input(scrapy: Scrapy, origin: RunningOrigin) -> None:
    code = origin.articles[0].info_code
    run = scrapy.at(origin.url)("crawl", "share", "-a", "file=-", stdin=f"{code}\n")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == {code}


def test_a_folder_of_posts_is_a_list(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    codes = [article.info_code for article in origin.articles[:3]]
    posts = tmp_path / "_posts"
    posts.mkdir()
    # Names in use: by infoCode, by digits alone, and the one that an empty showtime produced.
    for name in (f"2022-05-26-{codes[0]}.md", f"2022-05-26-{codes[1][2:]}.md", f"-{codes[2][2:]}.md"):
        (posts / name).write_text("---\n---\n", encoding="utf-8")
    (posts / "2021-12-01-init.md").write_text("---\n---\n", encoding="utf-8")
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"file={posts}")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == set(codes)


def test_a_page_without_an_info_code_is_rejected(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"url={origin.url}/robots.txt", *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert stats_of(run)["finews/rejected/no_info_code"] == 1


def test_a_missing_article_is_a_failure(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "share", "-a", "info_code=NW209901010000000000", *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert stats_of(run)["finews/failed/missing"] == 1
    assert not scrapy.posts.exists()


def test_days_are_checked_by_the_fetched_article(scrapy: Scrapy) -> None:
    with running_origin(300, seed=4) as running:
        days = sorted({article.showtime[:10] for article in running.articles})
        codes = ",".join(article.info_code for article in running.articles[:: len(running.articles) // 10])
        run = scrapy.at(running.url)("crawl", "share", "-a", f"info_code={codes}", "-a", f"since={days[-1]}")
    assert run.status == ALL_WELL, run.log
    assert {path.name[:10] for path in scrapy.posts.iterdir()} == {days[-1]}
    assert run.summaries()[0]["skipped"] > 0


def test_an_empty_list_is_not_an_error(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "share", "-a", "file=-", stdin="# nothing today\n")
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["found"] == 0
    assert not scrapy.data.exists()


def test_several_links_with_commas() -> None:
    link = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW20220518000000000{}"
    arguments = ShareArguments.parse({"url": f"{link.format(1)},{link.format(2)} {link.format(3)}"})
    assert arguments.url == tuple(f"NW20220518000000000{number}" for number in (1, 2, 3))

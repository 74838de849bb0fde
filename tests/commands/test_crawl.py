"""``finews crawl`` reports wrong arguments, settings and hosts in one line, and writes nothing then."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from finews_crawler.commands.crawl import Command
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.spiders.category import CategorySpider
from finews_crawler.spiders.channel import ChannelSpider
from finews_crawler.spiders.security import SecuritySpider
from finews_crawler.spiders.share import ShareSpider
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import CLOSED_PORT, Run, Scrapy

ARGUMENTS, SOME_FAILED, NOT_WRITABLE = 2, 3, 6

SHARE_CODE = "info_code=NW202205182383638060"
WRONG_ARGUMENTS = [
    ("channel", ["chanels=media"], "unknown argument 'chanels' (known: since, until, limit, refetch, dry_run"),
    (
        "channel",
        ["channels=media,yaowne"],
        "unknown channel 'yaowne'; did you mean yaowen? (known: rolling, media, market:37",
    ),
    ("channel", ["channels=,"], "channels is not set"),
    ("channel", ["count=501"], "count must be a whole number from 1 to 500, got '501'"),
    ("channel", ["count=many"], "count must be a whole number from 1 to 500, got 'many'"),
    ("channel", ["since=2022-02-30"], "since must be a day such as 2022-05-18, got '2022-02-30'"),
    ("channel", ["since=2022-05-02", "until=2022-05-01"], "since must not be later than until"),
    ("share", ["limit=0", SHARE_CODE], "limit must be a positive whole number, got '0'"),
    ("share", [], "give info_code=…"),
    (
        "share",
        ["info_code=../NW202205182383638060"],
        "info_code must be an infoCode such as NW202205182383638060",
    ),
    ("share", ["info_code=NW2022"], "info_code must be an infoCode such as NW202205182383638060, got 'NW2022'"),
    ("share", ["url=http://[bad"], "url must be a URL such as http://example.org, got 'http://[bad'"),
    ("share", ["url=NewsShare.html"], "url must be a URL such as http://example.org, got 'NewsShare.html'"),
    ("share", ["url=http://example.com/a"], "url must have an infoCode or be on the share site"),
    ("share", ["url=http://127.0.0.1:1/a"], "url must have an infoCode or be on the share site"),
    ("share", ["file=nowhere.txt"], "file must be a readable list or folder, got 'nowhere.txt'"),
    ("category", [], "give either category=… or all=1"),
    ("category", ["all=perhaps"], "all must be 1 or 0, got 'perhaps'"),
    ("category", ["all=1", "category=TechWeb"], "give either category=… or all=1"),
    ("category", ["category=../../etc"], "category must be a slug, an outlet or a URL, got '../../etc'"),
    ("category", ["category=http://example.com/category/a.html"], "category must be on the archive site"),
    ("category", ["category=http://[bad"], "category must be on the archive site"),
]


PAGE = "https://finance.eastmoney.com/a/202609183878840472.html"
SHARED = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202205182383638060"
MISPLACED = [
    (("channel", "--since", "2026-01-01"), "channel: unknown option '--since'", "channel -a since=2026-01-01"),
    (("channel", "--dry-run"), "channel: unknown option '--dry-run'", "channel -a dry_run=1"),
    (("--limit=5", "channel"), ": unknown option '--limit=5'", "channel -a limit=5"),
    (("channel", "since=2026-01-01"), "channel: 'since=2026-01-01' needs -a NAME=", "channel -a since=2026-01-01"),
    (("channel", "fast"), "channel: 'fast' needs -a NAME=", "channel -a channels=fast"),
    (("share", PAGE), f"share: '{PAGE}' needs -a NAME=", f"share -a url={PAGE}"),
    (("share", "-a", PAGE), f"share: -a must be NAME=VALUE, got '{PAGE}'", f"share -a url={PAGE}"),
    (("share", "-a", SHARED), f"share: -a must be NAME=VALUE, got '{SHARED}'", f"share -a 'url={SHARED}'"),
    ((PAGE,), f": '{PAGE}' needs -a NAME=", f"share -a url={PAGE}"),
    (("security", "600050.SH"), "security: '600050.SH' needs -a NAME=", "security -a symbol=600050.SH"),
]


@pytest.mark.parametrize(("words", "message", "example"), MISPLACED)
def test_a_word_without_its_name_is_shown_with_it(
    scrapy: Scrapy, words: tuple[str, ...], message: str, example: str
) -> None:
    run = scrapy("crawl", *words)
    (line,) = lines(run)
    assert run.status == ARGUMENTS
    assert line.startswith(f"finews crawl{message if message.startswith(':') else f' {message}'}")
    assert line.endswith(f"; for example: finews crawl {example}")


def test_an_unknown_option_is_named(scrapy: Scrapy) -> None:
    run = scrapy("crawl", "channel", "--sinse", "2026-01-01")
    assert (run.status, lines(run)) == (
        ARGUMENTS,
        ["finews crawl channel: unknown option '--sinse': see finews crawl --help"],
    )


def lines(run: Run) -> list[str]:
    return [line for line in run.log.splitlines() if line.strip()]


@pytest.mark.parametrize(("spider", "arguments", "message"), WRONG_ARGUMENTS)
def test_wrong_arguments_exit_with_2_before_the_first_request(
    scrapy: Scrapy, origin: RunningOrigin, spider: str, arguments: list[str], message: str
) -> None:
    before = origin.stats()["total"]
    run = scrapy.at(origin.url)("crawl", spider, *(word for argument in arguments for word in ("-a", argument)))
    assert run.status == ARGUMENTS
    (line,) = lines(run)
    assert message in line
    assert f"for example: finews crawl {spider}" in line
    assert origin.stats()["total"] == before
    assert not scrapy.data.exists()


def test_a_bad_line_of_a_list_is_named(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text("# today\nNW202205182383638060\n../etc/passwd\n", encoding="utf-8")
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"file={codes}")
    assert run.status == ARGUMENTS
    assert f"{codes}, line 3 must be an infoCode such as NW202205182383638060, got '../etc/passwd'" in run.log
    assert not scrapy.data.exists()


def test_an_unknown_spider(scrapy: Scrapy) -> None:
    run = scrapy("crawl", "chanel")
    assert run.status == ARGUMENTS
    assert lines(run) == ["finews crawl chanel: unknown spider 'chanel' (known: category, channel, security, share)"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [],
            "no channel that is polled by default has a host: unset FINEWS_COLUMNS_URL or FINEWS_FAST_URL, which have",
        ),
        (["channels=rolling"], "FINEWS_CHANNELS_URL is not set: export FINEWS_CHANNELS_URL=http://HOST"),
        (["channels=7x24"], "FINEWS_FAST_URL is not set: unset FINEWS_FAST_URL for its default, https://np-weblist"),
    ],
)
def test_a_host_that_is_not_set(scrapy: Scrapy, arguments: list[str], message: str) -> None:
    hosts = scrapy.at("", FINEWS_SHARE_URL=CLOSED_PORT, FINEWS_FAST_JS_URL=CLOSED_PORT)
    run = hosts("crawl", "channel", *(word for argument in arguments for word in ("-a", argument)))
    assert run.status == ARGUMENTS
    assert message in run.log


def test_no_host_of_articles(scrapy: Scrapy) -> None:
    run = scrapy.at("", FINEWS_FAST_URL=CLOSED_PORT)("crawl", "channel")
    assert run.status == ARGUMENTS
    assert "no host of articles is set: unset FINEWS_ARTICLE_URL or FINEWS_PAGE_URL, which have a default" in run.log


def test_an_unknown_category(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "category", "-a", "category=nosuchmedium")
    assert run.status == SOME_FAILED
    errors = [line for line in lines(run) if "ERROR" in line]
    assert len(errors) == 1
    assert "/category/nosuchmedium.html" in errors[0]
    assert "HTTP status 404: check the name of the category" in errors[0]
    assert not scrapy.data.exists()


EACH_SPIDER = [["channel"], ["category", "-a", "all=1"], ["share", "-a", "info_code=NW202205182383638060"]]


@pytest.mark.parametrize("arguments", EACH_SPIDER, ids=" ".join)
def test_an_unreachable_host(scrapy: Scrapy, arguments: list[str]) -> None:
    run = scrapy.at(CLOSED_PORT)("crawl", *arguments)
    assert run.status == SOME_FAILED
    errors = [line for line in lines(run) if "ERROR" in line]
    assert len(errors) == 1
    assert "host 127.0.0.1:1 cannot be reached (connection refused): check FINEWS_" in errors[0]
    assert "Traceback" not in run.log
    assert not scrapy.data.exists()


def test_a_data_directory_that_is_a_file(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy.data.write_text("in the way")
    before = origin.stats()["total"]
    run = scrapy.at(origin.url)("crawl", "channel")
    assert run.status == NOT_WRITABLE
    assert lines(run) == [f"finews crawl channel: {scrapy.data} is not a folder: set FINEWS_DATA_DIR to one"]
    assert origin.stats()["total"] == before
    assert scrapy.data.read_text() == "in the way"


def test_a_data_directory_without_permission(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy.data.mkdir(mode=0o500)
    run = scrapy.at(origin.url).bound_by_permissions()("crawl", "channel")
    assert run.status == NOT_WRITABLE
    assert f"no permission to write in {scrapy.data}" in run.log
    assert not list(scrapy.data.iterdir())


def test_a_disk_that_refuses_ends_the_run(scrapy: Scrapy, origin: RunningOrigin) -> None:
    # A folder in the place of a post: the write fails for root too.
    run = scrapy.at(origin.url)("crawl", "channel", "-a", "limit=1")
    assert run.status == 0, run.log
    (name,) = [path.name for path in scrapy.posts.iterdir()]
    blocked = scrapy.into(scrapy.data.with_name("blocked"))
    (blocked.posts / name).mkdir(parents=True)
    run = blocked.at(origin.url)("crawl", "channel")
    assert run.status == NOT_WRITABLE, run.log
    assert "could not be archived" in run.log
    assert "move it away and run again" in run.log


@pytest.mark.parametrize("spider", [CategorySpider, ChannelSpider, SecuritySpider, ShareSpider])
def test_the_help_names_all_arguments(spider: type[FinewsSpider]) -> None:
    help_text = Command().long_desc()
    assert f"{spider.name}: " in help_text
    assert all(field.name in help_text for field in fields(spider.arguments_class))

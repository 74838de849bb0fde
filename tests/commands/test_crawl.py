"""What cannot work is refused in one clear line, with an exit status that is not 0 and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import CLOSED_PORT, Run, Scrapy

ARGUMENTS, SOME_FAILED, NOT_WRITABLE = 2, 3, 6

WRONG_ARGUMENTS = {
    "an unknown argument": (["channel", "-a", "chanels=media"], "unknown argument 'chanels'"),
    "an unknown channel": (["channel", "-a", "channels=media,radio"], "unknown channel 'radio'"),
    "a count too high": (["channel", "-a", "count=501"], "count='501' is not a whole number from 1 to 500"),
    "a count that is no number": (["channel", "-a", "count=many"], "count='many'"),
    "a day that does not exist": (["channel", "-a", "since=2022-02-30"], "since='2022-02-30' is not a day"),
    "days the wrong way round": (["channel", "-a", "since=2022-05-02", "-a", "until=2022-05-01"], "later than until"),
    "a limit of nothing": (["share", "-a", "limit=0", "-a", "info_code=NW202205182383638060"], "limit='0'"),
    "a switch that is neither": (["category", "-a", "all=perhaps"], "all='perhaps' is neither 1 nor 0"),
    "no category": (["category"], "give either category=… or all=1"),
    "both kinds of category": (["category", "-a", "all=1", "-a", "category=TechWeb"], "give either"),
    "a category that is a path": (["category", "-a", "category=../../etc"], "neither a slug"),
    "a category elsewhere": (["category", "-a", "category=http://example.com/category/a.html"], "not on the archive"),
    "channels that are none": (["channel", "-a", "channels=,"], "channels= names none"),
    "an address that is none": (["share", "-a", "url=http://[bad"], "not an http address"),
    "a category's address that is none": (["category", "-a", "category=http://[bad"], "not on the archive"),
    "nothing to share": (["share"], "give info_code=…"),
    "an infoCode with a path": (["share", "-a", "info_code=../NW202205182383638060"], "not an infoCode: '../NW"),
    "an infoCode too short": (["share", "-a", "info_code=NW2022"], "not an infoCode: 'NW2022'"),
    "a url without infoCode": (["share", "-a", "url=http://example.com/a"], "names no infoCode"),
    "a url on another port": (["share", "-a", "url=http://127.0.0.1:1/a"], "names no infoCode and is not on the share"),
    "a url that is none": (["share", "-a", "url=NewsShare.html"], "not an http address"),
    "a list that is not there": (["share", "-a", "file=nowhere.txt"], "file='nowhere.txt' cannot be read"),
}


def lines(run: Run) -> list[str]:
    return [line for line in run.log.splitlines() if line.strip()]


@pytest.mark.parametrize("case", WRONG_ARGUMENTS)
def test_wrong_arguments(scrapy: Scrapy, origin: RunningOrigin, case: str) -> None:
    arguments, message = WRONG_ARGUMENTS[case]
    asked = origin.stats()["total"]
    run = scrapy.at(origin.url)("crawl", *arguments)
    assert run.status == ARGUMENTS
    assert len(lines(run)) == 1
    assert message in run.log
    assert f"for example: scrapy crawl {arguments[0]}" in run.log
    assert origin.stats()["total"] == asked
    assert not scrapy.data.exists()


def test_a_bad_line_of_a_list_is_named(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text("# today\nNW202205182383638060\n../etc/passwd\n", encoding="utf-8")
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"file={codes}")
    assert run.status == ARGUMENTS
    assert f"{codes}, line 3: not an infoCode: '../etc/passwd'" in run.log
    assert not scrapy.data.exists()


def test_an_unknown_spider(scrapy: Scrapy) -> None:
    run = scrapy("crawl", "chanel")
    assert run.status == ARGUMENTS
    assert lines(run) == ["unknown spider 'chanel' (known: category, channel, share)"]


def test_a_host_that_is_not_set(scrapy: Scrapy) -> None:
    run = scrapy.at("", FINEWS_SHARE_URL=CLOSED_PORT)("crawl", "channel")
    assert run.status == ARGUMENTS
    assert "FINEWS_CHANNELS_URL='' is no http address: export FINEWS_CHANNELS_URL=http://HOST" in run.log


def test_an_unknown_category(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "category", "-a", "category=nosuchmedium")
    assert run.status == SOME_FAILED
    errors = [line for line in lines(run) if "ERROR" in line]
    assert len(errors) == 1
    assert "/category/nosuchmedium.html" in errors[0]
    assert "404" in errors[0]
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
    asked = origin.stats()["total"]
    run = scrapy.at(origin.url)("crawl", "channel")
    assert run.status == NOT_WRITABLE
    assert lines(run) == [f"scrapy crawl channel: {scrapy.data} is not a folder: set FINEWS_DATA_DIR to one"]
    assert origin.stats()["total"] == asked
    assert scrapy.data.read_text() == "in the way"


def test_a_data_directory_without_permission(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy.data.mkdir(mode=0o500)
    run = scrapy.at(origin.url).bound_by_permissions()("crawl", "channel")
    assert run.status == NOT_WRITABLE
    assert f"no permission to write in {scrapy.data}" in run.log
    assert not list(scrapy.data.iterdir())


def test_a_disk_that_refuses_ends_the_run(scrapy: Scrapy, origin: RunningOrigin) -> None:
    # A folder where a post belongs: the write fails whoever runs the tests.
    run = scrapy.at(origin.url)("crawl", "channel", "-a", "limit=1")
    assert run.status == 0, run.log
    (name,) = [path.name for path in scrapy.posts.iterdir()]
    blocked = scrapy.into(scrapy.data.with_name("blocked"))
    (blocked.posts / name).mkdir(parents=True)
    run = blocked.at(origin.url)("crawl", "channel")
    assert run.status == NOT_WRITABLE, run.log
    assert "could not be archived" in run.log
    assert "move it away and run again" in run.log

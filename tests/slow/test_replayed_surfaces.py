"""A replay asks the surfaces that the recording has, whichever hosts the settings name now."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.server import running_origin
from tests.spiders.test_fallback import CODES, GONE, GOOD, OTHER_SHAPE, site_of
from tests.support.scrapy_command import CLOSED_PORT, Run, Scrapy
from tests.support.scripted_server import scripted_site
from tests.warc.replays import articles, comparable, tree

ALL_WELL, SOME_FAILED = ExitStatus.ALL_WELL, ExitStatus.SOME_FAILED


def record(scrapy: Scrapy, *arguments: str, status: int = ALL_WELL) -> Run:
    folder = str(scrapy.data.with_name("warc"))
    run = replace(scrapy, environment={**scrapy.environment, "FINEWS_WARC_DIR": folder})("crawl", *arguments)
    assert run.status == status, run.log
    return run


def replay(scrapy: Scrapy, spider: str, hosts: dict[str, str]) -> tuple[Scrapy, Run]:
    """Replay into another archive, with these hosts and otherwise the defaults."""
    environment = {name: value for name, value in scrapy.environment.items() if name not in HOST_SETTINGS}
    warc = {"FINEWS_REPLAY": str(scrapy.data.with_name("warc"))}
    again = replace(scrapy, environment={**environment, **hosts, **warc}).into(scrapy.data.with_name("again"))
    return again, again("crawl", spider)


def check(scrapy: Scrapy, spider: str, status: int = ALL_WELL, **hosts: str) -> None:
    again, run = replay(scrapy, spider, hosts)
    assert run.status == status, run.log
    assert tree(again.data) == tree(scrapy.data), run.log
    originals, replayed = articles(scrapy), articles(again)
    assert {code: comparable(one) for code, one in replayed.items()} == {
        code: comparable(one) for code, one in originals.items()
    }


@pytest.mark.parametrize("hosts", [{}, dict.fromkeys(HOST_SETTINGS, CLOSED_PORT)], ids=["defaults", "all"])
def test_replay_of_2022s_surfaces(scrapy: Scrapy, hosts: dict[str, str]) -> None:
    with running_origin(20, seed=3) as origin:
        record(scrapy.at(origin.url), "channel")
    check(scrapy.at(""), "channel", **hosts)


@pytest.mark.parametrize("hosts", [{}, dict.fromkeys(HOST_SETTINGS, CLOSED_PORT)], ids=["defaults", "all"])
def test_replay_of_todays_surfaces(scrapy: Scrapy, hosts: dict[str, str]) -> None:
    with running_origin(20, seed=3) as origin:
        record(scrapy.at_today(origin.url), "channel")
    assert len(articles(scrapy)) > 10
    check(scrapy.at(""), "channel", **hosts)


def test_replay_of_both_one_after_the_other(scrapy: Scrapy) -> None:
    with running_origin(20, seed=3) as origin:
        record(scrapy.at(origin.url), "channel", "-a", "count=4")
        record(scrapy.at_today(origin.url), "channel", "-a", "count=3")
    check(scrapy.at(""), "channel")


def test_replay_of_backfills_and_of_missed_polls(scrapy: Scrapy) -> None:
    asked = scrapy.data / "cache" / "asked.json"
    fast = ("channel", "-a", "channels=fast", "-a", "count=9")
    with running_origin(300, seed=3) as origin:
        record(scrapy.at_today(origin.url), *fast, "-a", "since=2022-05-26")
        asked.write_text(json.dumps({"fast": "2022-05-25T23:30:00+08:00"}))
        record(scrapy.at_today(origin.url), *fast)
    assert len(articles(scrapy)) > 40
    check(scrapy.at(""), "channel")


def test_replay_of_pages_that_replaced_the_json(scrapy: Scrapy) -> None:
    answers = {1: GOOD, 2: GONE, 3: OTHER_SHAPE, 4: GONE}
    share = ("share", "-a", f"info_code={','.join(CODES[:4])}")
    with scripted_site(site_of(answers.get, frozenset({4}))) as site:
        record(scrapy.at_today(site.url), *share, status=SOME_FAILED)
        down = replace(scrapy.at_today(site.url, FINEWS_ARTICLE_URL=CLOSED_PORT))
        record(down, "share", "-a", f"info_code={CODES[4]}", status=SOME_FAILED)
    assert len(articles(scrapy)) == 4
    check(scrapy.at(""), "share", status=SOME_FAILED)

"""Several recorded runs are replayed one after another, whatever happened in them: the same archive, byte for byte."""

from __future__ import annotations

import random
import shutil
import signal
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.items import Article
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import running_origin
from tests.e2e.test_revisions import CODE, Upstream
from tests.support.archive_snapshot import start
from tests.support.list_server import LONGER_AGO, listed_site
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.scripted_server import scripted_site
from tests.support.simulated_clock import BEGIN
from tests.warc.replays import Recorded, articles, revisions, tree

MEDIA = ("channel", "-a", "channels=media")
ALL_WELL, SOME_FAILED, BLOCKED = ExitStatus.ALL_WELL, ExitStatus.SOME_FAILED, ExitStatus.BLOCKED


@pytest.fixture
def recorded(scrapy: Scrapy, tmp_path: Path) -> Recorded:
    return Recorded.below(scrapy, tmp_path)


def undated(article: Article) -> Article:
    return replace(article, first_seen_at=None, revised_at=None)


def moments_of(scrapy: Scrapy) -> list[datetime]:
    """When each revision was first held."""
    found = [*revisions(scrapy, CODE), articles(scrapy)[CODE]]
    moments = [article.revised_at or article.first_seen_at for article in found]
    return [moment for moment in moments if moment]


def test_corrections_come_back_as_revisions(recorded: Recorded) -> None:
    upstream, days = Upstream(), iter(range(1, 9))

    def crawl(*arguments: str) -> None:
        recorded.crawl(site.url, *MEDIA, *arguments, **{BEGIN: f"2022-06-0{next(days)}T08:00:00+08:00"})

    with scripted_site(upstream.answer) as site:
        crawl()
        upstream.text = "<p>\u3000\u3000更正一：港区五月吞吐量持平。</p>"
        crawl()  # held: not asked for
        crawl("-a", "refetch=1")
        upstream.row = {**upstream.row, "title": "更正后的题"}
        crawl()
        upstream.row = {**upstream.row, "showtime": "2022-05-19 08:00:00"}
        upstream.text = "<p>\u3000\u3000更正二。</p>"
        crawl("-a", "refetch=1")
    again, run = recorded.check("channel")
    earlier = [(article.title, article.text_html) for article in revisions(again, CODE)]
    assert earlier == [(one.title, one.text_html) for one in revisions(recorded.scrapy, CODE)]
    assert len(earlier) == 3
    assert undated(articles(again)[CODE]) == undated(articles(recorded.scrapy)[CODE])
    pairs = zip(moments_of(again), moments_of(recorded.scrapy), strict=True)
    # An answer is recorded when it is there, and held a moment later.
    assert all(timedelta(0) <= held - seen < timedelta(minutes=5) for seen, held in pairs)
    (counts,) = run.summaries()
    assert (counts["new"], counts["revised"], counts["held"]) == (1, 3, 1)


def test_lists_that_changed_between_runs_and_hosts_that_moved(recorded: Recorded) -> None:
    """Each origin has a port of its own."""
    everything = generate(60, seed=3)
    for count in (20, 40, 60):
        with running_origin(articles=everything[-count:]) as origin:
            recorded.crawl(origin.url, "channel")
    _, run = recorded.check("channel")
    assert run.summaries()[0]["new"] == len(articles(recorded.scrapy))
    assert "in 3 runs of channel" in run.log


def test_lists_that_did_not_change(recorded: Recorded) -> None:
    with listed_site(articles=3, modified=LONGER_AGO, is_gzipped=True) as site:
        recorded.scrapy.at(site.url)("crawl", *MEDIA, "-a", "limit=1")  # kept by a run that records nothing
        recorded.crawl(site.url, *MEDIA)
        site.articles, site.etag = 5, '"2"'
        recorded.crawl(site.url, *MEDIA)
        recorded.crawl(site.url, *MEDIA)
        assert site.statuses() == [200, 304, 200, 304]
    again, run = recorded.replay("channel")
    # One article was archived before anything was recorded.
    assert run.summaries()[0]["new"] == 4, run.log
    missing = tree(recorded.scrapy.data).keys() - tree(again.data).keys()
    assert len(missing) == 1
    assert {name: tree(recorded.scrapy.data)[name] for name in tree(again.data)} == tree(again.data)


def test_a_file_whose_lists_never_changed_stands_alone(recorded: Recorded, tmp_path: Path) -> None:
    with listed_site(articles=3, has_lost_articles=True, is_gzipped=True) as site:
        recorded.crawl(site.url, *MEDIA, status=SOME_FAILED, FINEWS_WARC_DIR=str(tmp_path / "the day before"))
        recorded.crawl(site.url, *MEDIA, status=SOME_FAILED)
        site.has_lost_articles = False
        recorded.crawl(site.url, *MEDIA)
        assert site.statuses() == [200, 304, 304]
    _, run = recorded.check("channel", status=SOME_FAILED)
    counts = run.summaries()[0]
    assert (counts["new"], counts["failed"]) == (3, 3)


@pytest.mark.parametrize("fault", ["5xx-once", "429=0"])
def test_retries(recorded: Recorded, fault: str) -> None:
    with running_origin(15, seed=3, faults=[fault]) as origin:
        recorded.crawl(origin.url, "channel")
    recorded.check("channel")


@pytest.mark.parametrize(
    ("fault", "status"), [("soft-ban=5", BLOCKED), ("503-storm=5", SOME_FAILED), ("refused=403", BLOCKED)]
)
def test_a_host_that_was_closed_in_the_middle(recorded: Recorded, fault: str, status: int) -> None:
    everything = generate(60, seed=3)
    with running_origin(articles=everything, faults=[fault]) as origin:
        first = recorded.crawl(origin.url, "channel", status=status)
    assert first.summaries()[0]["new"] < 60
    again, run = recorded.check("channel", status=SOME_FAILED)
    assert run.summaries() == first.summaries()
    assert "no further requests to it" not in run.log
    with running_origin(articles=everything) as origin:
        recorded.crawl(origin.url, "channel")
    shutil.rmtree(again.data)
    recorded.check("channel", status=SOME_FAILED)


def test_articles_that_were_missing_and_came_later(recorded: Recorded) -> None:
    everything = generate(40, seed=3)
    with running_origin(articles=everything, faults=["missing=3"]) as origin:
        recorded.crawl(origin.url, "channel", status=SOME_FAILED)
    with running_origin(articles=everything) as origin:
        recorded.crawl(origin.url, "channel")
    recorded.check("channel", status=SOME_FAILED)


CATEGORY_FAULTS = [("missing=3", ALL_WELL), ("share-down", SOME_FAILED), ("soft-ban=10", BLOCKED)]


@pytest.mark.parametrize(("fault", "status"), CATEGORY_FAULTS, ids=["lost", "down", "ban"])
@pytest.mark.parametrize("is_last", [True, False])
def test_archived_copies(recorded: Recorded, fault: str, status: int, is_last: bool) -> None:
    """Those of articles that the share site has lost, and those that stand in while it fails."""
    everything = generate(60, seed=3)
    crawl = ("category", "-a", "all=1")
    with running_origin(articles=everything) as origin, running_origin(articles=everything, faults=[fault]) as share:
        recorded.crawl(origin.url, *crawl, status=status, FINEWS_SHARE_URL=share.url)
        held = articles(recorded.scrapy).values()
        assert any(article.is_stand_in for article in held) is (status is not ALL_WELL)
        if not is_last:
            recorded.crawl(origin.url, *crawl)
    recorded.check("category", status=ALL_WELL if status is ALL_WELL else SOME_FAILED)


def test_a_share_site_that_was_down(recorded: Recorded) -> None:
    with running_origin(30, seed=3) as origin:
        down = {"FINEWS_SHARE_URL": CLOSED_PORT}
        recorded.crawl(origin.url, "category", "-a", "all=1", status=SOME_FAILED, **down)
        assert any(article.is_stand_in for article in articles(recorded.scrapy).values())
    _, run = recorded.check("category", status=SOME_FAILED)
    assert "cannot be reached" not in run.log


def test_runs_that_asked_for_a_part(recorded: Recorded) -> None:
    """Each run has its own arguments; what was over its limit is not replayed."""
    with running_origin(60, seed=3) as origin:
        for arguments in (
            ("-a", "limit=7"),
            ("-a", "since=2022-05-26", "-a", "count=20"),
            ("-a", "channels=rolling", "-a", "limit=3"),
        ):
            recorded.crawl(origin.url, "channel", *arguments)
    _, run = recorded.check("channel")
    assert 7 < run.summaries()[0]["new"] < 60
    assert run.summaries()[0]["failed"] == 0


@pytest.mark.parametrize("seed", range(2))
def test_a_run_that_was_killed(recorded: Recorded, seed: int) -> None:
    with running_origin(60, seed=8, latency_ms=20) as origin:
        crawl = recorded.scrapy.at(origin.url, FINEWS_WARC_DIR=str(recorded.folder))
        started = start(crawl, "crawl", "channel")
        due = random.Random(seed).randint(10, 50)
        assert started.wait_for(lambda: origin.stats()["total"] >= due), started.end().log
        started.kill(signal.SIGKILL)
        started.end()
        recorded.crawl(origin.url, "channel")
    recorded.check("channel")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happened(recorded: Recorded, seed: int) -> None:
    """Some runs of either kind of trouble, in any order; articles come, are lost and change."""
    dice = random.Random(seed)
    everything = generate(50, seed=seed + 1)
    troubles = ["missing=4", "soft-ban=8", "503-storm=6", "changed-article", "5xx-once", "validators", ""]
    for count in sorted(dice.sample(range(20, 51), 4)):
        faults = [name for name in [dice.choice(troubles)] if name]
        arguments = dice.choice([(), ("-a", "refetch=1"), ("-a", "limit=9"), ("-a", "channels=media,rolling")])
        with running_origin(articles=everything[-count:], faults=faults) as origin:
            crawl = recorded.scrapy.at(origin.url, FINEWS_WARC_DIR=str(recorded.folder))
            run = crawl("crawl", "channel", *arguments)
            assert run.status in (ALL_WELL, SOME_FAILED, BLOCKED), run.log
    again, run = recorded.replay("channel")
    assert run.status in (ALL_WELL, SOME_FAILED), run.log
    assert tree(again.data) == tree(recorded.scrapy.data), run.log
    kept = articles(again)
    assert {code: article.revision for code, article in articles(recorded.scrapy).items()} == {
        code: article.revision for code, article in kept.items()
    }


@pytest.mark.parametrize("order", [("channel", "category"), ("category", "channel")], ids="-".join)
def test_spiders_that_took_turns(recorded: Recorded, order: tuple[str, str]) -> None:
    """What one of them found first, the other left out then, and has no answer for: the first has it. Which of them
    told a field may differ; the posts do not, where both told the same."""
    everything = generate(50, seed=3)
    channel, category = ("channel",), ("category", "-a", "all=1")
    for count, crawl in ((20, channel), (30, category), (40, channel), (50, category)):
        with running_origin(articles=everything[-count:]) as origin:
            recorded.crawl(origin.url, *crawl)
    recorded.replay(order[0])
    again, run = recorded.replay(order[1])
    assert run.status == ALL_WELL, run.log
    assert tree(again.data) == tree(recorded.scrapy.data)
    assert run.summaries()[0]["failed"] == 0

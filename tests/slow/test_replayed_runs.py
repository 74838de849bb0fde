"""A replay of several runs makes the same archive, byte for byte, whatever happened in them."""

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
from tests.support.full_disk import small_disk
from tests.support.list_server import LONGER_AGO, listed_site
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.scripted_server import scripted_site
from tests.support.simulated_clock import BEGIN
from tests.support.stats_dump import STATS_DUMP, stats_of
from tests.warc.replays import Recorded, articles, revisions, tree

MEDIA = ("channel", "-a", "channels=media")
ALL_WELL, SOME_FAILED, BLOCKED = ExitStatus.ALL_WELL, ExitStatus.SOME_FAILED, ExitStatus.BLOCKED


@pytest.fixture
def recorded(scrapy: Scrapy, tmp_path: Path) -> Recorded:
    return Recorded.below(scrapy, tmp_path)


def undated(article: Article) -> Article:
    return replace(article, first_seen_at=None, revised_at=None)


def times_of(scrapy: Scrapy) -> list[datetime]:
    """Return the time at which each revision was archived."""
    found = [*revisions(scrapy, CODE), articles(scrapy)[CODE]]
    times = [article.revised_at or article.first_seen_at for article in found]
    return [time for time in times if time]


def test_corrections_become_revisions(recorded: Recorded) -> None:
    upstream, days = Upstream(), iter(range(1, 9))

    def crawl(*arguments: str) -> None:
        recorded.crawl(site.url, *MEDIA, *arguments, **{BEGIN: f"2022-06-0{next(days)}T08:00:00+08:00"})

    with scripted_site(upstream.answer) as site:
        crawl()
        upstream.text = "<p>\u3000\u3000更正一：港区五月吞吐量持平。</p>"
        crawl()  # archived: not requested
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
    pairs = zip(times_of(again), times_of(recorded.scrapy), strict=True)
    # A response is recorded when it is received, and archived a little later.
    assert all(timedelta(0) <= archived - seen < timedelta(minutes=5) for seen, archived in pairs)
    (counts,) = run.summaries()
    assert (counts["new"], counts["revised"], counts["held"]) == (1, 3, 1)


def test_lists_that_changed_and_hosts_that_moved_between_runs(recorded: Recorded) -> None:
    everything = generate(60, seed=3)
    for count in (20, 40, 60):
        with running_origin(articles=everything[-count:]) as origin:
            recorded.crawl(origin.url, "channel")
    _, run = recorded.check("channel")
    assert run.summaries()[0]["new"] == len(articles(recorded.scrapy))


def test_lists_that_did_not_change_are_replayed_from_revisits(recorded: Recorded) -> None:
    with listed_site(articles=3, modified=LONGER_AGO, is_gzipped=True) as site:
        recorded.scrapy.at(site.url)("crawl", *MEDIA, "-a", "limit=1")  # caches the list without recording
        recorded.crawl(site.url, *MEDIA)
        site.articles, site.etag = 5, '"2"'
        recorded.crawl(site.url, *MEDIA)
        recorded.crawl(site.url, *MEDIA)
        assert site.statuses() == [200, 304, 200, 304]
    again, run = recorded.replay("channel")
    # One article was archived by a run without recording.
    assert run.summaries()[0]["new"] == 4, run.log
    missing = tree(recorded.scrapy.data).keys() - tree(again.data).keys()
    assert len(missing) == 1
    assert {name: tree(recorded.scrapy.data)[name] for name in tree(again.data)} == tree(again.data)


def test_a_file_whose_lists_never_changed_is_self_contained(recorded: Recorded, tmp_path: Path) -> None:
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
def test_replay_of_retries(recorded: Recorded, fault: str) -> None:
    with running_origin(15, seed=3, faults=[fault]) as origin:
        recorded.crawl(origin.url, "channel")
    recorded.check("channel")


@pytest.mark.parametrize(
    ("fault", "status"), [("soft-ban=5", BLOCKED), ("503-storm=5", SOME_FAILED), ("refused=403", BLOCKED)]
)
def test_replay_of_a_run_that_closed_a_host(recorded: Recorded, fault: str, status: int) -> None:
    everything = generate(60, seed=3)
    with running_origin(articles=everything, faults=[fault]) as origin:
        first = recorded.crawl(origin.url, "channel", status=status)
    assert first.summaries()[0]["new"] < 60
    again, run = recorded.check("channel", *STATS_DUMP, status=SOME_FAILED)
    assert run.summaries() == first.summaries()
    assert not [name for name in stats_of(run) if name.startswith("finews/hosts/closed")]
    with running_origin(articles=everything) as origin:
        recorded.crawl(origin.url, "channel")
    shutil.rmtree(again.data)
    recorded.check("channel", status=SOME_FAILED)


def test_replay_of_articles_that_were_missing_at_first(recorded: Recorded) -> None:
    everything = generate(40, seed=3)
    with running_origin(articles=everything, faults=["missing=3"]) as origin:
        recorded.crawl(origin.url, "channel", status=SOME_FAILED)
    with running_origin(articles=everything) as origin:
        recorded.crawl(origin.url, "channel")
    recorded.check("channel", status=SOME_FAILED)


CATEGORY_FAULTS = [("missing=3", ALL_WELL), ("share-down", SOME_FAILED), ("soft-ban=10", BLOCKED)]


@pytest.mark.parametrize(("fault", "status"), CATEGORY_FAULTS, ids=["lost", "down", "ban"])
@pytest.mark.parametrize("is_last", [True, False])
def test_replay_of_archived_copies(recorded: Recorded, fault: str, status: int, is_last: bool) -> None:
    """Copies of articles that the share site has lost, and copies taken while it fails."""
    everything = generate(60, seed=3)
    crawl = ("category", "-a", "all=1")
    with running_origin(articles=everything) as origin, running_origin(articles=everything, faults=[fault]) as share:
        recorded.crawl(origin.url, *crawl, status=status, FINEWS_SHARE_URL=share.url)
        archived = articles(recorded.scrapy).values()
        assert any(article.is_stand_in for article in archived) is (status is not ALL_WELL)
        if not is_last:
            recorded.crawl(origin.url, *crawl)
    recorded.check("category", status=ALL_WELL if status is ALL_WELL else SOME_FAILED)


def test_replay_of_a_run_with_the_share_site_down(recorded: Recorded) -> None:
    with running_origin(30, seed=3) as origin:
        down = {"FINEWS_SHARE_URL": CLOSED_PORT}
        recorded.crawl(origin.url, "category", "-a", "all=1", status=SOME_FAILED, **down)
        assert any(article.is_stand_in for article in articles(recorded.scrapy).values())
    _, run = recorded.check("category", status=SOME_FAILED)
    assert "cannot be reached" not in run.log


def test_runs_are_replayed_with_their_arguments_and_without_their_limit(recorded: Recorded) -> None:
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
def test_replay_of_a_killed_run(recorded: Recorded, seed: int) -> None:
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
def test_replay_of_random_faults(recorded: Recorded, seed: int) -> None:
    """Runs with random faults and arguments; articles appear, are lost and change."""
    rng = random.Random(seed)
    everything = generate(50, seed=seed + 1)
    troubles = ["missing=4", "soft-ban=8", "503-storm=6", "changed-article", "5xx-once", "validators", ""]
    for count in sorted(rng.sample(range(20, 51), 4)):
        faults = [name for name in [rng.choice(troubles)] if name]
        arguments = rng.choice([(), ("-a", "refetch=1"), ("-a", "limit=9"), ("-a", "channels=media,rolling")])
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
def test_replay_of_two_spiders_in_either_order(recorded: Recorded, order: tuple[str, str]) -> None:
    """An article that one spider archived was not requested by the other, so only the first run has its response."""
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


def test_a_stopped_replay_can_be_repeated(recorded: Recorded) -> None:
    with running_origin(120, seed=3) as origin:
        recorded.crawl(origin.url, "category", "-a", "all=1")
    again = recorded.scrapy.into(recorded.scrapy.data.with_name("again"))
    started = start(again.at(CLOSED_PORT, FINEWS_REPLAY=str(recorded.folder)), "crawl", "category")
    assert started.wait_for_posts(1), started.end().log
    started.kill(signal.SIGTERM)
    ended = started.end()
    assert ended.status == ExitStatus.ALL_WELL, ended.log
    recorded.check("category")


def test_a_full_disk_ends_a_replay_with_its_exit_status(recorded: Recorded, tmp_path: Path) -> None:
    with running_origin(100, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    with small_disk(tmp_path / "disk", 300) as disk:
        crawl = disk(recorded.scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(recorded.folder)))
        run = crawl("crawl", "channel")
    assert run.status == ExitStatus.NOT_WRITABLE, run.log

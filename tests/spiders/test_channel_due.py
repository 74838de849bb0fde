"""`spiders.channel` with FINEWS_CHANNEL_MINUTES: one cron line serves channels with different intervals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.poll_state import PollState
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.utils import clock
from finews_crawler.utils.clock import is_due
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_server import Answer, Site, code_in, scripted_site

ALL_WELL, ARGUMENTS, CHANGED_SHAPE, NOT_WRITABLE = 0, 2, 5, 6
INTERVALS = "rolling=50,media=300,market=600,market:38=6000"
QUERIES = {
    "rolling": "type=102&",
    "media": "type=45&",
    **{f"market:{number}": f"marketType={number}&" for number in (37, 38, 39)},
}
ROW = {"infocode": "NW202205180000000001", "title": "港口", "showtime": "2022-05-18 10:00:00", "from": "港口日报"}
BODY = json.dumps({"text": "<p>港区新增航线。</p>"}).encode()


class Upstream:
    """Five lists, one of them with a row; a list in ``down`` is missing, one in ``changed`` has another format."""

    def __init__(self) -> None:
        self.down: set[str] = set()
        self.changed: set[str] = set()

    def __call__(self, path: str) -> Answer | None:
        if code_in(path):
            return Answer(BODY)
        for name in channels_in([path]):
            rows = [ROW] if name == "media" else []
            lists = {"surprise": []} if name in self.changed else {CHANNELS[name].list_key: rows}
            return None if name in self.down else Answer(json.dumps(lists).encode())
        return None


def channels_in(paths: list[str]) -> list[str]:
    """Return the channels of these requests."""
    return sorted(name for name, query in QUERIES.items() for path in paths if query in path)


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def site(upstream: Upstream) -> Iterator[Site]:
    with scripted_site(upstream) as running:
        yield running


def crawl(scrapy: Scrapy, site: Site, *arguments: str, intervals: str = INTERVALS) -> tuple[Run, list[str]]:
    """Crawl; return the run and the channels that it polled."""
    site.asked.clear()
    run = scrapy.at(site.url, FINEWS_CHANNEL_MINUTES=intervals)("crawl", "channel", *arguments)
    return run, channels_in(site.asked)


def polled_ago(scrapy: Scrapy, **minutes: float) -> None:
    """Set the poll times of channels to *minutes* ago; markets by their numbers, as in m38."""
    names = {name: f"market:{name[1:]}" if name[0] == "m" and name != "media" else name for name in minutes}
    times = {names[name]: (clock.now() - timedelta(minutes=ago)).isoformat() for name, ago in minutes.items()}
    path = scrapy.data / "cache" / "asked.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(times), encoding="utf-8")


def test_each_channel_is_polled_at_its_own_interval(scrapy: Scrapy, site: Site) -> None:
    run, polled = crawl(scrapy, site)
    assert (run.status, polled) == (ALL_WELL, sorted(CHANNELS)), run.log
    polled_ago(scrapy, rolling=60, media=60, m37=610, m38=610, m39=60)
    run, polled = crawl(scrapy, site)
    assert (run.status, polled) == (ALL_WELL, ["market:37", "rolling"]), run.log
    (line,) = [line for line in run.log.splitlines() if "not due" in line]
    assert all(f"{name} until 20" in line for name in ("media", "market:38", "market:39"))
    assert set(json.loads((scrapy.data / "cache/asked.json").read_bytes())) == set(CHANNELS)


def test_a_run_with_no_channel_due_succeeds_without_a_request(scrapy: Scrapy, site: Site) -> None:
    crawl(scrapy, site)
    before = scrapy.snapshot()
    polled_ago(scrapy, **dict.fromkeys(("rolling", "media", "m37", "m38", "m39"), 20))
    run, _ = crawl(scrapy, site)
    assert run.status == ALL_WELL, run.log
    assert site.asked == []  # not even robots.txt
    assert run.summaries()[0]["found"] == 0
    after = scrapy.snapshot()
    assert {name for name in before if before[name] != after[name]} <= {"cache/asked.json"}


def test_channels_in_the_arguments_are_polled_due_or_not(scrapy: Scrapy, site: Site) -> None:
    crawl(scrapy, site)
    run, polled = crawl(scrapy, site, "-a", "channels=media,market:39")
    assert (run.status, polled) == (ALL_WELL, ["market:39", "media"])


def test_a_list_that_failed_stays_due(scrapy: Scrapy, upstream: Upstream, site: Site) -> None:
    upstream.down, upstream.changed = {"media"}, {"market:38"}
    run, polled = crawl(scrapy, site)
    assert polled == sorted(CHANNELS)
    assert run.status == CHANGED_SHAPE, run.log
    upstream.down, upstream.changed = set(), set()
    run, polled = crawl(scrapy, site)
    assert (run.status, polled) == (ALL_WELL, ["market:38", "media"]), run.log


def test_without_the_setting_every_channel_is_due_and_no_time_is_stored(scrapy: Scrapy, site: Site) -> None:
    for _ in range(2):
        run, polled = crawl(scrapy, site, intervals="")
        assert (run.status, polled) == (ALL_WELL, sorted(CHANNELS)), run.log
    assert {path.name for path in (scrapy.data / "cache").iterdir()} == {"rhythms.json", "robots"}


def test_a_channel_without_an_interval_is_always_due(scrapy: Scrapy, site: Site) -> None:
    crawl(scrapy, site)
    _, polled = crawl(scrapy, site, intervals="market=600")
    assert polled == ["media", "rolling"]


def test_a_limit_that_skips_articles_leaves_the_lists_due(scrapy: Scrapy, upstream: Upstream, site: Site) -> None:
    rows = [{**ROW, "infocode": f"NW20220518000000000{number}"} for number in (1, 2)]
    whole = upstream.__call__

    def two(path: str) -> Answer | None:
        listed = Answer(json.dumps({"nodeList": rows}).encode())
        return listed if channels_in([path]) == ["media"] else whole(path)

    with scripted_site(two) as running:
        for archived in (1, 2):
            run, polled = crawl(scrapy, running, "-a", "limit=1", intervals="media=30")
            assert (run.status, polled) == (ALL_WELL, sorted(CHANNELS)), run.log
            assert len(list(scrapy.posts.iterdir())) == archived
        _, polled = crawl(scrapy, running, "-a", "limit=1", intervals="media=30")
    assert "media" not in polled


def test_a_run_that_ends_early_leaves_its_lists_due(scrapy: Scrapy, site: Site) -> None:
    crawl(scrapy, site, "-s", "CLOSESPIDER_PAGECOUNT=2")
    assert not (scrapy.data / "cache").exists()
    run, polled = crawl(scrapy, site)
    assert (run.status, polled) == (ALL_WELL, sorted(CHANNELS)), run.log


NO_ZONE = b'{"media": "2099-01-01T00:00:00"}'
DAMAGED = [b"", b"[]", b'{"media": 1}', b'{"media": "soon"}', NO_ZONE, b"[" * 100_000, b"\xff"]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_poll_state_is_empty(tmp_path: Path, content: bytes) -> None:
    state = PollState(DataDirectory(tmp_path))
    state.put({"media": clock.now()})
    state.path.write_bytes(content)
    assert state.read() == {}


def test_a_damaged_poll_state_leaves_every_channel_due(scrapy: Scrapy, site: Site) -> None:
    polled_ago(scrapy, media=1)
    (scrapy.data / "cache/asked.json").write_bytes(b"{")
    run, polled = crawl(scrapy, site)
    assert (run.status, polled) == (ALL_WELL, sorted(CHANNELS)), run.log
    assert "Traceback" not in run.log
    assert set(json.loads((scrapy.data / "cache/asked.json").read_bytes())) == set(CHANNELS)


def test_a_poll_state_that_cannot_be_written_is_an_archive_error(scrapy: Scrapy, site: Site) -> None:
    (scrapy.data / "cache" / "asked.json").mkdir(parents=True)
    run, polled = crawl(scrapy, site)
    assert polled == sorted(CHANNELS)
    assert run.status == NOT_WRITABLE, run.log


def test_an_invalid_interval_is_refused_before_the_first_request(scrapy: Scrapy, site: Site) -> None:
    run, _ = crawl(scrapy, site, intervals="rolling=soon")
    assert run.status == ARGUMENTS
    assert run.log.count("\n") == 1
    assert "FINEWS_CHANNEL_MINUTES must be intervals such as fast=5,columns=30,market=60, got 'rolling=soon'" in run.log
    assert site.asked == []
    assert not scrapy.data.exists()


@pytest.mark.parametrize(
    ("minutes", "seconds_ago", "due"),
    [
        (30, 29 * 60 + 1, True),  # a minute of tolerance, so that it is due when cron starts the next run
        (30, 28 * 60 + 59, False),
        (5, 4 * 60 + 31, True),  # a tenth of a short interval
        (5, 4 * 60 + 29, False),
        (1, 55, True),
        (60, -10, True),  # the clock was set back
    ],
)
def test_a_run_may_start_a_little_early(minutes: int, seconds_ago: int, due: bool) -> None:
    now = clock.now()
    assert is_due(now - timedelta(seconds=seconds_ago), timedelta(minutes=minutes), now) is due
    assert is_due(None, timedelta(minutes=minutes), now)

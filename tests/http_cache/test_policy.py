"""`http_cache`: unchanged lists are not sent again, and no cached list replaces a response of the server."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from finews_crawler.archive.response_cache import CachedResponse, ResponseCache
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.http_cache.policy import ListCachePolicy
from finews_crawler.testing.origin.server import running_origin
from tests.support.list_server import CHALLENGE, LONGER_AGO, ListedSite, listed_site
from tests.support.scrapy_command import Run, Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED, BLOCKED = 0, 3, 4
LISTS = ("crawl", "channel", "-a", "channels=media", *STATS_DUMP, "-s", "FINEWS_BACKOFF_SECONDS=0.01")
HOUR, DAY = 3600, 24 * 3600
KEPT = CachedResponse("http://127.0.0.1/web/webapi?type=45", 200, (("ETag", '"1"'),), b"{}\n\n")


def crawl(scrapy: Scrapy, site: ListedSite, *arguments: str) -> Run:
    return scrapy.at(site.url)(*LISTS, *arguments)


def kept_files(scrapy: Scrapy) -> list[Path]:
    """Cached lists; the folder has other files too."""
    folder = scrapy.data / "cache"
    return (
        sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".json")
        if folder.is_dir()
        else []
    )


def counts(run: Run) -> dict[str, int]:
    (found,) = run.summaries()
    return found


def grow_older(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


@pytest.mark.parametrize(
    "given",
    [
        {"modified": "", "extra_of_304": {"Content-Encoding": "gzip", "Content-Type": "image/png"}},
        {"etag": "", "is_gzipped": True, "extra": {"Cache-Control": "no-cache"}},
    ],
    ids=["by ETag", "by Last-Modified"],
)
def test_an_unchanged_list_is_not_sent_again(scrapy: Scrapy, given: dict[str, object]) -> None:
    with listed_site(**given) as site:
        first = crawl(scrapy, site)
        assert (first.status, counts(first)["new"]) == (ALL_WELL, 4), first.log
        before = scrapy.snapshot()
        second = crawl(scrapy, site)
    assert site.statuses() == [200, 304]
    assert second.status == ALL_WELL, second.log
    assert (counts(second)["found"], counts(second)["held"]) == (4, 4)
    assert stats_of(second)["finews/lists/not_modified"] == stats_of(second)["finews/lists/articles"] == 1
    assert scrapy.snapshot() == before  # the cached list included


def test_five_unchanged_lists_cost_five_304s(scrapy: Scrapy) -> None:
    with running_origin(40, seed=3, faults=["validators"]) as origin:
        first = scrapy.at(origin.url)("crawl", "channel")
        second = scrapy.at(origin.url)("crawl", "channel", *STATS_DUMP)
    assert (first.status, second.status) == (ALL_WELL, ALL_WELL), first.log + second.log
    assert counts(second)["found"] == counts(first)["found"]
    assert counts(second)["new"] == 0
    stats = stats_of(second)
    assert stats["finews/lists/not_modified"] == stats["downloader/response_status_count/304"] == 5
    assert stats["downloader/response_bytes"] < 5_000, "the cached lists were not received again"


def test_a_changed_list_is_downloaded_in_full(scrapy: Scrapy) -> None:
    with listed_site() as site:
        crawl(scrapy, site)
        site.articles, site.etag = 6, '"2"'
        run = crawl(scrapy, site)
        assert (counts(run)["new"], counts(run)["held"]) == (2, 4)
        crawl(scrapy, site)
    assert [asked.headers.get("if-none-match") for asked in site.lists] == [None, '"1"', '"2"']
    assert site.statuses() == [200, 200, 304]


def test_a_fresh_list_is_revalidated_all_the_same(scrapy: Scrapy) -> None:
    fresh = {"Cache-Control": "max-age=86400", "Expires": "Fri, 01 Jan 2100 00:00:00 GMT"}
    with listed_site(extra=fresh) as site:
        crawl(scrapy, site)
        site.articles, site.etag = 5, '"2"'
        run = crawl(scrapy, site)
    assert site.statuses() == [200, 200]
    assert counts(run)["new"] == 1


@pytest.mark.parametrize("given", [{"etag": "", "modified": ""}, {"extra": {"Cache-Control": "no-store"}}], ids=str)
def test_a_list_without_validator_or_with_no_store_is_not_cached(scrapy: Scrapy, given: dict[str, object]) -> None:
    with listed_site(**given) as site:
        crawl(scrapy, site)
        crawl(scrapy, site)
    assert site.statuses() == [200, 200]
    assert not any(asked.is_conditional for asked in site.asked)
    assert kept_files(scrapy) == []


def test_failed_articles_are_found_again_in_an_unchanged_list(scrapy: Scrapy) -> None:
    with listed_site(has_lost_articles=True) as site:
        first = crawl(scrapy, site)
        assert (first.status, counts(first)["new"], counts(first)["failed"]) == (SOME_FAILED, 0, 4), first.log
        site.has_lost_articles = False
        second = crawl(scrapy, site)
    assert site.statuses() == [200, 304]
    assert (second.status, counts(second)["new"]) == (ALL_WELL, 4), second.log


@pytest.mark.parametrize("status", [500, 301])
def test_a_failed_list_is_not_replaced_by_the_cached_one(scrapy: Scrapy, status: int) -> None:
    with listed_site() as site:
        crawl(scrapy, site)
        site.list_status = status
        run = crawl(scrapy, site)
        assert (run.status, counts(run)["found"]) == (SOME_FAILED, 0), run.log
        redirected = [asked.is_conditional for asked in site.asked if asked.path == "/elsewhere"]
        assert redirected == ([False] if status == 301 else [])
        site.list_status = 200
        assert crawl(scrapy, site).status == ALL_WELL
    assert site.statuses()[-1] == 304
    assert len(kept_files(scrapy)) == 1


def test_an_unreachable_host_gives_no_list(scrapy: Scrapy) -> None:
    with listed_site() as site:
        crawl(scrapy, site)
    run = crawl(scrapy, site)
    assert (run.status, counts(run)["found"]) == (SOME_FAILED, 0), run.log
    assert stats_of(run)["finews/faults/unreachable"] > 0


def test_a_challenge_page_does_not_come_back_with_the_next_304(scrapy: Scrapy) -> None:
    with listed_site(etag="", challenge=CHALLENGE) as site:
        assert crawl(scrapy, site).status == BLOCKED
        assert kept_files(scrapy) == []
        # Judging by Last-Modified, the list is not newer than the challenge page.
        site.challenge, site.modified = b"", LONGER_AGO
        run = crawl(scrapy, site)
    assert (run.status, counts(run)["new"]) == (ALL_WELL, 4), run.log


def test_refetch_downloads_lists_in_full_and_caches_them(scrapy: Scrapy) -> None:
    with listed_site() as site:
        crawl(scrapy, site)
        assert crawl(scrapy, site, "-a", "refetch=1").status == ALL_WELL
        crawl(scrapy, site)
    assert site.statuses() == [200, 200, 304]
    # The articles have an ETag as well, but are requested without conditions and not cached.
    assert [asked.path for asked in site.asked if asked.is_conditional] == ["/web/webapi"]
    assert len(kept_files(scrapy)) == 1


def test_a_channel_is_downloaded_in_full_once_a_day(scrapy: Scrapy) -> None:
    with listed_site() as site:
        crawl(scrapy, site)
        (kept,) = kept_files(scrapy)
        for hours in (23, 25):
            grow_older(kept, hours * HOUR)
            site.articles += 1  # while the validators do not change: a fault of the server
            crawl(scrapy, site)
        run = crawl(scrapy, site)
    assert site.statuses() == [200, 304, 200, 304]
    assert counts(run)["held"] == 6


DAMAGE = {
    "cut off": lambda content: content[:-1],
    "empty": lambda content: b"",
    "foreign": lambda content: b"\x80\x04 no JSON",
    "not an object": lambda content: b"[]\n",
    "nested": lambda content: b"[" * 100_000 + b"\n",
    "with a header that is a list": lambda content: content.replace(b'"\\"1\\""', b'["1"]', 1),
    "with a header of two lines": lambda content: content.replace(b'"\\"1\\""', b'"1\\r\\nX: y"', 1),
    "without a URL": lambda content: content.replace(b'"url"', b'"uri"', 1),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_cache_file_is_not_parsed(case: str) -> None:
    good = KEPT.to_bytes()
    assert CachedResponse.from_bytes(good) == KEPT
    assert DAMAGE[case](good) != good
    assert CachedResponse.from_bytes(DAMAGE[case](good)) is None


def test_a_cache_file_under_the_name_of_another_url_is_ignored(tmp_path: Path) -> None:
    lists, now = ResponseCache(DataDirectory(tmp_path).cache, tmp_path), datetime.now(tz=UTC)
    lists.put(KEPT)
    assert lists.get(KEPT.url, now) == KEPT
    other = f"{KEPT.url}0"
    lists.path_of(KEPT.url).rename(lists.path_of(other))
    assert lists.get(other, now) is None


def test_storing_the_same_list_again_renews_its_age(tmp_path: Path) -> None:
    lists, now = ResponseCache(DataDirectory(tmp_path).cache, tmp_path), datetime.now(tz=UTC)
    lists.put(KEPT)
    grow_older(lists.path_of(KEPT.url), 2 * DAY)
    assert lists.get(KEPT.url, now, longest=timedelta(days=1)) is None
    lists.put(KEPT)
    assert lists.get(KEPT.url, now, longest=timedelta(days=1)) == KEPT


def test_a_damaged_cache_file_costs_one_full_download(scrapy: Scrapy) -> None:
    with listed_site() as site:
        crawl(scrapy, site)
        (kept,) = kept_files(scrapy)
        good = kept.read_bytes()
        kept.write_bytes(good[:-1])
        run = crawl(scrapy, site)
    assert run.status == ALL_WELL, run.log
    assert site.statuses() == [200, 200]
    assert not site.lists[1].is_conditional
    assert kept.read_bytes() == good
    assert "log_count/WARNING" not in stats_of(run)


def test_a_cache_file_is_json_and_the_body_as_received_and_passes_the_audit(scrapy: Scrapy) -> None:
    with listed_site(is_gzipped=True) as site:
        crawl(scrapy, site)
        (kept,) = kept_files(scrapy)
        head, _, body = kept.read_bytes().partition(b"\n")
        assert body == site.list_body()
    run = scrapy("audit")
    assert run.status == ALL_WELL, run.log
    assert run.log.count("\n") == 1  # the summary line, and no finding
    stored = [["Content-Encoding", "gzip"], ["ETag", '"1"'], ["Last-Modified", site.modified]]
    assert json.loads(head)["headers"] == stored


def test_expired_cache_files_are_removed_and_other_files_are_not(scrapy: Scrapy) -> None:
    folder = scrapy.data / "cache"
    folder.mkdir(parents=True)
    for name, days in (("a" * 64, 31), ("b" * 64, 29), ("notes.txt", 400)):
        (folder / name).write_bytes(b"kept")
        grow_older(folder / name, days * DAY)
    (folder / ".killed.part").write_bytes(b"half")
    with listed_site(etag="", modified="") as site:
        crawl(scrapy, site)
    assert [path.name for path in kept_files(scrapy)] == ["b" * 64, "notes.txt"]


def test_an_unusable_cache_folder_costs_full_downloads_and_one_warning(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    (scrapy.data / "cache").write_text("in the way")
    with listed_site() as site:
        runs = [crawl(scrapy, site, "-a", "channels=media,rolling") for _ in range(2)]
    assert site.statuses() == [200, 200] * 2
    for run in runs:
        assert run.status == ALL_WELL, run.log
        assert stats_of(run)["log_count/WARNING"] == 1
    assert len(list(scrapy.posts.iterdir())) == 4


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"ETag": 'W/"1"'}, True),
        ({"ETag": ""}, False),
        ({"Last-Modified": "Wed, 18 May 2022 07:59:59 GMT", "Date": "Wed, 18 May 2022 08:00:00 GMT"}, True),
        ({"Last-Modified": "Wed, 18 May 2022 08:00:00 GMT", "Date": "Wed, 18 May 2022 08:00:00 GMT"}, False),
        ({"Last-Modified": "yesterday", "Date": "Wed, 18 May 2022 08:00:00 GMT"}, False),
        ({"Last-Modified": "Wed, 18 May 2022 08:00:00 GMT"}, False),
        ({}, False),
    ],
)
def test_a_list_is_cached_if_it_has_a_validator(headers: dict[str, str], expected: bool) -> None:
    request = Request("http://127.0.0.1/")
    policy = ListCachePolicy(Settings({"HTTPCACHE_IGNORE_SCHEMES": [], "HTTPCACHE_ALWAYS_STORE": False}))
    assert policy.should_cache_response(Response(request.url, headers=headers), request) is expected

"""A crawl with ``FINEWS_WARC_DIR`` records every exchange, and its files pass ``warcio check``."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from scrapy.settings import Settings

from finews_crawler.archive.lock import Lock
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.warc.middleware import WarcAddon, WarcMiddleware
from finews_crawler.warc.writer import payload_digest
from tests.support.list_server import LIST_PATH, listed_site
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.scripted_server import Answer, code_in, scripted_site
from tests.support.stats_dump import STATS_DUMP, stats_of
from tests.support.warc_files import REVISIT, check, files_in, kinds, records_of

CHANNEL = ("crawl", "channel", "-a", "channels=media")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "warc"


def test_every_exchange_is_recorded(scrapy: Scrapy, folder: Path) -> None:
    with running_origin(20, seed=3) as origin:
        run = scrapy.at(origin.url, FINEWS_WARC_DIR=str(folder))("crawl", "channel", *STATS_DUMP)
        requests = origin.stats()["total"]
    assert run.status == ExitStatus.ALL_WELL, run.log
    (path,) = files_in(folder)
    assert check(path) == (0, "")
    info, *records = records_of(path)
    assert info.kind == "warcinfo"
    assert info.named["WARC-Filename"] == path.name
    assert b"spider: channel\r\n" in info.content
    assert kinds(records) == ["response", "request"] * requests
    assert stats_of(run)["finews/warc/exchanges"] == requests
    for response, request in zip(records[::2], records[1::2], strict=True):
        assert request.named["WARC-Concurrent-To"] == response.named["WARC-Record-ID"]
        assert response.named["WARC-IP-Address"] == "127.0.0.1"
        assert {record.named["WARC-Warcinfo-ID"] for record in (response, request)} == {info.named["WARC-Record-ID"]}
        assert request.url == response.url
        assert request.head["user-agent"].startswith("finews_crawler/")
    paths = {record.url.removeprefix(origin.url).partition("?")[0] for record in records}
    assert {"/robots.txt", NEWS_TEXT_PATH} < paths


def test_warcio_check_finds_a_changed_byte(scrapy: Scrapy, folder: Path, tmp_path: Path) -> None:
    with running_origin(5, seed=3) as origin:
        scrapy.at(origin.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
    (path,) = files_in(folder)
    plain = bytearray(gzip.decompress(path.read_bytes()))
    plain[plain.index(b"nodeList")] ^= 1
    changed = tmp_path / "changed.warc"
    changed.write_bytes(bytes(plain))
    status, output = check(changed)
    assert status == 1
    assert "payload digest failed" in output


def test_compressed_bodies_are_recorded_as_they_were_sent(scrapy: Scrapy, folder: Path) -> None:
    with listed_site(is_gzipped=True) as site:
        scrapy.at(site.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
        body = site.list_body()
    (response,) = [record for record in records_of(files_in(folder)[0]) if LIST_PATH in record.url and record.content]
    assert response.head["content-encoding"] == "gzip"
    assert response.content == body
    assert "transfer-encoding" not in response.head


def test_a_chunked_body_is_recorded_decoded_without_transfer_encoding(scrapy: Scrapy, folder: Path) -> None:
    chunked = b"%x\r\n%s\r\n0\r\n\r\n"
    listed = b'{"nodeList": []}'

    def script(path: str) -> Answer | None:
        if path.startswith(LIST_PATH):
            # The server adds a Content-Length of 0; Twisted uses the last header.
            return Answer(chunked % (len(listed), listed), headers={"Transfer-Encoding": "chunked"})
        return None

    with scripted_site(script) as site:
        run = scrapy.at(site.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
    (path,) = files_in(folder)
    found = [record for record in records_of(path) if record.kind == "response" and LIST_PATH in record.url]
    assert [record.content for record in found] == [listed], run.log
    assert "transfer-encoding" not in found[0].head
    assert found[0].head.get("content-length", str(len(listed))) == str(len(listed))
    assert check(path) == (0, "")


def test_every_attempt_is_recorded(scrapy: Scrapy, folder: Path) -> None:
    with running_origin(5, seed=3, faults=["5xx-once"]) as origin:
        run = scrapy.at(origin.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
        requests = origin.stats()["total"]
    responses = [record for record in records_of(files_in(folder)[0]) if record.kind == "response"]
    assert len(responses) == requests, run.log
    assert {record.status[0] for record in responses} == {"2", "5"}


def test_a_304_is_a_revisit_record_of_the_cached_list(scrapy: Scrapy, folder: Path) -> None:
    with listed_site() as site:
        crawl = scrapy.at(site.url)
        crawl(*CHANNEL)  # caches the list without recording
        for _ in range(3):
            run = scrapy.at(site.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
            assert run.status == ExitStatus.ALL_WELL, run.log
        assert site.statuses() == [200, 304, 304, 304]
        body = site.list_body()
    (path,) = files_in(folder)
    assert check(path) == (0, "")
    records = list(records_of(path))
    (cached,) = [record for record in records if record.kind == "resource"]
    assert cached.content == body
    assert cached.named["WARC-Block-Digest"] == payload_digest(body)
    assert "WARC-Payload-Digest" not in cached.named
    revisits = [record for record in records if record.kind == "revisit"]
    assert len(revisits) == 3
    for revisit in revisits:
        assert revisit.named["WARC-Profile"] == REVISIT
        assert revisit.named["WARC-Refers-To"] == cached.named["WARC-Record-ID"]
        assert revisit.named["WARC-Refers-To-Date"] == cached.named["WARC-Date"]
        assert revisit.status.startswith("304")


def test_a_304_refers_to_a_response_in_the_same_file(scrapy: Scrapy, folder: Path) -> None:
    with listed_site(is_gzipped=True) as site:
        crawl = scrapy.at(site.url, FINEWS_WARC_DIR=str(folder))
        crawl(*CHANNEL)
        crawl(*CHANNEL)
    records = list(records_of(files_in(folder)[0]))
    assert "resource" not in kinds(records)
    (revisit,) = [record for record in records if record.kind == "revisit"]
    (listed,) = [record for record in records if record.kind == "response" and LIST_PATH in record.url]
    assert revisit.named["WARC-Refers-To"] == listed.named["WARC-Record-ID"]


def test_warcinfo_has_the_arguments_of_the_run(scrapy: Scrapy, folder: Path, tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    with running_origin(5, seed=3) as origin:
        crawl = scrapy.at(origin.url, FINEWS_WARC_DIR=str(folder))
        code = origin.articles[0].info_code
        codes.write_text(f"{code}\n", encoding="utf-8")
        crawl("crawl", "share", "-a", f"file={codes}", "-a", "refetch=1")
    (info,) = [record for record in records_of(files_in(folder)[0]) if record.kind == "warcinfo"]
    fields = dict(line.split(": ", 1) for line in info.content.decode().splitlines())
    assert json.loads(fields["arguments"]) == {"info_code": code, "url": "", "refetch": "1"}
    assert fields["robots"] == "obey"


def test_a_request_without_a_response_has_a_metadata_record(scrapy: Scrapy, folder: Path) -> None:
    with listed_site() as site:
        crawl = scrapy.at(site.url, FINEWS_WARC_DIR=str(folder), FINEWS_SHARE_URL=CLOSED_PORT)
        assert crawl(*CHANNEL).status == ExitStatus.SOME_FAILED
    failures = [record for record in records_of(files_in(folder)[0]) if record.kind == "metadata"]
    assert {code_in(record.url) for record in failures} > {""}
    assert any(b"DownloadConnectionRefusedError" in record.content for record in failures)
    assert all("WARC-Block-Digest" in record.named for record in failures)
    assert not any("WARC-Payload-Digest" in record.named for record in failures)
    assert check(*files_in(folder)) == (0, "")


def test_a_dry_run_records_nothing(scrapy: Scrapy, folder: Path) -> None:
    with listed_site() as site:
        scrapy.at(site.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL, "-a", "dry_run=1")
    assert not folder.exists()


def test_nothing_is_recorded_without_the_setting(scrapy: Scrapy, tmp_path: Path) -> None:
    with listed_site() as site:
        scrapy.at(site.url)(*CHANNEL)
    assert not list(tmp_path.rglob("*.warc*"))


def test_a_run_without_the_archive_lock_records_nothing(scrapy: Scrapy, folder: Path) -> None:
    lock = Lock(DataDirectory(scrapy.data).lock)
    lock.take()
    try:
        with listed_site() as site:
            run = scrapy.at(site.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
    finally:
        lock.release()
    assert run.status == ExitStatus.LOCKED
    assert not folder.exists()


@pytest.mark.parametrize(("folder", "components"), [("", {}), ("warc", {WarcMiddleware: 950})])
def test_addon_places_the_middleware_only_with_a_folder(folder: str, components: dict[type, int]) -> None:
    settings = Settings({"FINEWS_WARC_DIR": folder})
    WarcAddon().update_settings(settings)
    assert settings.getdict("DOWNLOADER_MIDDLEWARES") == components

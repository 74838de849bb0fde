"""The reader, with files of other programs: without our fields, of WARC/1.0, with chunked bodies, in a WACZ."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from finews_crawler.exceptions import CorruptWarc
from finews_crawler.requests import RequestSkipped
from finews_crawler.stats import ExitStatus
from finews_crawler.warc.members import Part, gzip_members, members_of, parts_of
from finews_crawler.warc.reader import read_http_response, read_record
from finews_crawler.warc.recording import RecordedRun
from finews_crawler.warc.replay.session import ReplaySession
from finews_crawler.warc.writer import payload_digest
from tests.support.scrapy_command import CLOSED_PORT, Run, Scrapy

HOST = "http://203.0.113.7"
CODE = "NW202205180000000001"
LIST = f"{HOST}/web/webapi?type=45&count=100&newsid=1"
ARTICLE = f"{HOST}/NewsData/GetNewsText.do?id={CODE}"
ROW = {"infocode": CODE, "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
RESPONSES = {
    LIST: json.dumps({"nodeList": [ROW]}).encode(),
    ARTICLE: json.dumps({"text": "<p>港区新增航线。</p>"}).encode(),
}
SEEN_AT = "2022-05-18T09:00:00.123456Z"


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def write(path: Path, version: str) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version=version)
        for url, body in RESPONSES.items():
            head = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
            head.append(("Content-Encoding", "gzip"))
            options = {
                "payload": BytesIO(chunked(gzip.compress(body))),
                "http_headers": StatusAndHeaders("200 OK", head, protocol="HTTP/1.1"),
                "warc_headers_dict": {"WARC-Date": SEEN_AT},
            }
            writer.write_record(writer.create_warc_record(url, "response", **options))


def replay(scrapy: Scrapy, *paths: Path) -> Run:
    return scrapy.at(CLOSED_PORT, FINEWS_REPLAY=",".join(map(str, paths)))("crawl", "channel", "-a", "channels=media")


def check_replay(scrapy: Scrapy, *paths: Path) -> None:
    run = replay(scrapy, *paths)
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 1
    (post,) = scrapy.posts.iterdir()
    assert "港区新增航线" in post.read_text(encoding="utf-8")


def zipped(path: Path, name: str, content: bytes, compression: int = ZIP_STORED) -> None:
    with ZipFile(path, "w", compression) as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr(ZipInfo(name), content, compression)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_file_that_names_no_runs_is_one_run(scrapy: Scrapy, tmp_path: Path, version: str) -> None:
    path = tmp_path / "theirs.warc.gz"
    write(path, version)
    check_replay(scrapy, path)


def test_a_file_without_gzip_is_replayed(scrapy: Scrapy, tmp_path: Path) -> None:
    write(tmp_path / "theirs.warc.gz", "1.0")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "theirs.warc").write_bytes(gzip.decompress((tmp_path / "theirs.warc.gz").read_bytes()))
    check_replay(scrapy, folder)


@pytest.mark.parametrize("is_packed", [True, False])
def test_the_files_in_a_wacz_are_replayed(scrapy: Scrapy, tmp_path: Path, is_packed: bool) -> None:
    path, wacz = tmp_path / "theirs.warc.gz", tmp_path / "theirs.wacz"
    write(path, "1.1")
    content = path.read_bytes()
    zipped(wacz, f"archive/{path.name if is_packed else path.stem}", content if is_packed else gzip.decompress(content))
    check_replay(scrapy, wacz)


@pytest.mark.parametrize(
    ("name", "compression", "reason"),
    [
        ("archive/theirs.warc.gz", ZIP_DEFLATED, "unzip it"),
        ("theirs.warc.gz", ZIP_STORED, "is a ZIP without archive/*.warc.gz"),
    ],
)
def test_another_zip_is_refused(scrapy: Scrapy, tmp_path: Path, name: str, compression: int, reason: str) -> None:
    path, wacz = tmp_path / "theirs.warc.gz", tmp_path / "theirs.wacz"
    write(path, "1.1")
    zipped(wacz, name, path.read_bytes(), compression)
    check_refusal(replay(scrapy, wacz), reason)


def test_a_zip_that_is_cut_off_is_refused(scrapy: Scrapy, tmp_path: Path) -> None:
    wacz = tmp_path / "theirs.wacz"
    zipped(wacz, "archive/theirs.warc.gz", b"")
    wacz.write_bytes(wacz.read_bytes()[:-9])
    check_refusal(replay(scrapy, wacz), "is corrupt, or not WACZ")


@pytest.mark.parametrize(("place", "byte"), [(6, 200), (46, 0xFF), (42, 0xFF)], ids=["version", "name", "offset"])
def test_a_damaged_zip_is_corrupt(tmp_path: Path, place: int, byte: int) -> None:
    """One byte of the last entry in the ZIP's directory is another: the version, the name, or where the file begins."""
    wacz = tmp_path / "theirs.wacz"
    zipped(wacz, "archive/中.warc.gz", b"")
    content = bytearray(wacz.read_bytes())
    content[content.rindex(b"PK\1\2") + place] = byte
    if place == 42:
        content[content.rindex(b"PK\1\2") + place + 1] = byte
    wacz.write_bytes(content)
    with pytest.raises(CorruptWarc, match="is corrupt, or not WACZ"):
        parts_of(wacz)


def check_refusal(run: Run, reason: str) -> None:
    assert run.status == ExitStatus.ARGUMENTS
    assert reason in run.log
    assert run.log.count("\n") == 1


@pytest.mark.parametrize("is_packed", [True, False])
def test_arc_is_refused(scrapy: Scrapy, tmp_path: Path, is_packed: bool) -> None:
    path, content = tmp_path / "theirs.arc", b"filedesc://theirs.arc 0.0.0.0 20220518090000 text/plain 12\n1 0 finews\n"
    path.write_bytes(gzip.compress(content) if is_packed else content)
    check_refusal(replay(scrapy, path), "is ARC, not WARC: `warcio recompress")


def test_an_article_is_found_in_the_file_that_continues_the_crawl(scrapy: Scrapy, tmp_path: Path) -> None:
    whole, paths = tmp_path / "theirs.warc.gz", [tmp_path / "theirs-1.warc.gz", tmp_path / "theirs-2.warc.gz"]
    write(whole, "1.0")
    for path, member in zip(paths, gzip_members(whole), strict=True):
        path.write_bytes(whole.read_bytes()[member.offset : member.end])
    check_replay(scrapy, *paths)


@pytest.mark.parametrize(
    ("url", "spiders", "is_found"),
    [
        (ARTICLE, ("", ""), True),
        (ARTICLE, ("channel", ""), False),
        (ARTICLE, ("", "channel"), False),
        (LIST, ("", ""), False),
    ],
)
def test_a_file_continues_another_one_with_articles_if_neither_names_a_spider(
    url: str, spiders: tuple[str, str], is_found: bool, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.warc.gz"
    write(path, "1.0")
    session = ReplaySession(get_crawler(settings_dict={"FINEWS_REPLAY": str(path)}))
    (run,) = session.recording.runs
    present, other = RecordedRun(run.began_at, spiders[0]), replace(run, spider=spiders[1])
    session.recording.runs = [present, other]
    session.begin(present)
    if is_found:
        assert asyncio.run(session.respond(Request(url))).url == url
    else:
        with pytest.raises(RequestSkipped):
            asyncio.run(session.respond(Request(url)))


@pytest.mark.parametrize("has_headers", [True, False])
@pytest.mark.parametrize("is_later", [True, False])
def test_a_revisit_of_an_article_has_the_body_that_it_refers_to(
    scrapy: Scrapy, tmp_path: Path, has_headers: bool, is_later: bool
) -> None:
    """By its digest alone: the same body was recorded at another address, in a file before or after it."""
    listed, article = RESPONSES
    head = StatusAndHeaders("200 OK", [("Content-Type", "application/json")], protocol="HTTP/1.1")
    paths = [tmp_path / name for name in ("1.warc.gz", "2.warc.gz" if is_later else "0.warc.gz")]
    for path, url in zip(paths, (listed, f"{HOST}/copy"), strict=True):
        with path.open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            options = {"payload": BytesIO(RESPONSES.get(url, RESPONSES[article])), "http_headers": head}
            writer.write_record(writer.create_warc_record(url, "response", **options))
            if url == listed:
                named = {"http_headers": head} if has_headers else {}
                digest = payload_digest(RESPONSES[article])
                writer.write_record(writer.create_revisit_record(article, digest, f"{HOST}/gone", SEEN_AT, **named))
    check_replay(scrapy, tmp_path)


def plain_file(path: Path, end: bytes) -> Part:
    record = b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 2\r\n\r\nab\r\n\r\n"
    path.write_bytes(record * 2 + end)
    return Part(path, 0, path.stat().st_size)


@pytest.mark.parametrize(
    "end",
    [
        b"",
        b"WARC/1.0\r\nContent-Le",
        b"WARC/1.0\r\nContent-Length: 2\r\n\r\na",
        b"WARC/1.0\r\nContent-Length: 2\r\n",
        b"\0" * 5000,
    ],
)
def test_the_whole_records_of_a_file_without_gzip_are_read(tmp_path: Path, end: bytes) -> None:
    first, second = members_of(plain_file(tmp_path / "plain.warc", end))
    assert (first.offset, second.offset, second.end) == (0, first.end, first.end * 2)
    assert [read_record(member.content).block for member in (first, second)] == [b"ab", b"ab"]


@pytest.mark.parametrize("end", [b"notes\r\n\r\n", b"WARC/1.0\r\nWARC-Type: metadata\r\n\r\nab"])
def test_other_data_in_a_file_without_gzip_is_corrupt(tmp_path: Path, end: bytes) -> None:
    members = members_of(plain_file(tmp_path / "plain.warc", end))
    with pytest.raises(CorruptWarc, match=f"no WARC record at byte {next(members).end * 2}"):
        list(members)


def test_one_gzip_member_with_all_records_is_refused(scrapy: Scrapy, tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.gz"
    write(path, "1.1")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    check_refusal(replay(scrapy, path), "warcio recompress")


@pytest.mark.parametrize(
    ("encodings", "is_chunked"),
    [
        ([], False),
        (["identity"], False),
        (["chunked, gzip"], False),
        (["Chunked"], True),
        (["identity", "chunked"], True),
        (["chunked", "identity"], False),
    ],
)
def test_a_body_is_chunked_by_its_last_transfer_encoding(encodings: list[str], is_chunked: bool) -> None:
    headers = "".join(f"transfer-Encoding: {encoding}\r\n" for encoding in encodings).encode()
    sent = chunked(b"{}")
    block = b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + sent
    assert read_http_response(block).body == (b"{}" if is_chunked else sent)

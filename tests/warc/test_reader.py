"""The reader, with files of other programs: without our fields, of WARC/1.0, with chunked bodies."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from finews_crawler.stats import ExitStatus
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

HOST = "http://203.0.113.7"
CODE = "NW202205180000000001"
LIST = f"{HOST}/web/webapi?type=45&count=100&newsid=1"
ROW = {"infocode": CODE, "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
RESPONSES = {
    LIST: json.dumps({"nodeList": [ROW]}).encode(),
    f"{HOST}/NewsData/GetNewsText.do?id={CODE}": json.dumps({"text": "<p>港区新增航线。</p>"}).encode(),
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


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_file_that_names_no_runs_is_one_run(scrapy: Scrapy, tmp_path: Path, version: str) -> None:
    path = tmp_path / "theirs.warc.gz"
    write(path, version)
    run = scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(path))("crawl", "channel", "-a", "channels=media")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 1
    (post,) = scrapy.posts.iterdir()
    assert "港区新增航线" in post.read_text(encoding="utf-8")


def test_one_gzip_member_with_all_records_is_refused(scrapy: Scrapy, tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.gz"
    write(path, "1.1")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    run = scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(path))("crawl", "channel")
    assert run.status == ExitStatus.ARGUMENTS
    assert "warcio recompress" in run.log
    assert run.log.count("\n") == 1

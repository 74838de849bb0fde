"""The writer: a file that a killed run left is cut back to its last complete record, and continued."""

from __future__ import annotations

import zlib
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response

from finews_crawler.exceptions import CorruptWarc
from finews_crawler.utils import clock
from finews_crawler.utils.files import append
from finews_crawler.warc.members import gzip_members
from finews_crawler.warc.records import RecordGroup, add_response
from finews_crawler.warc.writer import DailyFile, Recorder
from tests.support.warc_files import check, kinds, records_of

DAY = date(2022, 5, 18)
LIST = "http://127.0.0.1/web/webapi?type=45"


def exchange(number: int) -> bytes:
    records = RecordGroup(clock.now())
    request = Request(f"{LIST}&number={number}")
    add_response(records, request, Response(request.url, body=b"%d" % number * 100))
    return records.content


def three_exchanges() -> tuple[bytes, list[int]]:
    """Return the bytes of three exchanges, and the offset of each record's end."""
    content, ends = b"".join(map(exchange, range(3))), [0]
    while ends[-1] < len(content):
        ends.append(ends[-1] + len(first_member(content[ends[-1] :])))
    return content, ends


def first_member(content: bytes) -> bytes:
    decompressor = zlib.decompressobj(31)
    decompressor.decompress(content)
    return content[: len(content) - len(decompressor.unused_data)]


CONTENT, ENDS = three_exchanges()


@given(st.integers(0, len(CONTENT)))
def test_open_cuts_back_to_the_last_complete_record(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    file = DailyFile(tmp_path_factory.mktemp("cut"), DAY)
    file.path.write_bytes(CONTENT[:cut])
    complete = max(end for end in ENDS if end <= cut)
    assert file.open() == cut - complete
    assert file.path.read_bytes() == CONTENT[:complete]
    append(file.path, exchange(7))
    found = [member.end for member in gzip_members(file.path)]
    assert found[: ENDS.index(complete)] == ENDS[1 : ENDS.index(complete) + 1]
    assert found[-1] == file.path.stat().st_size
    assert kinds(list(records_of(file.path)))[-2:] == ["response", "request"]


def test_a_continued_file_passes_warcio_check(tmp_path: Path) -> None:
    file = DailyFile(tmp_path, DAY)
    file.path.write_bytes(CONTENT[:-10])
    file.open()
    append(file.path, exchange(7))
    assert check(file.path) == (0, "")
    assert len(kinds(list(records_of(file.path)))) == 7


@pytest.mark.parametrize("offset", [0, ENDS[1], ENDS[1] + 30, ENDS[-2]], ids=["first", "second", "within", "last"])
def test_open_refuses_a_file_with_a_changed_byte(tmp_path: Path, offset: int) -> None:
    """The records after it are not cut off."""
    file = DailyFile(tmp_path, DAY)
    corrupt = bytearray(CONTENT)
    corrupt[offset] ^= 0xFF
    file.path.write_bytes(bytes(corrupt))
    with pytest.raises(CorruptWarc, match=rf"{file.path} is corrupt, or not gzip, at byte \d+"):
        file.open()
    assert file.path.read_bytes() == bytes(corrupt)


def test_open_cuts_off_zeros_that_a_power_failure_left(tmp_path: Path) -> None:
    file = DailyFile(tmp_path, DAY)
    file.path.write_bytes(CONTENT + bytes(5000))
    assert file.open() == 5000
    assert file.path.read_bytes() == CONTENT


def test_open_indexes_the_lists_in_the_file(tmp_path: Path) -> None:
    file = DailyFile(tmp_path, DAY)
    file.path.write_bytes(CONTENT)
    file.open()
    cached = Response(f"{LIST}&number=1", body=b"1" * 100)
    ids = [record.named["WARC-Record-ID"] for record in records_of(file.path) if record.url == cached.url]
    assert (file.find_list(cached) or {})["WARC-Refers-To"] == ids[0]
    assert file.find_list(Response(cached.url, body=b"another")) is None
    assert file.find_list(Response(f"{LIST}&number=9", body=cached.body)) is None


def test_a_file_begins_at_midnight_in_beijing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(tmp_path, [("isPartOf", "urn:uuid:1")])
    request = Request(LIST)
    for time in map(datetime.fromisoformat, ("2022-05-18T23:59:59+08:00", "2022-05-18T16:00:00+00:00")):
        monkeypatch.setattr(clock, "now", lambda time=time: time)
        recorder.exchange(request, Response(LIST, body=b"[]"), None)
    recorder.close()
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == ["finews-2022-05-18.warc.gz", "finews-2022-05-19.warc.gz"]
    assert check(*files) == (0, "")
    for path in files:
        info, response, _ = records_of(path)
        assert info.content == b"isPartOf: urn:uuid:1\r\n", "one run in two files"
        assert response.named["WARC-Warcinfo-ID"] == info.named["WARC-Record-ID"]

"""A killed run leaves the beginning of what it wrote: the next one cuts back to the last whole record, and goes on."""

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
from finews_crawler.warc.reader import members
from finews_crawler.warc.records import Records, add_exchange
from finews_crawler.warc.writer import DailyFile, Recorder
from tests.support.warc_files import check, kinds, records_of

DAY = date(2022, 5, 18)
LIST = "http://127.0.0.1/web/webapi?type=45"


def exchange(number: int) -> bytes:
    records = Records(clock.now())
    request = Request(f"{LIST}&number={number}")
    add_exchange(records, request, Response(request.url, body=b"%d" % number * 100))
    return records.content


def three_exchanges() -> tuple[bytes, list[int]]:
    """Their bytes, and where each of their records ends."""
    content, ends = b"".join(map(exchange, range(3))), [0]
    while ends[-1] < len(content):
        ends.append(ends[-1] + len(first_member(content[ends[-1] :])))
    return content, ends


def first_member(content: bytes) -> bytes:
    inflater = zlib.decompressobj(31)
    inflater.decompress(content)
    return content[: len(content) - len(inflater.unused_data)]


CONTENT, ENDS = three_exchanges()


@given(st.integers(0, len(CONTENT)))
def test_any_cut_is_cut_back_to_the_last_whole_record(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    file = DailyFile(tmp_path_factory.mktemp("cut"), DAY)
    file.path.write_bytes(CONTENT[:cut])
    whole = max(end for end in ENDS if end <= cut)
    assert file.open() == cut - whole
    assert file.path.read_bytes() == CONTENT[:whole]
    file.append(exchange(7))
    found = [member.end for member in members(file.path)]
    assert found[: ENDS.index(whole)] == ENDS[1 : ENDS.index(whole) + 1]
    assert found[-1] == file.path.stat().st_size
    assert kinds(list(records_of(file.path)))[-2:] == ["response", "request"]


def test_what_is_left_after_a_cut_passes_the_checker(tmp_path: Path) -> None:
    file = DailyFile(tmp_path, DAY)
    file.path.write_bytes(CONTENT[:-10])
    file.open()
    file.append(exchange(7))
    assert check(file.path) == (0, "")
    assert len(kinds(list(records_of(file.path)))) == 7


@pytest.mark.parametrize("place", [0, ENDS[1], ENDS[1] + 30, ENDS[-2]], ids=["first", "second", "within", "last"])
def test_what_no_kill_leaves_is_not_cut(tmp_path: Path, place: int) -> None:
    """A changed byte in the middle: what lies behind it is not lost for it."""
    file = DailyFile(tmp_path, DAY)
    damaged = bytearray(CONTENT)
    damaged[place] ^= 0xFF
    file.path.write_bytes(bytes(damaged))
    with pytest.raises(CorruptWarc, match=rf"{file.path} is damaged, or no gzip, at byte \d+"):
        file.open()
    assert file.path.read_bytes() == bytes(damaged)


def test_zeros_that_a_power_failure_left_are_cut_off(tmp_path: Path) -> None:
    file = DailyFile(tmp_path, DAY)
    file.path.write_bytes(CONTENT + bytes(5000))
    assert file.open() == 5000
    assert file.path.read_bytes() == CONTENT


def test_the_lists_of_a_file_are_known_again_when_it_is_opened(tmp_path: Path) -> None:
    file = DailyFile(tmp_path, DAY)
    file.path.write_bytes(CONTENT)
    file.open()
    kept = Response(f"{LIST}&number=1", body=b"1" * 100)
    ids = [record.named["WARC-Record-ID"] for record in records_of(file.path) if record.url == kept.url]
    assert (file.lists.get(kept) or {})["WARC-Refers-To"] == ids[0]
    assert file.lists.get(Response(kept.url, body=b"another")) is None
    assert file.lists.get(Response(f"{LIST}&number=9", body=kept.body)) is None


def test_midnight_in_beijing_begins_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(tmp_path, [("isPartOf", "urn:uuid:1")])
    request = Request(LIST)
    for moment in map(datetime.fromisoformat, ("2022-05-18T23:59:59+08:00", "2022-05-18T16:00:00+00:00")):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        recorder.exchange(request, Response(LIST, body=b"[]"), None)
    recorder.close()
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == ["finews-2022-05-18.warc.gz", "finews-2022-05-19.warc.gz"]
    assert check(*files) == (0, "")
    for path in files:
        info, response, _ = records_of(path)
        assert info.content == b"isPartOf: urn:uuid:1\r\n", "one run, in two files"
        assert response.named["WARC-Warcinfo-ID"] == info.named["WARC-Record-ID"]

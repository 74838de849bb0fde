"""The recorded responses, which are read again without their named fields."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter, WARCWriter

from finews_crawler.exceptions import CorruptWarc
from finews_crawler.warc.members import Member, MemberReader, gzip_members
from finews_crawler.warc.reader import HttpResponse, read_http_response, read_record, read_response
from finews_crawler.warc.recording import Exchange, Recording, place_of

URL = "http://203.0.113.7/NewsData/GetNewsText.do?id=NW{}"
NUMBERS = (202205180000000001, 202205180000000002)


def response(number: int) -> HttpResponse:
    return HttpResponse(200, [(b"Server", b"s"), (b"Set-Cookie", b"a"), (b"set-cookie", b"b")], b"body %d" % number)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in NUMBERS:
            status, headers, body = response(number)
            pairs = [(name.decode(), value.decode()) for name, value in headers]
            http_headers = StatusAndHeaders(f"{status} OK", pairs, protocol="HTTP/1.1")
            options = {"payload": BytesIO(body), "http_headers": http_headers}
            writer.write_record(writer.create_warc_record(URL.format(number), "response", **options))
    return path


def exchanges(recording: Recording) -> Iterator[Exchange]:
    return (exchange for run in recording.runs for found in run.exchanges.values() for exchange in found)


def test_responses_are_read_from_the_places_that_the_scan_has_found(path: Path) -> None:
    with closing(Recording([path])) as recording:
        read = [recording.response(exchange) for exchange in exchanges(recording)]
    assert read == [response(number) for number in NUMBERS]


def cut_off(content: bytes) -> bytes:
    return content[:-1]


def change_a_byte(content: bytes) -> bytes:
    return content[:-20] + bytes((content[-20] ^ 1,)) + content[-19:]


@pytest.mark.parametrize("change", [cut_off, change_a_byte])
def test_a_file_that_changes_during_a_replay_is_reported(path: Path, change: Callable[[bytes], bytes]) -> None:
    with closing(Recording([path])) as recording:
        _, last = exchanges(recording)
        path.write_bytes(change(path.read_bytes()))
        with pytest.raises(CorruptWarc, match="has changed"):
            recording.response(last)


def test_a_file_is_read_on_after_another_one_has_gone(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.warc.gz"
    other.write_bytes(path.read_bytes())
    with closing(Recording([path, other])) as recording:
        first, second, gone, _ = exchanges(recording)
        recording.response(first)
        other.unlink()
        with pytest.raises(FileNotFoundError):
            recording.response(gone)
        assert recording.response(second) == response(NUMBERS[1])


def test_another_record_in_the_same_place_is_reported(path: Path) -> None:
    member, _ = gzip_members(path)
    with closing(MemberReader()) as reader:
        checksum = zlib.crc32(member.content)
        assert reader.read(path, member.offset, member.end, checksum) == member.content
        with pytest.raises(CorruptWarc, match="has changed"):
            reader.read(path, member.offset, member.end, checksum ^ 1)


@given(st.binary(max_size=300), st.text(st.characters(max_codepoint=255), max_size=20), st.text(max_size=9))
def test_the_block_in_its_place_is_the_response_of_the_whole_record(body: bytes, value: str, note: str) -> None:
    writer = BufferWARCWriter(gzip=False)
    http_headers = StatusAndHeaders("200 OK", [("Name", value)], protocol="HTTP/1.1")
    options = {"payload": BytesIO(body), "http_headers": http_headers, "warc_headers_dict": {"Note": note}}
    writer.write_record(writer.create_warc_record("http://203.0.113.7/", "response", **options))
    member = writer.get_contents()
    record = read_record(member)
    block = place_of(record, Member(0, 0, member), Path()).block
    assert block is not None
    assert read_http_response(member[block]) == read_response(record)


@pytest.mark.parametrize("url", ["http://[203.0.113.7/", f"http://a]b/a/{NUMBERS[0]}.html", "http://a\u2100b/"])
@pytest.mark.parametrize("kind", ["response", "metadata", "revisit"])
def test_a_record_of_another_program_with_an_impossible_url_is_left_out(url: str, kind: str, path: Path) -> None:
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=True)
        block = BytesIO(b"failure: none\r\n" if kind == "metadata" else b"HTTP/1.1 200 OK\r\n\r\nbody")
        writer.write_record(writer.create_warc_record(url, kind, payload=block))
    with path.open("ab") as file:
        file.write(path.read_bytes())
    with closing(Recording([path])) as recording:
        assert [exchange.url for exchange in exchanges(recording)] == [
            URL.format(number) for number in NUMBERS for _ in range(2)
        ]
        assert not recording.is_incomplete

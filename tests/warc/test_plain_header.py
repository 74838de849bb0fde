"""Headers that are read without warcio's parser, compared with it."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from warcio.warcwriter import BufferWARCWriter

from finews_crawler.exceptions import InvalidRecord
from finews_crawler.warc.plain_header import plain_header
from finews_crawler.warc.reader import read_any_record, read_record

ENDS = st.sampled_from(["\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n\r\n"])
NAMES = st.sampled_from(
    ["WARC-Type", "Content-Length", "content-length", "WARC-Target-URI", "WARC-Date", "Note", " Note"]
)
VALUES = st.sampled_from(
    ["response", "0", "2", "2", "2", "٢", "-2", "<http://a.test/>", "http://a.test/ b", "", "a b ", "港"]
)
SEPARATORS = st.sampled_from([": ", ": ", ": ", ":", " : ", ":\t", ""])
LINES = st.tuples(NAMES, SEPARATORS, VALUES | st.text(max_size=5), ENDS).map("".join)
VERSIONS = st.sampled_from(["WARC/1.1", "WARC/1.1", "WARC/1.0", "warc/1.1", "WARC/1.1 ", "WARC/0.18", "ARC/1.1"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8", "gb18030", "latin-1"])


def outcome(read: object, member: bytes) -> object:
    assert callable(read)
    try:
        return read(member)
    except InvalidRecord as error:
        return str(error)


@given(VERSIONS, ENDS, st.lists(LINES, max_size=5), ENCODINGS, st.sampled_from(["", "ab", "ab\r\n\r\n", "abc\r\n"]))
def test_a_record_is_read_as_warcio_reads_it(
    version: str, end: str, lines: list[str], encoding: str, rest: str
) -> None:
    member = "".join([version, end, *lines, "\r\n", rest]).encode(encoding, "replace")
    assert outcome(read_record, member) == outcome(read_any_record, member)


@given(st.binary(max_size=40), st.integers(0, 200), st.binary(max_size=3))
def test_a_changed_record_is_read_as_warcio_reads_it(body: bytes, position: int, change: bytes) -> None:
    writer = BufferWARCWriter(gzip=False)
    record = writer.create_warc_record("http://a.test/", "resource", BytesIO(body), warc_content_type="text/plain")
    writer.write_record(record)
    member = writer.get_contents()
    assert plain_header(member) is not None
    changed = member[:position] + change + member[position + len(change) :]
    assert outcome(read_record, changed) == outcome(read_any_record, changed)

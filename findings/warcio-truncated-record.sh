#!/bin/sh
# A good guess: reading a WARC file whose last record was cut off (a killed writer, a full disk) raises an error, or ends
# before that record, since its gzip member is incomplete and its Content-Length promises more bytes than there are.
# What happens: warcio.ArchiveIterator yields the record with as many bytes as are left, and raises nothing. A member
# that lacks only its checksum is not noticed at all. Even check_digests="raise" raises nothing when the payload is cut
# to 11 of 6,800 bytes: the digest is compared only after the stream has been read to its promised length.
# Why it matters here: a recording is appended to by each run, so a run that is killed leaves such an end. An iterator
# that hands it on as a response would make a shortened article of it, so recordings are read member by member instead,
# and zlib's end-of-member check decides whether a record is whole.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check warcio==1.8.1
cat > "$folder/truncated.py" <<'PY'
import io
import zlib
from importlib.metadata import version

from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

out = io.BytesIO()
writer = WARCWriter(out, gzip=True)
for number in range(2):
    payload = io.BytesIO(b"line %d of a page\n" % number * 400)
    writer.write_record(
        writer.create_warc_record(f"http://a.test/{number}", "resource", payload=payload, warc_content_type="text/plain")
    )
whole = out.getvalue()


def lengths(cut: int, **options: object) -> list[int]:
    file = io.BytesIO(whole[: len(whole) - cut])
    return [len(record.content_stream().read()) for record in ArchiveIterator(file, **options)]


def is_whole(member: bytes) -> bool:
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    inflater.decompress(member)
    while inflater.unused_data:
        rest, inflater = inflater.unused_data, zlib.decompressobj(16 + zlib.MAX_WBITS)
        inflater.decompress(rest)
    return inflater.eof


print("warcio", version("warcio"))
for cut in (0, 5, 40):
    read = lengths(cut), lengths(cut, check_digests="raise")
    print(f"{cut} bytes missing: payloads of {read[0]} bytes, no error; zlib: whole={is_whole(whole[: len(whole) - cut])}")
assert lengths(0) == [6800, 6800] == lengths(5), "a missing checksum is noticed now"
short = lengths(40)
assert len(short) == 2 and 0 < short[1] < 6800, "a truncated record is not handed on any more"
assert not is_whole(whole[:-5]) and not is_whole(whole[:-40])
PY
"$folder/venv/bin/python" "$folder/truncated.py"

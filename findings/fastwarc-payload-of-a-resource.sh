#!/bin/sh
# A good guess: a file that `warcio check` passes, passes `fastwarc check -p` too, since both compare the same digests
# with the same bytes.
# What happens: FastWARC takes a payload for the body of an HTTP message. For a `resource` or `metadata` record, whose
# block is no HTTP message, verify_payload_digest is False although WARC-Payload-Digest is the digest of the block, and
# `fastwarc check -p` ends with exit status 1. Without the field, the file passes: then the record's block digest, of the
# same bytes, counts alone. warcio writes the field for these records unless it is told not to.
# Why it matters here: an export of articles consists of resource records. Each was reported as corrupt, so exports and
# recordings leave the field out of records that are no HTTP messages.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check warcio==1.8.1 fastwarc==2.0.0
cat > "$folder/resource.py" <<'PY'
import io
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from fastwarc.warc import ArchiveIterator
from warcio.warcwriter import WARCWriter

folder = Path(sys.argv[1])
tools = Path(sys.executable).parent


def write(name: str, has_payload_digest: bool) -> Path:
    path = folder / name
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        if not has_payload_digest:
            writer.NO_PAYLOAD_DIGEST_TYPES = ("warcinfo", "revisit", "resource")
        payload = io.BytesIO(b'{"title": "news"}')
        record = writer.create_warc_record("http://a.test/1", "resource", payload, warc_content_type="application/json")
        writer.write_record(record)
    return path


print("warcio", version("warcio"), "FastWARC", version("fastwarc"))
statuses = {}
for name, has_digest in (("with.warc.gz", True), ("without.warc.gz", False)):
    path = write(name, has_digest)
    commands = (["warcio", "check", path], ["fastwarc", "check", "-p", "-q", path])
    statuses[has_digest] = [subprocess.run([tools / tool, *rest], check=False).returncode for tool, *rest in commands]
    with path.open("rb") as file:
        (record,) = ArchiveIterator(file)
        digests = record.headers.get("WARC-Payload-Digest"), record.headers.get("WARC-Block-Digest")
    print(f"payload and block digest {digests}: exit statuses of warcio and fastwarc {statuses[has_digest]}")
assert statuses[False] == [0, 0], "a record without a payload digest does not pass any more"
assert statuses[True] == [0, 1], "FastWARC verifies the payload of a resource record now"
PY
"$folder/venv/bin/python" "$folder/resource.py" "$folder"

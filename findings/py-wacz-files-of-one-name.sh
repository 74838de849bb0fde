#!/bin/sh
# A good guess: `wacz create one/day.warc.gz two/day.warc.gz` packs both files under names of their own, as
# `wb-manager add` of pywb does ("already exists - renamed to day-1.warc.gz"), or it refuses the second.
# What happens: the WACZ has two members archive/day.warc.gz, and the exit status is 0; a warning comes from Python's
# zipfile alone. Readers of ZIP find a member by its name, and get the last: index lines of the first file lead to bytes
# of the second, here to a whole record of another page. `wacz validate` fails on it, without a reason.
# Why it matters here: a recording is named by its day, so those of two machines, or of two spiders with folders of
# their own, have the same names. Rename them before they are packed. FINEWS_REPLAY reads both, since it goes through
# the members and asks for no name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check wacz==0.6.0 warcio==1.8.1
cat > record.py <<'PY'
import io
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

for name in ("one", "two"):
    Path(name).mkdir()
    with open(f"{name}/day.warc.gz", "wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body = io.BytesIO(f"<title>{name}</title>".encode())
        record = writer.create_warc_record(f"http://a.test/{name}", "response", body, http_headers=headers)
        writer.write_record(record)
PY
cat > read.py <<'PY'
import gzip
import io
import json
import zipfile
from importlib.metadata import version

from warcio.archiveiterator import ArchiveIterator

found = {}
with zipfile.ZipFile("day.wacz") as wacz:
    members = [name for name in wacz.namelist() if name.startswith("archive/")]
    for line in gzip.decompress(wacz.read("indexes/index.cdx.gz")).decode().splitlines():
        entry = json.loads(line.split(" ", 2)[2])
        file = io.BytesIO(wacz.read("archive/" + entry["filename"])[int(entry["offset"]) :])
        found[entry["url"]] = next(ArchiveIterator(file)).rec_headers.get_header("WARC-Target-URI")
print(f"py-wacz {version('wacz')}: members {members}; URLs of the index and of their records: {found}")
assert members == ["archive/day.warc.gz"] * 2, "the behaviour has changed"
assert found == {"http://a.test/one": "http://a.test/two", "http://a.test/two": "http://a.test/two"}
PY
venv/bin/python record.py
venv/bin/wacz create -o day.wacz one/day.warc.gz two/day.warc.gz > log 2>&1
venv/bin/python read.py
if venv/bin/wacz validate -f day.wacz >> log 2>&1; then echo "the WACZ is valid now"; exit 1; fi

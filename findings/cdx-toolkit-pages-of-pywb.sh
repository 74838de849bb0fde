#!/bin/sh
# A good guess: cdx_toolkit lists the captures of a URL from the CDX API of a pywb that is named as its source, as from
# that of Common Crawl, which is pywb's: iter(limit=12) ends after five captures if there are five, as get() does.
# What happens: iter() asks for page=0, 1, 2 and so on until a page is empty or an error. Pages are a matter of indexes
# that are compressed in blocks, as Common Crawl's; over the plain index of `wb-manager add`, pywb takes no notice of the
# parameter and sends all captures for each page. So iter() yields the same five again until its limit, which it takes
# for that of all pages together. get() asks once, and is right.
# Why it matters here: a list that is polled has a capture for each poll. Who counts these through the API, or has `cdxt`
# write them to a file, gets some twice and some three times, each of them genuine; nothing but the timestamps shows it.
set -eu
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pywb==2.10.0 warcio==1.8.1 cdx_toolkit==0.9.39
cat > write.py <<'PY'
import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

with open("day.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    for hour in range(1, 6):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        options = {"payload": io.BytesIO(b"rows"), "http_headers": headers}
        options["warc_headers_dict"] = {"WARC-Date": f"2026-11-20T0{hour}:00:00Z"}
        writer.write_record(writer.create_warc_record("http://a.test/list", "response", **options))
PY
cat > count.py <<'PY'
import sys
from collections import Counter
from importlib.metadata import version

import cdx_toolkit

captures = cdx_toolkit.CDXFetcher(source=sys.argv[1])
listed = {
    "get(limit=12)": captures.get("http://a.test/list", limit=12),
    "iter(limit=12)": captures.iter("http://a.test/list", limit=12),
}
seen = {call: sorted(Counter(item["timestamp"] for item in items).values()) for call, items in listed.items()}
print(f"cdx_toolkit {version('cdx_toolkit')}, pywb {version('pywb')}, five captures; how often each is listed:")
for call, times in seen.items():
    print(f"{call}: {times}")
assert seen == {"get(limit=12)": [1] * 5, "iter(limit=12)": [2, 2, 2, 3, 3]}, "the behaviour has changed"
PY
venv/bin/python write.py
(venv/bin/wb-manager init day && venv/bin/wb-manager add day day.warc.gz) > log 2>&1
port=$(venv/bin/python -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
venv/bin/wayback -b 127.0.0.1 -p "$port" > log 2>&1 & server=$!
until curl -s -o out "http://127.0.0.1:$port/"; do sleep 1; done
venv/bin/python count.py "http://127.0.0.1:$port/day/cdx"

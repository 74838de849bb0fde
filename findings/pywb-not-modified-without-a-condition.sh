#!/bin/sh
# A good guess: pywb answers for a `revisit` record of the profile server-not-modified as it does for one of the profile
# identical-payload-digest: with the payload of the record that it refers to.
# What happens: it answers 304 without a body, also to a client that sent no If-None-Match and has nothing to fall back
# on; a browser shows an empty page. It has found the record: the same revisit with status 200 in its block is answered
# with the payload. ReplayWeb.page shows the payload of a confirmed one, too.
# Why it matters here: a list that is confirmed by a 304 is recorded so, once for each poll. Whoever opens such a poll in
# pywb sees an empty page; the documentation says to open the capture before it.
set -eu
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pywb==2.10.0
cd "$folder"
cat > write.py <<'PY'
import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PROFILE, FIRST = "http://netpreserve.org/warc/1.1/revisit/server-not-modified", "2026-01-01T00:00:00Z"
with open("day.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    for name, status in (("confirmed", "304 Not Modified"), ("repeated", "200 OK")):
        url, named = f"http://a.test/{name}", {"WARC-Date": "2026-01-02T00:00:00Z", "WARC-Profile": PROFILE}
        ok, head = (StatusAndHeaders(each, [("ETag", '"1"')], protocol="HTTP/1.1") for each in ("200 OK", status))
        options = {"payload": io.BytesIO(b"rows"), "http_headers": ok, "warc_headers_dict": {"WARC-Date": FIRST}}
        writer.write_record(writer.create_warc_record(url, "response", **options))
        named.update({"WARC-Refers-To-Target-URI": url, "WARC-Refers-To-Date": FIRST})
        writer.write_record(writer.create_warc_record(url, "revisit", http_headers=head, warc_headers_dict=named))
PY
cat > read.py <<'PY'
import http.client
import sys
from importlib.metadata import version


def get(path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


cases = [(name, day) for name in ("confirmed", "repeated") for day in (1, 2)]
found = {(name, day): get(f"/day/2026010{day}000000id_/http://a.test/{name}") for name, day in cases}
print("pywb", version("pywb"), found)
assert found.pop(("confirmed", 2)) == (304, b""), "a confirmed capture is answered with its payload now"
assert set(found.values()) == {(200, b"rows")}
PY
venv/bin/python write.py
(venv/bin/wb-manager init day && venv/bin/wb-manager add day day.warc.gz) > log.txt 2>&1
port=$(venv/bin/python -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
venv/bin/wayback -b 127.0.0.1 -p "$port" > log.txt 2>&1 & server=$!
until venv/bin/python -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2> log.txt; do sleep 1; done
venv/bin/python read.py "$port"

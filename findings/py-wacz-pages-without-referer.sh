#!/bin/sh
# A good guess: `wacz create --detect-pages` lists every HTML page of a WARC file that was answered with 200: the option
# is documented as "generates pages.jsonl page index".
# What happens: it then drops each page that no other request of the file names as its Referer. A page that a browser
# opened stays, since its pictures and scripts have a Referer; the pages of a crawler that sends none are all dropped,
# "Num Pages Detected: 0" is printed, and the WACZ, which has no pages.jsonl, validates.
# Why it matters here: articles are recorded by a crawl without Referer. A WACZ of it replays, but a viewer offers no page
# to begin with, so the pages are passed with `wacz create -p`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check wacz==0.6.0 warcio==1.8.1
cat > "$folder/pages.py" <<'PY'
import io
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

folder, wacz = Path(sys.argv[1]), Path(sys.executable).with_name("wacz")
PAGE, PICTURE = "http://a.test/page.html", "http://a.test/picture.png"


def exchange(writer: WARCWriter, url: str, kind: str, referer: str) -> None:
    head = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
    options = {"payload": io.BytesIO(b"<title>news</title>"), "http_headers": head}
    response = writer.create_warc_record(url, "response", **options)
    fields = [("Host", "a.test"), *([("Referer", referer)] if referer else [])]
    asked = StatusAndHeaders(f"GET {url.removeprefix('http://a.test')} HTTP/1.1", fields, is_http_request=True)
    request = writer.create_warc_record(url, "request", http_headers=asked)
    writer.write_request_response_pair(request, response)


def detected(referer: str) -> int:
    """Return the number of pages in a WACZ of one page and a picture that was requested with *referer*."""
    with (folder / "a.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        exchange(writer, PAGE, "text/html", "")
        exchange(writer, PICTURE, "image/png", referer)
    made = folder / "a.wacz"
    command = [wacz, "create", "-o", made, "--detect-pages", folder / "a.warc.gz"]
    subprocess.run(command, check=True, capture_output=True)
    with ZipFile(made) as archive:
        pages = [name for name in archive.namelist() if name == "pages/pages.jsonl"]
        return sum(PAGE in line for name in pages for line in archive.read(name).decode().splitlines())


counts = detected(PAGE), detected("")
print(f"py-wacz {version('wacz')}: {counts[0]} page if a request names it as Referer, {counts[1]} if none does")
assert counts == (1, 0), "pages are detected in another way now"
PY
"$folder/venv/bin/python" "$folder/pages.py" "$folder"

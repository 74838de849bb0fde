#!/bin/sh
# A good guess: scrapy-webarchive, which has a spider crawl a WACZ instead of the network, gives it each response as Scrapy
# would: without Content-Encoding and Transfer-Encoding. WARC stores the message as it was sent, chunks included, and
# warcio, which reads the same file below, takes them away.
# What happens: the chunks stay. response.body begins with the size of the first one in hexadecimal and ends with 0, with
# status 200 and no error. JSON is a syntax error then, a page gets lines of text, in the middle of a character or of a
# link. If the body is in gzip, too, which works alone, the request fails.
# Why it matters here: servers send pages that are made on demand in chunks, and wget records them so. Who has a spider of
# their own go over such a recording archives numbers in the text. FINEWS_REPLAY decodes both and reads WACZ
# (docs/replay.md), and the recordings of this project have no chunks.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check scrapy-webarchive==0.5.3 wacz==0.5.0 warcio==1.7.4 \
    w3lib==2.2.1 twisted==24.7.0
cat > write.py <<'PY'
import gzip
import io

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE, GZIP, CHUNKS = b"<p>600050.SH: +4.5%</p>", ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")
PAGES = {"whole": (PAGE,), "gzip": (gzip.compress(PAGE), GZIP)}
for name, kind in (("chunks", "whole"), ("both", "gzip")):
    body, *fields = PAGES[kind]
    PAGES[name] = (b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), *fields, CHUNKS)
with open("day.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    for name, (body, *fields) in PAGES.items():
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), *fields], protocol="HTTP/1.1")
        options = {"payload": io.BytesIO(body), "http_headers": headers}
        writer.write_record(writer.create_warc_record(f"http://a.test/{name}", "response", **options))
with open("day.warc.gz", "rb") as file:
    assert {record.content_stream().read() for record in ArchiveIterator(file)} == {PAGE}, "warcio has changed"
PY
cat > spider.py <<'PY'
import scrapy


class Pages(scrapy.Spider):
    name = "pages"
    start_urls = [f"http://a.test/{name}" for name in ("whole", "gzip", "chunks", "both")]

    def parse(self, response):
        print(response.url, response.status, response.text.split("\r\n"))
PY
venv/bin/python write.py
venv/bin/wacz create -o day.wacz day.warc.gz > log 2>&1
venv/bin/scrapy runspider spider.py -s SW_WACZ_SOURCE_URI="file://$PWD/day.wacz" -s TELNETCONSOLE_ENABLED=0 \
    -s 'DOWNLOADER_MIDDLEWARES={"scrapy_webarchive.downloadermiddlewares.WaczMiddleware": 543}' > seen 2> log
echo "scrapy-webarchive 0.5.3: $(sort seen)"
printf 'http://a.test/%s\n' "chunks 200 ['17', '<p>600050.SH: +4.5%</p>', '0', '', '']" \
    "gzip 200 ['<p>600050.SH: +4.5%</p>']" "whole 200 ['<p>600050.SH: +4.5%</p>']" > expected
sort seen | diff expected -
grep "BadGzipFile:" log

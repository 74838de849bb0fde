#!/bin/sh
# A good guess: the download handler is a matter of speed and of protocols; each sends the URL that Scrapy's Request
# has. Scrapy has made it safe already, and response.url, the cache and a WARC record say that it was requested.
# What happens: five of seven handlers parse the URL again and write their own spelling. aiohttp, niquests and curl_cffi
# decode %7e and make %e4 upper case, and aiohttp also decodes %2F in the query, a reserved character. aiohttp, pyreqwest
# and curl_cffi resolve the segments /%2e%2e/./ , httpx the /./ alone, and niquests sends /../ for them. Only
# Scrapy's own handler and wreq send what was asked for. response.url has the URL of the request in all of them.
# Why it matters here: the key of a cache or of a recorded response is then a URL that no server has seen, an address
# that a category page gives in lower-case escapes is another one upstream, and a signature over the query fails. Our
# handler gives aiohttp the URL as already encoded.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q scrapy==2.19.0 'scrapy-download-handlers-incubator[curl-cffi,httpx,niquests,pyreqwest,wreq]==0.7.0' \
    aiohttp==3.14.5 curl_cffi==0.17.0 httpx2==2.16.2 niquests==3.21.2 pyreqwest==0.15.1 wreq==0.13.0
cat > crawl.py <<'PY'
import sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

PATHS = ("/a%7eb/%e4%b8%ad/?x=%2F&y=1", "/d/%2e%2e/./e")
SENT = {
    "": PATHS, "Wreq": PATHS,
    "Aiohttp": ("/a~b/%E4%B8%AD/?x=/&y=1", "/e"), "CurlCffi": ("/a~b/%E4%B8%AD/?x=%2F&y=1", "/e"),
    "Niquests": ("/a~b/%E4%B8%AD/?x=%2F&y=1", "/d/../e"),
    "Httpx": (PATHS[0], "/d/%2e%2e/e"), "Pyreqwest": (PATHS[0], "/e"),
}
seen, urls = [], []

class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass

class Spider(scrapy.Spider):
    name = "targets"
    async def start(self):
        for path in PATHS:
            yield scrapy.Request(base + path)
    def parse(self, response):
        urls.append(response.url.removeprefix(base))

server = HTTPServer(("127.0.0.1", 0), Server)
base = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
handler = f"scrapy_download_handlers_incubator.{sys.argv[1]}DownloadHandler"
settings = {"DOWNLOAD_HANDLERS": {"http": handler}} if sys.argv[1] else {}
process = AsyncCrawlerProcess({**settings, "LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 1})
process.crawl(Spider)
process.start()
print("scrapy", scrapy.__version__, sys.argv[1] or "its own handler", *seen)
sys.exit(0 if (tuple(seen), tuple(urls)) == (SENT[sys.argv[1]], PATHS) else "the behaviour has changed")
PY
for handler in "" Wreq Aiohttp CurlCffi Niquests Httpx Pyreqwest; do venv/bin/python crawl.py "$handler" 2>errors || { cat errors; exit 1; }; done

#!/bin/sh
# A good guess: DOWNLOAD_TIMEOUT, which scrapy-download-handlers-incubator lists among what all of its handlers support,
# ends a download after that many seconds, as with Scrapy's own handler and with aiohttp.
# What happens: with httpx, niquests and curl_cffi it only bounds the wait for the next bytes. A body that comes a byte
# every half second is received to its end, after five times the timeout; pyreqwest and wreq end it in time.
# Why it matters here: a crawl from cron has to end. A host under load, or one that slows crawlers down on purpose, sends
# like that, and each such response keeps one of the few connections, for as long as it likes. Our handler bounds the
# whole download, and has a test for it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q scrapy==2.19.0 'scrapy-download-handlers-incubator[curl-cffi,httpx,niquests,pyreqwest,wreq]==0.7.0' \
    aiohttp==3.14.5 curl_cffi==0.17.0 httpx2==2.16.2 niquests==3.21.2 pyreqwest==0.15.1 wreq==0.13.0
cat > crawl.py <<'PY'
import sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

TIMEOUT, BYTES, PAUSE = 2, 20, 0.5
RECEIVED_WHOLE = {"Httpx", "Niquests", "CurlCffi"}
outcomes = []

class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(BYTES))
        self.end_headers()
        try:
            for _ in range(BYTES):
                self.wfile.write(b"x")
                time.sleep(PAUSE)
        except OSError:
            pass
    def log_message(self, *arguments): pass

class Spider(scrapy.Spider):
    name = "slow"
    custom_settings = {"DOWNLOAD_TIMEOUT": TIMEOUT, "RETRY_ENABLED": False, "LOG_LEVEL": "CRITICAL"}
    async def start(self):
        yield scrapy.Request(f"http://127.0.0.1:{server.server_port}/", errback=self.failed)
    def parse(self, response):
        outcomes.append(len(response.body) == BYTES)
    def failed(self, failure):
        outcomes.append(failure.value)

server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
handler = f"scrapy_download_handlers_incubator.{sys.argv[1]}DownloadHandler"
process = AsyncCrawlerProcess({"DOWNLOAD_HANDLERS": {"http": handler}} if sys.argv[1] else {})
process.crawl(Spider)
process.start()
print("scrapy", scrapy.__version__, sys.argv[1] or "its own handler", outcomes)
is_whole = outcomes == [True]
ended = type(outcomes[0]).__name__ == "DownloadTimeoutError"
sys.exit(0 if (is_whole if sys.argv[1] in RECEIVED_WHOLE else ended) else "the behaviour has changed")
PY
for handler in "" Aiohttp Pyreqwest Wreq Httpx Niquests CurlCffi; do venv/bin/python crawl.py "$handler" 2>errors || { cat errors; exit 1; }; done

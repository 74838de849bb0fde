#!/bin/sh
# A good guess: an HTTP client that decodes Content-Encoding: gzip decodes all of the body. RFC 9110, 8.4.1.3 takes the
# coding from RFC 1952, in which a file is "a series of members", so a body of two is valid. A client that does not
# decode them raises an error, as for each other body that it cannot read to its end.
# What happens: httpx, httpx2, pyreqwest and wreq return the first member, without an error: status 200, and each byte
# of Content-Length was received. curl_cffi raises "Multi-member gzip response not supported", and curl ends with status
# 23. aiohttp and niquests return both. With Scrapy all handlers do, since it decodes the body itself.
# Why it matters here: each record of a WARC file is a member. Servers that take the ending .gz for an encoding, as
# Apache's AddEncoding and many uploads to S3 do, send a recording so, and a script that fetches it has one record of
# thousands, a valid WARC file. A page that a CDN compressed in parts is cut at a place that only its text shows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check aiohttp==3.14.5 niquests==3.21.2 httpx==0.28.1 httpx2==2.16.2 \
    pyreqwest==0.15.1 wreq==0.13.0 curl_cffi==0.17.0
cat > fetch.py <<'PY'
import asyncio, gzip, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import aiohttp, curl_cffi.requests, httpx, httpx2, niquests, wreq.blocking
from pyreqwest.simple.sync_request import pyreqwest_get

BODY = gzip.compress(b"first, ") + gzip.compress(b"second")
BOTH, FIRST, ERROR = b"first, second", b"first, ", "Multi-member gzip response not supported"

class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)
    def log_message(self, *arguments): pass

async def with_aiohttp(url):
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.read()

CLIENTS = {
    "aiohttp": (lambda url: asyncio.run(with_aiohttp(url)), BOTH),
    "niquests": (lambda url: niquests.get(url).content, BOTH),
    "httpx": (lambda url: httpx.get(url).content, FIRST), "httpx2": (lambda url: httpx2.get(url).content, FIRST),
    "pyreqwest": (lambda url: pyreqwest_get(url).send().bytes(), FIRST),
    "wreq": (lambda url: wreq.blocking.get(url).bytes(), FIRST),
    "curl_cffi": (lambda url: curl_cffi.requests.get(url).content, ERROR),
}
server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name, (fetch, expected) in CLIENTS.items():
    try:
        seen = bytes(fetch(f"http://127.0.0.1:{server.server_port}/"))
    except Exception as error:
        seen = ERROR if ERROR in str(error) else repr(error)
    print(f"{name} {version(name)}: {seen}")
    assert seen == expected, "the behaviour has changed"
PY
venv/bin/python fetch.py

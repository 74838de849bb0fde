#!/bin/sh
# A good guess: an HTTP cache of Python that is told to follow the response's headers asks again for what is stale by
# RFC 9111: a list whose Age, the seconds that a CDN has had it already, is beyond max-age (4.2.3), one with no-cache
# (5.2.2.4), and one with `Expires: 0`, which is in the past (5.3). undici of Node and http-cache-semantics count Age.
# What happens: hishel, requests-cache, CacheControl and aiohttp-client-cache serve an aged list for its whole max-age
# again. With cache_control=True the last one also keeps no-cache and `Expires: 0` for ever.
# Why it matters here: lists of news come from CDNs, with an Age within max-age. Each cache adds its own term, and a
# poll that is served by one finds nothing new, without an error. The crawler's cache asks with a condition each time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check hishel[httpx]==2.0.0 requests-cache==1.3.3 \
    cachecontrol==0.14.4 aiohttp-client-cache[sqlite]==0.15.0
cat > poll.py <<'PY'
import asyncio
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from threading import Thread

import aiohttp_client_cache
import hishel.httpx
import requests
from cachecontrol import CacheControl
from requests_cache import CachedSession

AGED = {"Cache-Control": "max-age=100", "Age": "500"}
LISTS = {"/age": AGED, "/no-cache": {"Cache-Control": "no-cache"}, "/expires": {"Expires": "0"}}

class Origin(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        for header in {"ETag": '"1"', "Content-Length": "4", **LISTS[self.path]}.items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(b"rows")
        received.append(self.path)

async def poll(url: str) -> None:
    backend = aiohttp_client_cache.SQLiteBackend("aiohttp", cache_control=True)
    async with aiohttp_client_cache.CachedSession(cache=backend) as session, session.get(url) as response:
        await response.read()

server = HTTPServer(("127.0.0.1", 0), Origin)
Thread(target=server.serve_forever, daemon=True).start()
for name, get, expected in (
    ("hishel", hishel.httpx.CacheClient(storage=hishel.SqliteStorage(database_path="hishel"), rfc=True).get, [1, 3, 3]),
    ("requests-cache", CachedSession(backend="memory", cache_control=True).get, [1, 3, 3]),
    ("cachecontrol", CacheControl(requests.Session()).get, [1, 3, 3]),
    ("aiohttp-client-cache", lambda url: asyncio.run(poll(url)), [1, 1, 1]),
):
    received = []
    for path in [*LISTS] * 3:
        get(f"http://127.0.0.1:{server.server_port}{path}")
    counts = {path: received.count(path) for path in LISTS}
    print(f"{name} {version(name)}: requests of three polls {counts}")
    assert [*counts.values()] == expected, "the behaviour has changed"
PY
venv/bin/python poll.py 2> log || { tail log; exit 1; }

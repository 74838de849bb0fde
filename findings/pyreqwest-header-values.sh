#!/bin/sh
# A good guess: a client that gives names and values of the response's headers gives all of them, in some decoding;
# RFC 9110, 5.5 lets a value have the bytes 80 to FF, and asks a recipient to treat them as opaque data.
# What happens: pyreqwest lists the name of a header whose value has a byte outside ASCII, but each way to its value
# raises ValueError, and there is no raw form. One such header is enough for items() to give none at all. A handler for
# Scrapy on it can only leave these headers out, and that of scrapy-download-handlers-incubator 0.7.0 does, in silence.
# Why it matters here: servers in China send names of files and of outlets in UTF-8 or GBK in headers, Content-Disposition
# and Location among them. A redirect to a path in Chinese characters has no Location then and is taken for an empty
# response, and a recorded response is not what was sent. The other handlers for Scrapy have the bytes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q pyreqwest==0.15.1 httpx==0.28.1
cat > headers.py <<'PY'
import asyncio
import sys
from importlib.metadata import version

import httpx
from pyreqwest.client import ClientBuilder

NAMES = {"location": "/证券/".encode(), "x-outlet": "证券时报".encode("gbk"), "x-ascii": b"kept"}


async def serve(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    lines = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in NAMES.items())
    writer.write(b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\n" + lines + b"\r\n")
    await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = "http://127.0.0.1:%d/" % server.sockets[0].getsockname()[1]
    async with httpx.AsyncClient() as client:
        raw = {name.lower(): value for name, value in (await client.get(url)).headers.raw}
    async with ClientBuilder().follow_redirects(False).build() as client:
        headers = (await client.get(url).build().send()).headers
    readable = [name for name in NAMES if value_of(lambda name=name: headers[name])]
    print("httpx", version("httpx"), "has", [name for name, value in NAMES.items() if raw[name.encode()] == value])
    print("pyreqwest", version("pyreqwest"), "lists", [name for name in NAMES if name in headers], "has", readable)
    print("items():", value_of(lambda: dict(headers.items())))
    return (readable, value_of(lambda: dict(headers.items()))) == (["x-ascii"], None)


def value_of(read):
    try:
        return read()
    except ValueError:
        return None


sys.exit(0 if asyncio.run(main()) else "the behaviour has changed")
PY
venv/bin/python headers.py

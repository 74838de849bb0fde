#!/bin/sh
# A good guess: with CONCURRENT_REQUESTS_PER_DOMAIN = 8 Scrapy has at most 8 requests under way to a host, whatever the
# delay; DOWNLOAD_DELAY = 0 is the default, so most crawls run like that.
# What happens: when a callback yields many requests, Scrapy 2.19 on its asyncio reactor has 16 under way. A slot counts a
# request as transferring when its task first runs, but the loop that empties the queue of the slot compares with that
# count before any task has run, so CONCURRENT_REQUESTS is the limit that holds. With any delay above 0 it is 8.
# Why it matters here: a source that bans by connections sees twice what the settings promise. The crawler counts a
# request as soon as it leaves the queue, and asserts in a test that a slot without a delay keeps its limit.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check scrapy==2.19.0
cat > "$folder/slot.py" <<'PY'
import asyncio
import sys
from importlib.metadata import version

SPIDER = """
import scrapy
class Spider(scrapy.Spider):
    name = "spider"
    async def start(self):
        yield scrapy.Request(self.url)
    def parse(self, response):
        for number in range(64):
            yield scrapy.Request(f"{self.url}/{number}", self.parse_page)
    def parse_page(self, response):
        pass
"""
open("spider.py", "w").write(SPIDER)

async def most_at_a_time(delay: float) -> int:
    open_requests = most = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_requests, most
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            open_requests += 1
            most = max(most, open_requests)
            await asyncio.sleep(0.3)
            open_requests -= 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    command = [sys.executable, "-m", "scrapy", "runspider", "spider.py", "--nolog", "-a", f"url={url}"]
    options = ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "CONCURRENT_REQUESTS=16", "-s", f"DOWNLOAD_DELAY={delay}"]
    process = await asyncio.create_subprocess_exec(*command, *options)
    assert await process.wait() == 0
    return most

seen = [asyncio.run(most_at_a_time(delay)) for delay in (0, 0.001)]
print(f"Scrapy {version('scrapy')}: {seen[0]} requests at a time without a delay, {seen[1]} with one of 1 ms; limit 8")
assert seen == [16, 8], seen
PY
cd "$folder" && "$folder/venv/bin/python" slot.py

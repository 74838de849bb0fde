#!/bin/sh
# A good guess: a crawl with JOBDIR keeps its pending requests in files, so that after SIGKILL, a crash or a power
# failure the next run goes on with them. Only the last ones are not written yet: some pages are fetched twice.
# What happens: they are fetched never. The fingerprints of `requests.seen` are written as requests are scheduled, but
# `active.json`, without which the queue's files are not read, only when a run ends in order. The next run starts from
# the beginning, its pages yield the same requests, and the filter drops them as duplicates. It ends with "finished" and
# exit status 0, and so does each later run. After SIGTERM all are there.
# Why it matters here: crawls from cron are ended by a reboot or by the memory limit, and no run reports an article that
# was dropped so. The crawler uses no JOBDIR: each run compares the lists with the index of what is archived.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check scrapy==2.19.0
cat > "$folder/killed.py" <<'PY'
import signal, subprocess, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

PAGES, BEFORE = 1000, 50
SPIDER = f"""
import scrapy
class Spider(scrapy.Spider):
    name = "spider"
    async def start(self):
        yield scrapy.Request(self.url + "/list", dont_filter=True)
    def parse(self, response):
        for number in range({PAGES}):
            yield scrapy.Request(f"{{self.url}}/{{number}}", self.parse_page)
    def parse_page(self, response):
        pass
"""
open("spider.py", "w").write(SPIDER)
fetched, is_enough = [], threading.Event()

class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        fetched.append(self.path)
        is_enough.set() if len(fetched) >= BEFORE else None
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
lost, url = {}, f"url=http://127.0.0.1:{server.server_port}"
for number in (signal.SIGKILL, signal.SIGTERM):
    is_enough.clear(), fetched.clear()
    command = [sys.executable, "-m", "scrapy", "runspider", "spider.py", "--nolog", "-a", url, "-s", f"JOBDIR={number.name}"]
    first = subprocess.Popen(command)
    is_enough.wait(60)
    first.send_signal(number), first.wait()
    statuses = [subprocess.run(command).returncode for _ in range(2)]
    lost[number.name] = PAGES - len(set(fetched) - {"/list"})
    print(f"Scrapy {version('scrapy')}: {lost[number.name]} of {PAGES} pages not fetched after {number.name}; {statuses=}")
    assert statuses == [0, 0]
assert lost["SIGTERM"] == 0 < PAGES // 2 < lost["SIGKILL"], lost
PY
cd "$folder" && venv/bin/python killed.py

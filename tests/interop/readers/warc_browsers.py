"""WARC: what the programs that replay web archives in a browser make of a recording."""

from __future__ import annotations

import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Frame, Page

from finews_crawler.warc.reader import Record
from tests.interop.browsing import MILLISECONDS, compare_pages, frame_at
from tests.interop.cells import Checks, Outcome, helped, right, wrong
from tests.interop.environments import files_of_npm, folder, program, python_with, run
from tests.interop.material import Material
from tests.interop.recordings import recorded, sha256, started
from tests.interop.waiting import wait_for
from tests.support.browser import Reader, start_browser
from tests.support.ports import free_port

CHECKS = Checks()
OUTPUT = "WARC, recorded"


RELOADS = 4
"""On a busy machine, ReplayWeb.page may not get as far as to the page; it does once it is loaded again."""
EMBEDDED = """<!DOCTYPE html><html><head><meta charset="utf-8"><script src="/ui.js"></script></head>
<body style="margin:0;height:900px">
<replay-web-page source="/{source}" url="{url}" ts="{date}" replayBase="/replay/" embed="replayonly"></replay-web-page>
</body></html>
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class PatientServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Do not print that a page which was loaded again has closed its connections."""


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Serve the files of a folder on loopback; yield the URL without a slash at its end."""
    server = PatientServer(("127.0.0.1", 0), partial(Quiet, directory=home))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def embedding(version: str, source: Path) -> Iterator[Callable[[Page, str, str], Frame]]:
    """Serve ReplayWeb.page with *source*; yield a function that opens an address of a date in it."""
    package, home = files_of_npm(f"replaywebpage@{version}"), folder() / "replaywebpage" / source.name
    shutil.rmtree(home, ignore_errors=True)
    (home / "replay").mkdir(parents=True)
    shutil.copy(package / "ui.js", home)
    shutil.copy(package / "sw.js", home / "replay")
    shutil.copy(source, home)
    with serving(home) as served:

        def show(page: Page, url: str, date: str) -> Frame:
            html = EMBEDDED.format(source=source.name, url=escape(url), date=date)
            (home / "index.html").write_text(html, "utf-8")
            for _ in range(RELOADS):
                page.goto(f"{served}/index.html")
                with suppress(LookupError):
                    return frame_at(page, f"mp_/{url}", MILLISECONDS // RELOADS)
            raise LookupError(f"{url} is not shown")

        yield show


def replay_web_page(version: str, source: Path) -> Outcome:
    """Compare the articles of *source* as ReplayWeb.page shows them, embedded in a page, by its service worker."""
    with embedding(version, source) as show:
        return compare_pages(lambda page, url: show(page, url, ""), f"replaywebpage-{source.name}")


@contextmanager
def pywb(version: str, *files: Path) -> Iterator[str]:
    """Serve the files as the collection ``day``; yield its URL, which a date and an address follow."""
    tools, home = python_with(f"pywb=={version}").parent, folder() / "pywb"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    run(tools / "wb-manager", "init", "day", cwd=home)
    run(tools / "wb-manager", "add", "day", *files, cwd=home)
    port = free_port()
    command = (tools / "wayback", "-b", "127.0.0.1", "-p", f"{port}")
    with started(*command, cwd=home, log=home / "log.txt"):
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/day"


def answer(url: str) -> tuple[int, str]:
    """Return status and hash of the body of what is served at *url*."""
    try:
        with urllib.request.urlopen(url) as response:
            return response.status, sha256(response.read())
    except urllib.error.HTTPError as error:
        return error.code, sha256(error.read())


def stamp(date: str) -> str:
    """Return a WARC-Date as the addresses of web archives have it."""
    return "".join(filter(str.isdigit, date))[:14]


@CHECKS.add("warc-pywb-chromium", OUTPUT, "pywb, in Chromium", "2.10.0")
def pywb_chromium(material: Material, version: str) -> Outcome:
    with pywb(version, *recorded().files) as archive:

        def open_page(page: Page, url: str) -> Frame:
            page.goto(f"{archive}/{url}")
            return frame_at(page, f"mp_/{url}")

        return compare_pages(open_page, "pywb")


@CHECKS.add("warc-pywb-bytes", OUTPUT, "pywb, each response by its date, not rewritten", "2.10.0")
def pywb_bytes(material: Material, version: str) -> Outcome:
    sent = recorded().sent
    with pywb(version, *recorded().files) as archive:
        differ = [
            record.url
            for record in responses()
            if answer(f"{archive}/{stamp(record.get('WARC-Date'))}id_/{record.url}")
            != (sent[record.url]["status"], sent[record.url]["hash"])
        ]
    if differ:
        return wrong(f"{len(differ)} of {len(responses())} differ, such as {differ[0]}")
    return right(f"{len(responses())} responses: status and body as sent")


@CHECKS.add("warc-pywb-revisit", OUTPUT, "pywb, a list that was not modified", "2.10.0")
def pywb_revisit(material: Material, version: str) -> Outcome:
    """Read lists at the date of their 304, and at the date of the record that it refers to."""
    first = recorded().files[0]
    revisits = [record for record in recorded().records_of(first) if record.rec_type == "revisit"]
    found, before = [], []
    with pywb(version, first) as archive:
        for record in revisits:
            found.append(answer(f"{archive}/{stamp(record.get('WARC-Date'))}id_/{record.url}"))
            before.append(answer(f"{archive}/{stamp(record.get('WARC-Refers-To-Date'))}id_/{record.url}"))
    wanted = [(200, recorded().sent[record.url]["hash"]) for record in revisits]
    if found == wanted:
        return right(f"{len(revisits)} revisit records: the list that they refer to")
    if before == wanted and {status for status, _ in found} == {304}:
        note = "The list is served under the date before, which the record refers to"
        return helped(f"{len(revisits)} revisit records: 304 without the list, also to a reader that has none", note)
    return wrong(f"{found} instead of {wanted}")


def responses() -> list[Record]:
    return [record for record in recorded().records() if record.rec_type == "response"]


@CHECKS.add("warc-replaywebpage", OUTPUT, "ReplayWeb.page (npm), in Chromium", "2.5.3")
def replaywebpage(material: Material, version: str) -> Outcome:
    return replay_web_page(version, recorded().files[0])


@CHECKS.add("warc-replaywebpage-wacz", OUTPUT, "ReplayWeb.page (npm), a WACZ of py-wacz, in Chromium", "2.5.3")
def replaywebpage_wacz(material: Material, version: str) -> Outcome:
    made = folder() / "days.wacz"
    run(python_with("wacz==0.6.0").with_name("wacz"), "create", "-o", made, *recorded().files)
    return replay_web_page(version, made)


@CHECKS.add("warc-replaywebpage-revisit", OUTPUT, "ReplayWeb.page (npm), a list that was not modified", "2.5.3")
def replaywebpage_revisit(material: Material, version: str) -> Outcome:
    program("chromium", "chromium")
    first, sent = recorded().files[0], recorded().sent
    revisits = [record for record in recorded().records_of(first) if record.rec_type == "revisit"]
    found = []
    with embedding(version, first) as show, start_browser() as browser:
        for record in revisits:
            with Reader.opening(browser, answer_images=False) as reader:
                date = stamp(record.get("WARC-Date"))
                frame = show(reader.page, record.url, date)
                text: str = frame.evaluate("document.body.innerText")
                found.append(sha256(text.encode()) == sent[record.url]["hash"] and f"/{date}mp_/" in frame.url)
    if not found or not all(found):
        return wrong(f"{found.count(True)} of {len(found)} revisit records")
    return right(f"{len(found)} revisit records: the list that they refer to, at their date")

"""WARC of other programs: what our replay reads of it."""

from __future__ import annotations

import gzip
import shutil
import time
from pathlib import Path

from finews_crawler.warc.members import gzip_members
from tests.interop.cells import Checks, NotRun, Outcome, helped, wrong
from tests.interop.environments import SCRIPTS, node_with, program, python_with, run
from tests.interop.foreign import new_folder, refusal, replayed, urls
from tests.interop.material import Material
from tests.interop.recordings import started
from tests.interop.waiting import wait_for
from tests.support.browser import start_browser
from tests.support.ports import free_port

CHECKS = Checks()
SECONDS_TO_STORE = 8
"""warcprox stores digests, by which it recognises what it has already, a while after the response."""
NOT_LOCALHOST = "127.0.0.2"
"""warcprox refuses 127.0.0.1."""
OUTPUT = "WARC of others, replayed by FINEWS_REPLAY"


def listed(home: Path, addresses: list[str]) -> Path:
    file = home / "urls.txt"
    file.write_text("\n".join(addresses) + "\n", "utf-8")
    return file


def by_wget(name: str, *options: str) -> tuple[Path, str]:
    """Fetch with wget into a new folder; return it, and the version of wget."""
    wget, home = program("wget", "wget"), new_folder(name)
    with urls() as addresses:
        common = (
            "-q",
            "-nv",
            "--warc-file=fetched",
            "--no-warc-keep-log",
            "-O",
            home / "body",
            "-i",
            listed(home, addresses),
        )
        fetched(wget, *common, *options, home=home)
    return home, run(wget, "--version").split()[2]


def fetched(wget: str, *words: str | Path, home: Path) -> None:
    """Run wget, which ends with status 8 if a server answered with an error, as for an article that is gone."""
    run("sh", "-c", '"$@" || test $? -eq 8', "sh", wget, *words, cwd=home)


def of_debian(version: str, found: Outcome) -> Outcome:
    return Outcome(found.result, f"{version}\t{found.seen}", found.note)


@CHECKS.add("warc-from-wget", OUTPUT, "wget --warc-file, bodies chunked and in gzip")
def wget_gzip(material: Material, _: str) -> Outcome:
    home, version = by_wget("wget", "--header=Accept-Encoding: gzip")
    return of_debian(version, replayed("wget", home / "fetched.warc.gz"))


@CHECKS.add("warc-from-wget-plain", OUTPUT, "wget --no-warc-compression")
def wget_plain(material: Material, _: str) -> Outcome:
    home, version = by_wget("wget-plain", "--no-warc-compression")
    return of_debian(version, replayed("wget-plain", home))


@CHECKS.add("warc-from-wget-split", OUTPUT, "wget --warc-max-size, several files of one crawl")
def wget_split(material: Material, _: str) -> Outcome:
    home, version = by_wget("wget-split", "--warc-max-size=30k")
    files = len(list(home.glob("*.warc.gz")))
    return of_debian(version, replayed("wget-split", home, what=f"{files} files: "))


@CHECKS.add("warc-from-wget-one-member", OUTPUT, "a WARC that was compressed as a whole, gzip fetched.warc")
def one_member(material: Material, _: str) -> Outcome:
    home, _version = by_wget("one-member", "--no-warc-compression")
    whole, again = home / "whole.warc.gz", home / "again.warc.gz"
    whole.write_bytes(gzip.compress((home / "fetched.warc").read_bytes()))
    said = refusal(whole)
    if "warcio recompress" not in said:
        return wrong(said)
    run(python_with("warcio==1.8.1"), "-m", "warcio.cli", "recompress", whole, again)
    found = replayed("one-member", again)
    return (
        helped(found.seen, "It is refused with a line that says so: `warcio recompress`")
        if found.result == "right"
        else found
    )


@CHECKS.add("warc-from-warcio", OUTPUT, "warcio, capture_http around requests", "1.8.1")
def capture_http(material: Material, version: str) -> Outcome:
    python, home = python_with(f"warcio=={version}", "requests==2.32.5"), new_folder("warcio")
    with urls() as addresses:
        run(python, SCRIPTS / "fetch_warcio.py", listed(home, addresses), home / "fetched.warc.gz")
    return replayed("warcio", home / "fetched.warc.gz")


@CHECKS.add("warc-from-pywb", OUTPUT, "pywb, in record mode", "2.10.0")
def pywb_record(material: Material, version: str) -> Outcome:
    tools, home, port = python_with(f"pywb=={version}").parent, new_folder("pywb"), free_port()
    run(tools / "wb-manager", "init", "day", cwd=home)
    command = (tools / "wayback", "--record", "--live", "-b", "127.0.0.1", "-p", f"{port}")
    with urls() as addresses, started(*command, cwd=home, log=home / "log.txt"):
        wait_for(f"http://127.0.0.1:{port}/")
        fetch = (SCRIPTS / "fetch_requests.py", listed(home, addresses))
        run(tools / "python", *fetch, f"http://127.0.0.1:{port}/day/record/id_/", "")
    return replayed("pywb", home / "collections")


@CHECKS.add("warc-from-warcprox", OUTPUT, "warcprox, each address twice, so that the second is a revisit", "2.13.1")
def warcprox(material: Material, version: str) -> Outcome:
    tools, home, port = (
        python_with(f"warcprox=={version}", "setuptools==80.9.0").parent,
        new_folder("warcprox"),
        free_port(),
    )
    command = (
        tools / "warcprox",
        "-b",
        "127.0.0.1",
        "-p",
        f"{port}",
        "-z",
        "-d",
        home / "warcs",
        "-c",
        home / "ca.pem",
    )
    with urls(NOT_LOCALHOST) as addresses, started(*command, cwd=home, log=home / "log.txt"):
        wait_for(f"http://127.0.0.1:{port}/")
        fetch = (tools / "python", SCRIPTS / "fetch_requests.py", listed(home, addresses))
        for seconds in (SECONDS_TO_STORE, 0):
            run(*fetch, "", f"http://127.0.0.1:{port}")
            time.sleep(seconds)
    written = (member.content for path in (home / "warcs").iterdir() for member in gzip_members(path))
    revisits = sum(b"\r\nWARC-Type: revisit\r\n" in content for content in written)
    return replayed("warcprox", home / "warcs", what=f"{revisits} revisit records, ")


@CHECKS.add("warc-from-scrapy-webarchive", OUTPUT, "scrapy-webarchive, WACZ", "0.5.3")
def scrapy_webarchive(material: Material, version: str) -> Outcome:
    python, home = (
        python_with(f"scrapy-webarchive=={version}", "w3lib==2.2.1", "twisted==24.7.0"),
        new_folder("scrapy-webarchive"),
    )
    with urls() as addresses:
        run(python, SCRIPTS / "fetch_scrapy.py", listed(home, addresses), home, cwd=home)
    return replayed("scrapy-webarchive", home / "fetched.wacz")


@CHECKS.add("warc-from-warcio-js", OUTPUT, "warcio.js (npm), WARCSerializer", "2.4.11")
def warcio_js(material: Material, version: str) -> Outcome:
    packages, home = node_with(f"warcio@{version}"), new_folder("warcio-js")
    shutil.copy(SCRIPTS / "fetch_warcio_js.mjs", packages)
    with urls() as addresses:
        run("node", packages / "fetch_warcio_js.mjs", listed(home, addresses), home / "fetched.warc.gz")
    return replayed("warcio-js", home / "fetched.warc.gz")


@CHECKS.add("warc-from-wacz", OUTPUT, "py-wacz, a WACZ of wget's file", "0.6.0")
def wacz(material: Material, version: str) -> Outcome:
    tools = python_with(f"wacz=={version}").parent
    home, _version = by_wget("wacz")
    run(tools / "wacz", "create", "-o", home / "fetched.wacz", home / "fetched.warc.gz")
    return replayed("wacz", home / "fetched.wacz")


@CHECKS.add("warc-from-har", OUTPUT, "a HAR of Chromium (Playwright), by har2warc", "1.0.4")
def har(material: Material, version: str) -> Outcome:
    program("chromium", "chromium")
    home = new_folder("har")
    with urls() as addresses, start_browser() as browser:
        context = browser.new_context(record_har_path=home / "fetched.har", record_har_content="embed")
        page = context.new_page()
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            answer.body()  # else the HAR may lack it
        context.close()
    tool = python_with(f"har2warc=={version}", "setuptools==80.9.0").with_name("har2warc")
    run(tool, home / "fetched.har", home / "fetched.warc.gz")
    return replayed("har", home / "fetched.warc.gz")


@CHECKS.add("warc-from-browsertrix", OUTPUT, "Browsertrix Crawler")
def browsertrix(material: Material, _: str) -> Outcome:
    raise NotRun("It comes as a container image only; its writer is warcio.js, which is above")


@CHECKS.add("warc-from-wpull", OUTPUT, "wpull, and grab-site, which is made of it", "2.0.1")
def wpull(material: Material, version: str) -> Outcome:
    raise NotRun("It needs Python 3.4 and tornado 4; pywb's sample archive has a file of it, which is read")


@CHECKS.add("warc-from-heritrix", OUTPUT, "Heritrix")
def heritrix(material: Material, _: str) -> Outcome:
    raise NotRun("A program of Java, which neither Debian nor PyPI nor npm has")

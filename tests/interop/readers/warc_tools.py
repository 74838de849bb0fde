"""WARC: what the smaller tools for web archives make of a recording."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from finews_crawler.testing.origin.server import running_origin
from finews_crawler.warc.members import gzip_members
from finews_crawler.warc.reader import read_record
from tests.interop.cells import Checks, NotRun, Outcome, helped, right, wrong
from tests.interop.environments import ReaderFailed, folder, program, python_with, run
from tests.interop.material import Material
from tests.interop.recordings import recorded, sha256

CHECKS = Checks()
OUTPUT = "WARC, recorded"
NO_CDX = "No index of web archives has the column that it needs but wget's own, so it deduplicates wget's files only"
PAGES = "pages/pages.jsonl"


def pages_file(to: Path) -> Path:
    """Write the list of pages that ``wacz create -p`` takes: the articles that were recorded as HTML."""
    header = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    lines = [header, *({"url": url, "title": url} for url in recorded().pages)]
    to.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return to


@CHECKS.add("warc-wacz", OUTPUT, "py-wacz, create and validate", "0.6.0")
def wacz(material: Material, version: str) -> Outcome:
    """Compare the pages and the index of a WACZ: first with those that it detects, then with a list of ours."""
    tool = python_with(f"wacz=={version}").with_name("wacz")
    wanted = set(recorded().pages)
    detected = pages_of(tool, "detected.wacz", "--detect-pages")
    given = pages_of(tool, "given.wacz", "-p", f"{pages_file(folder() / 'pages.jsonl')}")
    if given != wanted:
        return wrong(f"{len(given)} of {len(wanted)} pages, although they were given")
    if detected == wanted:
        return right(f"valid; {len(detected)} pages, which it detects")
    note = "It detects only pages that other requests have as Referer, which a crawl does not send: give them with -p"
    return helped(f"valid; {len(detected)} of {len(wanted)} pages detected, all with -p", note)


def pages_of(tool: Path, name: str, *options: str) -> set[str]:
    """Return the addresses in the list of pages of a new WACZ, which has to be valid."""
    made = folder() / name
    run(tool, "create", "-o", made, *options, *recorded().files)
    said = run(tool, "validate", "-f", made)
    if "passed WACZ is valid" not in said:
        raise ReaderFailed(f"wacz validate: {said}")
    with ZipFile(made) as archive:
        has_pages = PAGES in archive.namelist()
        lines = archive.read(PAGES).decode().splitlines()[1:] if has_pages else []
    return {json.loads(line)["url"] for line in lines}


@CHECKS.add("warc-warcat", OUTPUT, "warcat, verify", "2.2.5")
def warcat(material: Material, version: str) -> Outcome:
    python = python_with(f"warcat=={version}", "setuptools==80.9.0")
    failed = {}
    for path in recorded().files:
        try:
            run(python, "-m", "warcat", "verify", path)
        except ReaderFailed as error:
            failed[path.name] = f"{error}"
    if not failed:
        return right(f"{len(recorded().files)} files: no problem")
    return wrong(f"{failed}")


@CHECKS.add("warc-warcdb", OUTPUT, "WarcDB, into SQLite", "0.2.2")
def warcdb(material: Material, version: str) -> Outcome:
    """Import all records; then, since it refuses them, all but the revisits."""
    tool = python_with(f"warcdb=={version}").with_name("warcdb")
    try:
        return in_database(tool, *recorded().files)
    except ReaderFailed as error:
        if "Record type <revisit> is not supported" not in f"{error}":
            raise
    found = in_database(tool, without_revisits())
    if found.result != "right":
        return found
    return helped(
        f"{found.seen}, but for the revisits", "It ends with an error at the first revisit record: leave them out"
    )


def without_revisits() -> Path:
    made = folder() / "without-revisits.warc.gz"
    made.write_bytes(b"".join(members_but("revisit")))
    return made


def members_but(kind: str) -> Iterator[bytes]:
    """Yield the gzip members of the recording but those with records of a type."""
    for path in recorded().files:
        content = path.read_bytes()
        for member in gzip_members(path):
            if read_record(member.content).rec_type != kind:
                yield content[member.offset : member.end]


def in_database(tool: Path, *files: Path) -> Outcome:
    """Compare the payloads and the dates of the responses in the database with what was sent."""
    made, sent = folder() / "warc.db", recorded().sent
    made.unlink(missing_ok=True)
    run(tool, "import", made, *files)
    responses = [record for record in recorded().records() if record.rec_type == "response"]
    wanted = Counter((one.record_id, one.url, one.get("WARC-Date"), sent[one.url]["hash"]) for one in responses)
    query = "SELECT warc_record_id, warc_target_uri, warc_date, payload FROM response"
    with closing(sqlite3.connect(made)) as connection:
        rows = [(*found, sha256(payload or b"")) for *found, payload in connection.execute(query)]
    if Counter(rows) != wanted:
        return wrong(f"{len(rows)} responses, {(wanted - Counter(rows)).total()} of {len(responses)} lost or others")
    return right(f"{len(rows)} responses: id, address, date and body as sent")


@CHECKS.add("warc-warcbench", OUTPUT, "WARCbench, summarize", "0.1.0")
def warcbench(material: Material, version: str) -> Outcome:
    tool = python_with(f"warcbench=={version}").with_name("wb")
    theirs: Counter[str] = Counter()
    for path in recorded().files:
        theirs.update(json.loads(run(tool, "--gunzip", "-o", "json", "summarize", path))["record_types"])
    return counted(theirs, Counter(record.rec_type for record in recorded().records()))


@CHECKS.add("warc-warc2zip", OUTPUT, "warc2zip, bodies as files", "1.0.0")
def warc2zip(material: Material, version: str) -> Outcome:
    """Compare the file of each response with what was sent; a revisit has the file of what it refers to."""
    tool, sent, differ, number = python_with(f"warc2zip=={version}").with_name("warc2zip"), recorded().sent, [], 0
    for path in recorded().files:
        made = folder() / f"{path.stem}.zip"
        run(tool, "--output", made, path)
        with ZipFile(made) as archive:
            (manifest,) = (name for name in archive.namelist() if name.endswith("/manifest.csv"))
            for row in csv.DictReader(archive.read(manifest).decode().splitlines()):
                if row["warc_type"] == "response":
                    number += 1
                    body = archive.read(f"{Path(manifest).parent}/{row['filename']}")
                    url = row["warc_target_uri"]
                    is_same = int(row["http_status_code"]) == sent[url]["status"] and sha256(body) == sent[url]["hash"]
                    differ += [] if is_same else [url]
    wanted = sum(record.rec_type == "response" for record in recorded().records())
    if differ or number != wanted:
        return wrong(f"{number} of {wanted} responses, {len(differ)} differ, such as {differ[:1]}")
    return right(f"{number} responses: status and body as sent")


@CHECKS.add("warc-metawarc", OUTPUT, "metawarc, index and list-files", "2.0.3")
def metawarc(material: Material, version: str) -> Outcome:
    tool, made = python_with(f"metawarc=={version}").with_name("metawarc"), folder() / "metawarc.db"
    shutil.rmtree(made.with_suffix(".data"), ignore_errors=True)
    made.unlink(missing_ok=True)
    run(tool, "index", "-d", made, *recorded().files)
    listed = folder() / "metawarc.jsonl"
    listed.unlink(missing_ok=True)
    run(tool, "list-files", "-d", made, "--limit", "1000", "--output-format", "jsonl", "-o", listed)
    theirs = Counter(
        (one["warc_id"], one["url"], one["status_code"], datetime.fromisoformat(one["rec_date"]), one["payload_digest"])
        for one in map(json.loads, listed.read_text("utf-8").splitlines())
    )
    sent = recorded().sent
    ours = Counter(
        (one.record_id.strip("<>"), one.url, sent[one.url]["status"], one.date, f"sha1:{sent[one.url]['sha1']}")
        for one in recorded().records()
        if one.rec_type == "response"
    )
    if theirs != ours:
        return wrong(f"{theirs.total()} of {ours.total()} responses, {(ours - theirs).total()} lost or others")
    return right(f"{ours.total()} responses: id, address, status, date and digest as sent; it lists no other records")


@CHECKS.add("warc-warc2zim", OUTPUT, "warc2zim", "2.3.1")
def warc2zim(material: Material, version: str) -> Outcome:
    raise NotRun("It needs Python 3.14")


@CHECKS.add("warc-wget-dedup", OUTPUT, "wget --warc-dedup, with an index of cdxj-indexer")
def wget_dedup(material: Material, _: str) -> Outcome:
    """wget reads a CDX file with the columns a, k and u, the last of which is the record's id."""
    wget, tool = program("wget", "wget"), python_with("cdxj-indexer==1.5.0").with_name("cdxj-indexer")
    home = folder() / "wget-dedup"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    index = home / "index.cdx"
    index.write_text(run(tool, "--cdx11", without_revisits()), "utf-8")  # at a revisit, it ends with an error
    with running_origin(1, 1) as origin:
        words = (wget, "-nv", "--warc-file=again", f"--warc-dedup={index}", "-O", "body", f"{origin.url}/robots.txt")
        said = run("sh", "-c", '"$@" 2>&1', "sh", *words, cwd=home)
    version = run(wget, "--version").split()[2]
    if "CDX file does not list" not in said:
        return wrong(f"{version}\t{said[-300:]}")
    return wrong(f"{version}\tit takes no record from the index: it lists no record ids", NO_CDX)


@CHECKS.add("warc-jwarc", OUTPUT, "jwarc")
def jwarc(material: Material, version: str) -> Outcome:
    raise NotRun("A library of Java, which neither Debian nor PyPI nor npm has")


@CHECKS.add("warc-ipwb", OUTPUT, "ipwb")
def ipwb(material: Material, version: str) -> Outcome:
    raise NotRun("It stores the records in a running IPFS daemon, which Debian does not have")


def counted(theirs: Counter[str], ours: Counter[str]) -> Outcome:
    """Compare the number of records of each type."""
    shown = ", ".join(f"{number} {kind}" for kind, number in theirs.items())
    return right(f"{shown}: as written") if theirs == ours else wrong(f"{shown} instead of {dict(ours)}")

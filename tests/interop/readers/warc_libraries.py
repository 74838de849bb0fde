"""WARC: what libraries and tools for web archives read of a recording."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from finews_crawler.warc.reader import read_record
from tests.interop.cells import Checks, Outcome, helped, right, wrong
from tests.interop.environments import SCRIPTS, ReaderFailed, folder, node_with, python_with, run
from tests.interop.expected import compare
from tests.interop.material import Material
from tests.interop.recordings import Recorded, recorded

CHECKS = Checks()
OUTPUT = "WARC, recorded"
NAMED = ("Type", "Target-URI", "Date", "Refers-To")
DOWN_TO_1_0 = r"It ends with an error at WARC/1.1: `zcat FILE | sed 's/^WARC.1\.1\r$/WARC\/1.0\r/'` makes a file for it"
HTTP = (*NAMED, "status", "payload")


def records(printed: str, *fields: str) -> Outcome:
    """Compare all records of the recording with what a script printed."""
    expected = recorded().expected()
    found = compare(expected, printed, fields, what="records")
    return found if found.result != "right" else right(f"{found.seen}; {kinds(recorded())}")


def kinds(made: Recorded) -> str:
    """Return the number of records of each type."""
    return ", ".join(f"{number} {kind}" for kind, number in Counter(one.rec_type for one in made.records()).items())


def node(script: str, *packages: str) -> str:
    return node_on(script, recorded().files, *packages)


def node_on(script: str, files: Iterable[Path], *packages: str) -> str:
    """Run a script where its packages are found, on one file after the other, and return what it prints."""
    home = node_with(*packages)
    shutil.copy(SCRIPTS / script, home / script)
    return "".join(run("node", home / script, path) for path in files)


@CHECKS.add("warc-warcio", OUTPUT, "warcio, ArchiveIterator with check_digests", "1.8.1", "1.7.4")
def warcio(material: Material, version: str) -> Outcome:
    python = python_with(f"warcio=={version}", "setuptools==80.9.0")
    return records(run(python, SCRIPTS / "warc_warcio.py", *recorded().files), *HTTP, "digests")


@CHECKS.add("warc-warcio-recompress", OUTPUT, "warcio recompress", "1.8.1")
def recompress(material: Material, version: str) -> Outcome:
    """Compare the recompressed records with ours: warcio takes each apart and writes it again."""
    python, out = python_with(f"warcio=={version}"), folder() / "recompressed"
    out.mkdir(exist_ok=True)
    added: Counter[str] = Counter()
    for path in recorded().files:
        run(python, "-m", "warcio.cli", "recompress", path, out / path.name)
        pairs = zip(recorded().records_of(path), recorded().records_of(out / path.name), strict=True)
        for ours, theirs in pairs:
            if ours.block != theirs.block or ours.fields.items() - theirs.fields.items():
                return wrong(f"{ours.rec_type} {ours.record_id} is another one afterwards")
            added.update(f"{name} of {ours.rec_type}" for name in theirs.fields.keys() - ours.fields.keys())
    shown = ", ".join(f"{number} {what}" for what, number in added.items())
    return right(f"{kinds(recorded())}: the same blocks and fields afterwards; it adds {shown}")


@CHECKS.add("warc-fastwarc", OUTPUT, "FastWARC, with digests; fastwarc check -p", "2.0.0", "0.15.2")
def fastwarc(material: Material, version: str) -> Outcome:
    python = python_with(f"fastwarc=={version}")
    for path in recorded().files:
        run(python.with_name("fastwarc"), "check", "-p", "-q", path)
    return records(run(python, SCRIPTS / "warc_fastwarc.py", *recorded().files), *HTTP, "digests")


@CHECKS.add("warc-warcio-js", OUTPUT, "warcio.js (npm), WARCParser", "2.4.11")
def warcio_js(material: Material, version: str) -> Outcome:
    return records(node("warc_warcio_js.mjs", f"warcio@{version}"), *HTTP)


@CHECKS.add("warc-node-warc", OUTPUT, "node-warc (npm), AutoWARCParser", "3.3.1")
def node_warc(material: Material, version: str) -> Outcome:
    found = records(node("warc_node_warc.mjs", f"node-warc@{version}"), *HTTP)
    if found.result == "right":
        return found
    note = "It ends each file with ERR_MULTIPLE_CALLBACK in today's Node, before the last record: use warcio.js"
    return wrong(found.seen, note)


@CHECKS.add("warc-npm-warc", OUTPUT, "warc (npm), behind gunzip", "1.0.1")
def npm_warc(material: Material, version: str) -> Outcome:
    return records(node("warc_npm_warc.mjs", f"warc@{version}"), *NAMED, "block")


@CHECKS.add("warc-warctools", OUTPUT, "warctools, WarcRecord and warcvalid", "5.0.1")
def warctools(material: Material, version: str) -> Outcome:
    """It knows WARC/1.0 and older versions: it is given copies that say they are of 1.0."""
    python, copies = python_with(f"warctools=={version}", "setuptools==80.9.0"), []
    with suppress(ReaderFailed):
        return records(run(python, SCRIPTS / "warc_warctools.py", *recorded().files), *NAMED, "block", "errors")
    for path in recorded().files:
        copies.append(folder() / f"{path.stem}-1.0.warc")
        copies[-1].write_bytes(gzip.decompress(path.read_bytes()).replace(b"WARC/1.1\r\n", b"WARC/1.0\r\n"))
    found = records(run(python, SCRIPTS / "warc_warctools.py", *copies), *NAMED, "block", "errors")
    for copy in copies:
        run(python.with_name("warcvalid"), copy)
    return helped(found.seen, DOWN_TO_1_0) if found.result == "right" else found


@CHECKS.add("warc-cdxj-indexer", OUTPUT, "cdxj-indexer", "1.5.0")
def cdxj_indexer(material: Material, version: str) -> Outcome:
    """Compare the index with the answers: its digests are those of the bodies that the origin sent."""
    python = python_with(f"cdxj-indexer=={version}")
    lines = run(python.with_name("cdxj-indexer"), *recorded().files).splitlines()
    theirs = [json.loads(line.split(" ", 2)[2]) for line in lines]
    sent = recorded().sent
    answers = [one for one in recorded().records() if one.rec_type in ("response", "revisit", "resource")]
    if Counter(one["url"] for one in theirs) != Counter(one.url for one in answers):
        return wrong(f"{len(theirs)} lines, {len(answers)} answers, or others")
    bodies = [one for one in theirs if one["mime"] not in ("warc/revisit",)]
    differ = [one for one in bodies if sent[one["url"]]["sha1"] != one["digest"].removeprefix("sha1:")]
    offsets = [one for one in theirs if not _starts_there(one)]
    if differ or offsets:
        return wrong(f"digests of {len(differ)} differ ({differ[:1]}), offsets of {len(offsets)}")
    return right(f"{len(theirs)} lines, {len(bodies)} of them with the digest of the body that was sent")


def _starts_there(line: dict[str, str]) -> bool:
    """Return True if the record of a line of an index is at its offset, in as many bytes as the line has."""
    (path,) = (path for path in recorded().files if path.name == line["filename"])
    start, length = int(line["offset"]), int(line["length"])
    record = read_record(gzip.decompress(path.read_bytes()[start : start + length]))
    return record.url == line["url"]

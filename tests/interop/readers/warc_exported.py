"""WARC of ``finews export --format warc``: a resource record for each article."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from finews_crawler.warc.members import gzip_members
from finews_crawler.warc.reader import Record, read_record
from tests.interop.cells import Checks, Outcome, right, wrong
from tests.interop.environments import SCRIPTS, python_with, run
from tests.interop.expected import compare
from tests.interop.foreign import new_folder
from tests.interop.material import Material
from tests.interop.readers.warc_browsers import answer, pywb, stamp
from tests.interop.readers.warc_libraries import node_on
from tests.interop.recordings import crawl, described

CHECKS = Checks()
OUTPUT = "WARC, exported"
NAMED = ("Type", "Target-URI", "Date", "payload")


def exported(material: Material) -> Path:
    return material.export("warc") / "articles.warc.gz"


def records_of(path: Path) -> list[Record]:
    return [read_record(member.content) for member in gzip_members(path)]


def expected(material: Material) -> list[dict[str, Any]]:
    """Return the records as the scripts print them, and check that each article has one."""
    records = records_of(exported(material))
    bodies = [json.loads(record.block) for record in records if record.rec_type == "resource"]
    assert {body["infoCode"] for body in bodies} == {article["info_code"] for article in material.articles}
    return [described(record, {}) for record in records]


@CHECKS.add("warc-export-warcio", OUTPUT, "warcio, ArchiveIterator with check_digests", "1.8.1")
def warcio(material: Material, version: str) -> Outcome:
    python = python_with(f"warcio=={version}", "setuptools==80.9.0")
    printed = run(python, SCRIPTS / "warc_warcio.py", exported(material))
    return compare(expected(material), printed, (*NAMED, "digests"), what="records")


@CHECKS.add("warc-export-fastwarc", OUTPUT, "FastWARC, with digests; fastwarc check -p", "2.0.0", "0.15.2")
def fastwarc(material: Material, version: str) -> Outcome:
    python = python_with(f"fastwarc=={version}")
    run(python.with_name("fastwarc"), "check", "-p", "-q", exported(material))
    printed = run(python, SCRIPTS / "warc_fastwarc.py", exported(material))
    return compare(expected(material), printed, (*NAMED, "digests"), what="records")


@CHECKS.add("warc-export-warcio-js", OUTPUT, "warcio.js (npm), WARCParser", "2.4.11")
def warcio_js(material: Material, version: str) -> Outcome:
    printed = node_on("warc_warcio_js.mjs", [exported(material)], f"warcio@{version}")
    return compare(expected(material), printed, NAMED, what="records")


@CHECKS.add("warc-export-warcat", OUTPUT, "warcat, verify", "2.2.5")
def warcat(material: Material, version: str) -> Outcome:
    python = python_with(f"warcat=={version}", "setuptools==80.9.0")
    run(python, "-m", "warcat", "verify", exported(material))
    return right(f"{len(expected(material))} records without a problem")


@CHECKS.add("warc-export-pywb", OUTPUT, "pywb, each article's JSON", "2.10.0")
def pywb_json(material: Material, version: str) -> Outcome:
    records = [record for record in records_of(exported(material)) if record.rec_type == "resource"]
    with pywb(version, exported(material)) as archive:
        served = {one.url: answer(f"{archive}/{stamp(one.get('WARC-Date'))}id_/{one.url}") for one in records}
    differ = [one.url for one in records if served[one.url] != (200, hashlib.sha256(one.block).hexdigest())]
    return (
        wrong(f"{len(differ)} of {len(records)} differ, {differ[:1]}")
        if differ
        else right(f"{len(records)} as written")
    )


@CHECKS.add("warc-export-replay", OUTPUT, "FINEWS_REPLAY of ours, share")
def replay(material: Material, _: str) -> Outcome:
    """Make an archive of the export: every article with all that it was exported with."""
    home = new_folder("exported")
    codes = home / "codes.txt"
    codes.write_text("\n".join(article["info_code"] for article in material.articles), "utf-8")
    crawl(home / "data", "crawl", "share", "-a", f"file={codes}", FINEWS_REPLAY=f"{exported(material)}", failing=True)
    return compare(material.articles, "\n".join(map(json.dumps, Material(home / "data").articles)))

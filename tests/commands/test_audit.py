"""``finews audit`` as a user runs it: output and exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from finews_crawler.operate.audit.findings import FindingKind
from tests.operate.audit.corruptions import CORRUPTIONS, Archive, half_written, of_another_outlet
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

COUNT = re.compile(r"^(\w+) \((\d+)\): (.+)$", re.MULTILINE)


@pytest.fixture
def archive(crawled_data: Path, tmp_path: Path) -> Archive:
    return Archive(shutil.copytree(crawled_data, tmp_path / "data"))


def test_json_and_text_report_the_same_findings(archive: Archive) -> None:
    # Each corruption on its own post, category files once.
    expected = sorted(
        CORRUPTIONS[corruption](archive, number) for number, corruption in enumerate(list(CORRUPTIONS)[:-5])
    )
    scrapy = Scrapy.into_folder(archive.data)
    before = scrapy.snapshot()

    run = scrapy("audit", "--json")
    assert run.status == 1
    report = json.loads(run.log)
    assert sorted((FindingKind(finding["kind"]), finding["path"]) for finding in report["findings"]) == expected
    assert all(finding["advice"] == FindingKind(finding["kind"]).hint for finding in report["findings"])
    assert (report["clean"], report["path"]) == (False, str(archive.data))
    assert report["posts"] == sum(report["forms"].values())

    lines = scrapy("audit", "--all")
    assert lines.status == 1
    counts = {kind: int(number) for kind, number, _ in COUNT.findall(lines.log)}
    assert counts == {kind.value: sum(one is kind for one, _ in expected) for kind, _ in expected}
    assert all(f"\n  {path}" in lines.log for _, path in expected)
    last = lines.log.splitlines()[-1]
    assert f"holds {report['posts']} posts" in last
    assert last.endswith(": " + ", ".join(f"{kind} {number}" for kind, number in counts.items()))
    assert scrapy.snapshot() == before


def test_twenty_paths_of_a_kind_are_shown_without_all(archive: Archive) -> None:
    for number in range(23):
        half_written(archive, number)
    scrapy = Scrapy.into_folder(archive.data)
    short = scrapy("audit")
    assert short.log.count(".part") == 20
    assert "half_written (23): " in short.log
    assert "  … and 3 more (--all shows them)\n" in short.log
    assert scrapy("audit", "--all").log.count(".part") == 23


def test_control_characters_are_escaped(archive: Archive) -> None:
    code = "NW202201010000000001"
    escape = "\x1b]0;owned\x07\x9b2J\u202e\n"
    names = (f"2022-01-01-{escape}-{code}.md", os.fsdecode(b"2022-01-01-\xff\xfe.md"), f"{escape}.md")
    for number, name in enumerate(names):
        path = archive.data / "site/_posts" / name
        date = f"date: 2022-01-01 00:00:0{number} +0800\n"
        path.write_text(f'---\ntitle: "x"\n{date}categories: "{escape!r}"\ntags: "{escape!r}新闻"\n---\n', "utf-8")
    category = archive.category_of(archive.outlet_post(0))
    category.write_text('---\ntitle: "\\e[2J"\n---\n', encoding="utf-8")
    scrapy = Scrapy.into_folder(archive.data)
    run = scrapy("audit", "--all")
    assert run.status == 1
    assert [character for character in run.log if not (character.isprintable() or character == "\n")] == []
    assert "\\x1b]0;owned\\x07\\x9b2J\\u202e\\n" in run.log
    assert "2022-01-01-\\udcff\\udcfe.md" in run.log
    as_json = scrapy("audit", "--json")
    assert as_json.log.isascii()
    assert any(escape in finding["path"] for finding in json.loads(as_json.log)["findings"])


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_the_report_is_printed_in_any_encoding(encoding: str, archive: Archive) -> None:
    of_another_outlet(archive, 3)
    scrapy = Scrapy.into_folder(archive.data)
    scrapy.environment["PYTHONIOENCODING"] = encoding
    command = [sys.executable, "-c", SCRAPY, "audit"]
    done = subprocess.run(command, cwd=ROOT, env=scrapy.environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "category_title (1)" in done.stdout.decode(encoding)


def test_a_closed_pipe_does_not_change_the_exit_status(archive: Archive) -> None:
    half_written(archive, 1)
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", SCRAPY, "audit", "--json"]
    environment = {**os.environ, "FINEWS_DATA_DIR": str(archive.data)}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("arguments", [["/no/such/folder"], [""], ["README.md"], ["data", "more"], ["--nonsense"]])
def test_wrong_arguments_exit_with_2_without_traceback(arguments: list[str], scrapy: Scrapy) -> None:
    run = scrapy("audit", *arguments)
    assert run.status == 2
    assert "Traceback" not in run.log
    assert not scrapy.data.exists()


def test_a_missing_folder_is_reported_in_one_line(scrapy: Scrapy) -> None:
    (line,) = scrapy("audit", "/no/such\x1bfolder").log.splitlines()
    assert line.startswith("finews audit: ")
    assert "'/no/such\\x1bfolder'" in line
    assert "; for example: finews audit data" in line


def test_an_archive_before_the_first_crawl_is_clean(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    run = scrapy("audit")
    assert run.status == 0
    assert run.log.splitlines()[-1] == f"audit: {scrapy.data} holds no posts: clean"
    assert list(scrapy.data.iterdir()) == []


def test_a_damaged_index_exits_with_6(archive: Archive) -> None:
    for name in archive.data.glob("index.sqlite*"):
        name.unlink()
    (archive.data / "index.sqlite").write_bytes(b"no database" * 1000)
    run = Scrapy.into_folder(archive.data)("audit")
    assert (run.status, run.log.count("\n")) == (6, 1), run.log
    assert run.log.startswith(f"finews audit: {archive.data}/index.sqlite: ")

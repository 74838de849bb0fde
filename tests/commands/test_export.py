"""``finews export``: its files and manifest, and refused arguments."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path, PurePath
from typing import Any

import pytest
import zstandard
from warcio.checker import Checker

from finews_crawler.commands.export import export_formats
from finews_crawler.exporters.export import MANIFEST
from tests.exporters.export_archives import (
    K_LINE,
    archive_in,
    archive_of_five,
    article,
    code,
    files_in,
    read_lines,
    read_manifest,
    store,
)
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

ALL_WELL, ARGUMENTS, NOT_WRITABLE, LOCKED = 0, 2, 6, 7
FORMATS = export_formats()


@pytest.fixture
def archive(scrapy: Scrapy) -> Scrapy:
    return archive_of_five(scrapy)


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_index_gives_the_same_bytes_and_a_correct_manifest(
    archive: Scrapy, tmp_path: Path, format_name: str
) -> None:
    for folder in ("one", "two", "two"):  # the last one replaces another
        run = archive("export", "--format", format_name, "--out", str(tmp_path / folder))
        assert run.status == ALL_WELL, run.log
    one = files_in(tmp_path / "one")
    assert one == files_in(tmp_path / "two")
    manifest = json.loads(one.pop(MANIFEST))
    assert run.log.splitlines()[-1] == f"export: 5 records to {tmp_path / 'two'}; cursor {manifest['cursor']}"
    assert (manifest["format"], manifest["records"], manifest["schema_version"]) == (format_name, 5, 1)
    assert {file["name"]: (file["bytes"], file["sha256"]) for file in manifest["files"]} == {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in one.items()
    }
    assert one
    assert all(any(PurePath(name).match(pattern) for pattern in FORMATS[format_name].files) for name in one)
    assert sum(file["records"] for file in manifest["files"]) == 5


@pytest.mark.parametrize(("option", "wanted"), [("medium", "财联社"), ("ticker", "600050.SH")])
def test_an_export_of_one_outlet_or_security(archive: Scrapy, tmp_path: Path, option: str, wanted: str) -> None:
    written = archive_in(archive.data)
    store(written, article(7, "media", media_name="财联社", text_html=K_LINE))
    written.close()
    assert [record["info_code"] for record in exported(archive, tmp_path, f"--{option}", wanted)] == [code(7)]
    assert read_manifest(tmp_path)[option] == wanted
    assert exported(archive, tmp_path, f"--{option}", wanted, "--after", read_manifest(tmp_path)["cursor"]) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--medium", "证券"), "medium '证券': the archive has no article of it; nearest: 证券时报"),
        (("--medium", "不存在"), "medium '不存在': the archive has no article of it; it has most of 证券时报"),
        (("--ticker", "600051"), "ticker '600051': no article of the archive names it; nearest: 600050.SH"),
    ],
)
def test_what_no_article_has_is_refused(
    archive: Scrapy, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    written = archive_in(archive.data)
    store(written, article(7, text_html=K_LINE))
    written.close()
    run = archive("export", "--format", "jsonl", "--out", str(tmp_path / "out"), *options)
    assert (run.status, run.log.strip()) == (ARGUMENTS, f"finews export: {message}")
    assert not (tmp_path / "out").exists()


def exported(archive: Scrapy, folder: Path, *options: str) -> list[dict[str, Any]]:
    assert archive("export", "--format", "jsonl", "--out", str(folder), *options).status == ALL_WELL
    return read_lines(folder / "articles.jsonl.gz")


def test_the_default_folder_is_in_the_data_directory(archive: Scrapy) -> None:
    assert archive("export", "--format", "jsonl").status == ALL_WELL
    assert len(read_lines(archive.data / "feeds/jsonl/articles.jsonl.gz")) == 5


def test_compressed_and_plain_lines_are_the_same(archive: Scrapy, tmp_path: Path) -> None:
    plain = archive("export", "--format", "jsonl", "--out", "-")
    assert plain.status == ALL_WELL
    lines = "".join(f"{line}\n" for line in plain.log.splitlines() if line.startswith("{")).encode()
    for compression, name, read in (
        ("gzip", "gz", gzip.decompress),
        ("zstd", "zst", zstandard.ZstdDecompressor().decompressobj().decompress),
    ):
        assert archive("export", "--format", "jsonl", "--compress", compression, "--out", str(tmp_path)).status == 0
        assert read((tmp_path / f"articles.jsonl.{name}").read_bytes()) == lines
    assert [path.name for path in tmp_path.glob("articles*")] == ["articles.jsonl.zst"], (
        "files of the previous export are removed"
    )
    assert [json.loads(line)["info_code"] for line in lines.splitlines()] == [code(number) for number in range(5)]


def test_json_lines_have_the_fields_of_the_records(archive: Scrapy, tmp_path: Path) -> None:
    archive("export", "--format", "jsonl", "--revisions", "--out", str(tmp_path))
    first = read_lines(tmp_path / "articles.jsonl.gz")[0]
    assert (first["published_at"], first["day"]) == ("2022-05-18T08:00:00+08:00", "2022-05-18")
    assert (first["media_name"], first["digest"], first["revised_at"]) == ("证券时报", None, None)
    revised = [line for line in read_lines(tmp_path / "articles.jsonl.gz") if line["info_code"] == code(2)]
    assert [(line["revision"], line["text"]) for line in revised] == [(0, "甲2"), (1, "更正")]
    assert revised[0]["known_until"] == revised[1]["known_from"]


def test_days_and_a_cursor_select_records(archive: Scrapy, tmp_path: Path) -> None:
    def export(*arguments: str) -> list[str]:
        run = archive("export", "--format", "jsonl", "--out", str(tmp_path), *arguments)
        assert run.status == ALL_WELL, run.log
        return [line["info_code"] for line in read_lines(tmp_path / "articles.jsonl.gz")]

    assert export("--since", "2022-05-18", "--until", "2022-05-18") == [code(number) for number in range(5)]
    cursor = read_manifest(tmp_path)["cursor"]
    assert export("--until", "2022-05-17") == export("--since", "2022-05-19") == export("--after", cursor) == []
    identity = cursor.split("-")[0]
    assert export("--after", f"{identity}-5") == [code(2)], "the sixth change is the revision"
    assert read_manifest(tmp_path)["after"] == f"{identity}-5"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), f"--format is not set: choose one of {', '.join(FORMATS)}"),
        (("--format", "xlsx"), f"--format must be one of {', '.join(FORMATS)}, got 'xlsx'"),
        (("--format", "jsonl", "--compress", "rar"), "--compress must be one of none, gzip, zstd, got 'rar'"),
        (("--format", "atom", "--compress", "gzip"), "--compress is for --format jsonl"),
        (("--format", "jsonl", "--by", "ticker"), "--by is for --format atom"),
        (("--format", "parquet", "--out", "-"), "--out - is for --format jsonl or warc: parquet needs a folder"),
        (("--format", "jsonl", "--since", "18.5.2022"), "--since must be a day such as 2022-05-18, got '18.5.2022'"),
        (
            ("--format", "jsonl", "--since", "2022-05-19", "--until", "2022-05-18"),
            "--since must not be later than",
        ),
        (("--format", "jsonl", "--after", "817"), "--after: '817' is not a cursor: take it from the manifest"),
        (("--format", "jsonl", "--after", "00000000-1"), "--after: 00000000-1 is not in the history of this index"),
        (("--format", "jsonl", "--out", "/dev/stdout"), "--out must be a folder, or - for standard output"),
        (("--format", "jsonl", "--out", "/dev/full"), "--out must be a folder, or - for standard output"),
        (("--format", "jsonl", "--out", __file__), "--out must be a folder, or - for standard output"),
        (("--format", "jsonl", "more"), "unknown argument 'more'"),
    ],
)
def test_invalid_arguments_are_refused(archive: Scrapy, arguments: tuple[str, ...], why: str) -> None:
    run = archive("export", *arguments)
    assert run.status == ARGUMENTS
    assert why in run.log
    assert not list(archive.data.glob("feeds/*/*"))


def test_export_without_an_index_is_refused(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    run = scrapy("export", "--format", "jsonl")
    assert run.status == NOT_WRITABLE
    assert f"there is no index in {scrapy.data}: crawl first" in run.log
    assert list(scrapy.data.iterdir()) == []


@pytest.mark.parametrize("package", ["pyarrow", "warcio"])
def test_a_missing_extra_is_named(archive: Scrapy, tmp_path: Path, package: str) -> None:
    format_name = {"pyarrow": "parquet", "warcio": "warc"}[package]
    # A None in sys.modules makes an import fail.
    hide = f"import sys; sys.modules[{package!r}] = None"
    command = [sys.executable, "-c", f"{hide}\n{SCRAPY}", "export", "--format", format_name, "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=archive.environment, text=True, capture_output=True, check=False)
    assert done.returncode == ARGUMENTS
    assert f"--format {format_name} needs {package}: pip install 'finews_crawler[{format_name}]'" in done.stderr


def test_a_closed_pipe_is_exit_status_6_without_a_line(archive: Scrapy) -> None:
    command = f'"{sys.executable}" -c "$SCRAPY" export --format jsonl --out - | true; exit "${{PIPESTATUS[0]}}"'
    environment = {**archive.environment, "SCRAPY": SCRAPY}
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (NOT_WRITABLE, "")


def test_the_warc_passes_warcio_check(archive: Scrapy, tmp_path: Path) -> None:
    assert archive("export", "--format", "warc", "--revisions", "--out", str(tmp_path)).status == ALL_WELL

    class Options:
        inputs = (str(tmp_path / "articles.warc.gz"),)
        verbose = True

    assert Checker(Options()).process_all() == 0
    content = gzip.decompress((tmp_path / "articles.warc.gz").read_bytes())
    assert b"WARC-Block-Digest" in content
    assert b"WARC-Payload-Digest" not in content  # see WITHOUT_PAYLOAD_DIGEST

"""``scrapy export``: its files and manifest, refused arguments, and the folder after a kill."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any

import pytest
from backports import zstd
from warcio.checker import Checker

from finews_crawler.commands.export import export_formats
from finews_crawler.exceptions import OutputInUse
from finews_crawler.exporters.export import MANIFEST, publish, staging
from tests.exporters.export_archives import archive_in, article, code, read_lines, read_manifest, store
from tests.support.full_disk import small_disk
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

ALL_WELL, ARGUMENTS, NOT_WRITABLE, LOCKED = 0, 2, 6, 7
FORMATS = export_formats()


@pytest.fixture
def archive(scrapy: Scrapy) -> Scrapy:
    """Return an archive of five articles, one of them revised."""
    made = archive_in(scrapy.data)
    store(made, *(article(number, media_name="证券时报") for number in range(5)), article(2, text_html="<p>更正</p>"))
    made.close()
    return scrapy


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


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


def test_the_default_folder_is_in_the_data_directory(archive: Scrapy) -> None:
    assert archive("export", "--format", "jsonl").status == ALL_WELL
    assert len(read_lines(archive.data / "feeds/jsonl/articles.jsonl.gz")) == 5


def test_compressed_and_plain_lines_are_the_same(archive: Scrapy, tmp_path: Path) -> None:
    plain = archive("export", "--format", "jsonl", "--out", "-")
    assert plain.status == ALL_WELL
    lines = "".join(f"{line}\n" for line in plain.log.splitlines() if line.startswith("{")).encode()
    for compression, name, read in (("gzip", "gz", gzip.decompress), ("zstd", "zst", zstd.decompress)):
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


def test_other_files_in_the_folder_stay(archive: Scrapy, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    others = (
        "notes.txt",
        "media/a.atom",
        *(f"articles/month={name}" for name in ("2022-05/a.txt", "2021-01/articles.parquet")),
    )
    for name in others:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("甲", encoding="utf-8")
    for format_name in ("parquet", "jsonl", "parquet"):
        assert archive("export", "--format", format_name, "--out", str(folder)).status == ALL_WELL
    assert sorted(files_in(folder)) == sorted([*others, "articles/month=2022-05/articles.parquet", MANIFEST])


@pytest.mark.parametrize("name", ["articles.jsonl", MANIFEST, ".export-files.json", "linked.json"])
def test_a_file_that_no_export_has_written_is_not_replaced(archive: Scrapy, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    if name == "linked.json":
        (tmp_path / name).write_text("{}")
        (folder / MANIFEST).symlink_to(tmp_path / name)
    else:
        (folder / name).write_text('{"title": "甲"}\n', encoding="utf-8")
    before = files_in(folder)
    run = archive("export", "--format", "jsonl", "--compress", "none", "--out", str(folder))
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert str(folder) in run.log
    assert files_in(folder) == before


def test_files_that_a_manifest_of_another_program_names_stay(archive: Scrapy, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    names = ("../above.jsonl", "notes.txt", "articles.jsonl")
    for name in names:
        (folder / name).write_text("甲", encoding="utf-8")
    (folder / MANIFEST).write_text(json.dumps({"files": [{"name": name} for name in names]}))
    assert archive("export", "--format", "jsonl", "--out", str(folder)).status == ALL_WELL
    assert (tmp_path / "above.jsonl").exists()
    assert sorted(files_in(folder)) == ["articles.jsonl.gz", MANIFEST, "notes.txt"]


def test_a_linked_folder_in_an_export_is_not_followed(archive: Scrapy, tmp_path: Path) -> None:
    other, folder = tmp_path / "other", tmp_path / "out"
    for made in (other, folder):
        made.mkdir()
    (other / "a.atom").write_text("<feed/>")
    (folder / "media").symlink_to(other)
    (folder / MANIFEST).write_text('{"files": [{"name": "media/a.atom"}]}')
    for format_name in ("atom", "jsonl"):
        run = archive("export", "--format", format_name, "--out", str(folder))
        assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert files_in(other) == {"a.atom": b"<feed/>"}
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, "media"]


def test_a_linked_output_folder_is_followed(archive: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    assert archive("export", "--format", "jsonl", "--out", str(tmp_path / "out")).status == ALL_WELL
    assert sorted(files_in(tmp_path / "disk")) == ["articles.jsonl.gz", MANIFEST]


def test_a_second_export_into_the_same_folder_is_refused(archive: Scrapy, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with staging(folder):
        run = archive("export", "--format", "jsonl", "--out", str(folder))
        assert run.status == LOCKED
        assert f"another export is writing to {folder}" in run.log
        with pytest.raises(OutputInUse), staging(folder):
            pass
    assert list(folder.iterdir()) == []


def test_a_full_disk_leaves_the_folder_unchanged(scrapy: Scrapy, tmp_path: Path) -> None:
    made = archive_in(scrapy.data)
    store(made, *(article(number, text_html=f"<p>{os.urandom(12_000).hex()}</p>") for number in range(50)))
    made.close()
    with small_disk(tmp_path / "disk", 1000) as disk:
        on_disk = disk(scrapy).into(scrapy.data)
        (disk.seen / "out").mkdir()
        (disk.seen / "out/notes.txt").write_text("甲", encoding="utf-8")
        export = ("export", "--format", "jsonl", "--compress", "none", "--out", str(disk.mounted_at / "out"))
        run = on_disk(*export)
        assert run.status == NOT_WRITABLE, run.log
        assert "No space left on device: give room and run again" in run.log
        assert files_in(disk.seen / "out") == {"notes.txt": "甲".encode()}
        disk.resize(30_000, scrapy)
        assert on_disk(*export).status == ALL_WELL
        assert read_manifest(disk.seen / "out")["records"] == 50


class Killed(BaseException):
    """Like SIGKILL, not caught by any code."""


class Steps:
    """Counts the calls that change a folder, and raises Killed instead of one of them."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.done = 0

    def counting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            if self.done >= self.last:
                raise Killed
            self.done += 1
            return real(*arguments, **named)

        return step


def test_a_kill_at_any_step_leaves_a_whole_export_or_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, kills = tmp_path / "out", 0
    for last in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, {"articles.jsonl": b"old"})
        steps = Steps(last)
        with monkeypatch.context() as patched:
            for name in ("unlink", "replace", "mkdir", "rmdir", "fsync"):
                patched.setattr(os, name, steps.counting(getattr(os, name)))
            try:
                write(folder, {"articles.jsonl.gz": b"new"})
            except Killed:
                kills += 1
            else:
                break
        assert_whole_or_without_manifest(folder)
        write(folder, {"articles.jsonl.gz": b"new"})
        assert_whole_or_without_manifest(folder)
        assert sorted(files_in(folder)) == ["articles.jsonl.gz", MANIFEST]
    assert 5 < kills < 99


def write(folder: Path, files: dict[str, bytes]) -> None:
    with staging(folder) as staged:
        for name, content in files.items():
            (staged / name).write_bytes(content)
        publish(staged, folder, dict.fromkeys(files, 1), {"records": 1})


def assert_whole_or_without_manifest(folder: Path) -> None:
    there = {name: content for name, content in files_in(folder).items() if not name.startswith(".")}
    if MANIFEST in there:
        (file,) = json.loads(there[MANIFEST])["files"]
        assert hashlib.sha256(there[file["name"]]).hexdigest() == file["sha256"]


def test_a_killed_export_leaves_no_partial_file(archive: Scrapy, tmp_path: Path) -> None:
    made = archive_in(archive.data)
    store(made, *(article(number, text_html=f"<p>{'甲' * 3000}</p>") for number in range(10, 210)))
    made.close()
    folder = tmp_path / "out"
    command = [sys.executable, "-c", SCRAPY, "export", "--format", "jsonl", "--compress", "none", "--out", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=archive.environment, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and not any(path.stat().st_size for path in folder.glob(".export-*/*")):
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    left = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    assert left in ([], ["articles.jsonl", MANIFEST])
    assert archive("export", "--format", "jsonl", "--out", str(folder)).status == ALL_WELL
    assert sorted(files_in(folder)) == ["articles.jsonl.gz", MANIFEST]


def test_a_closed_pipe_is_one_line_and_exit_status_6(archive: Scrapy) -> None:
    command = f'"{sys.executable}" -c "$SCRAPY" export --format jsonl --out - | true; exit "${{PIPESTATUS[0]}}"'
    environment = {**archive.environment, "SCRAPY": SCRAPY}
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (NOT_WRITABLE, 1)
    assert "standard output" in done.stderr


def test_the_warc_passes_warcio_check(archive: Scrapy, tmp_path: Path) -> None:
    assert archive("export", "--format", "warc", "--revisions", "--out", str(tmp_path)).status == ALL_WELL

    class Options:
        inputs = (str(tmp_path / "articles.warc.gz"),)
        verbose = True

    assert Checker(Options()).process_all() == 0

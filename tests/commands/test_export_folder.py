"""``finews export``: the output folder, with files of others, links, a full disk, and after a kill."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.commands.export import export_formats
from finews_crawler.exceptions import OutputInUse
from finews_crawler.exporters.export import MANIFEST, publish, staging
from tests.exporters.export_archives import (
    archive_in,
    archive_of_five,
    article,
    files_in,
    read_lines,
    read_manifest,
    store,
)
from tests.support.full_disk import small_disk
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

ALL_WELL, ARGUMENTS, NOT_WRITABLE, LOCKED = 0, 2, 6, 7
FORMATS = export_formats()


@pytest.fixture
def archive(scrapy: Scrapy) -> Scrapy:
    return archive_of_five(scrapy)


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
    # A file appears once it is complete, and the manifest after all of them.
    assert left in ([], ["articles.jsonl"], ["articles.jsonl", MANIFEST])
    assert [len(read_lines(folder / name)) for name in left[:1]] in ([], [205])
    assert archive("export", "--format", "jsonl", "--out", str(folder)).status == ALL_WELL
    assert sorted(files_in(folder)) == ["articles.jsonl.gz", MANIFEST]

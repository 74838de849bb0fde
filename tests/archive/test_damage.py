"""A damaged index: each reader ends with one line that names the damage, and nothing else is touched."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.full_disk import small_disk
from tests.support.index_damage import INDEX, WAL, add_history, add_open_wal, damage, read_everything
from tests.support.scrapy_command import Scrapy

FLIPS = 40


def other_files(data: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(data)): path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.name.startswith(INDEX)
    }


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return an archive as a run leaves it, and one as a killed run does."""
    folder = tmp_path_factory.mktemp("damage")
    add_history(folder / "whole")
    add_open_wal(folder / "whole", folder / "killed")
    return [folder / "whole", folder / "killed"]


@pytest.fixture
def copies(archives: list[Path], tmp_path: Path) -> Iterator[list[Path]]:
    yield [shutil.copytree(archive, tmp_path / archive.name) for archive in archives]


def test_readers_of_an_index_that_is_not_damaged_report_nothing(copies: list[Path], tmp_path: Path) -> None:
    for data in copies:
        assert set(read_everything(data, tmp_path / "out").values()) == {""}


@pytest.mark.parametrize("seed", range(4))
def test_readers_of_a_damaged_index_end_with_one_line(archives: list[Path], tmp_path: Path, seed: int) -> None:
    dice, complaints = random.Random(seed), 0
    for _ in range(FLIPS // 4):
        source = dice.choice(archives)
        data = shutil.copytree(source, tmp_path / "data")
        what = damage(data, dice)
        messages = read_everything(data, tmp_path / "out")
        assert not [message for message in messages.values() if "\n" in message], what
        assert other_files(data) == other_files(source), what
        complaints += any(messages.values())
        shutil.rmtree(data)
    assert complaints


def test_a_killed_run_leaves_commits_in_the_wal(archives: list[Path]) -> None:
    assert (archives[1] / WAL).stat().st_size > 0
    with closing(sqlite3.connect(f"{(archives[1] / INDEX).as_uri()}?immutable=1", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("name", ["whole", "killed"])
def test_reading_needs_no_room_on_the_disk(archives: list[Path], scrapy: Scrapy, tmp_path: Path, name: str) -> None:
    with small_disk(tmp_path / "disk", 2000) as disk:
        shutil.copytree(archives[name == "killed"], disk.seen / "data")
        if name == "killed":  # as after a kill, when SQLite has left its shared memory, too
            (disk.seen / "data" / f"{INDEX}-shm").write_bytes(bytes(32768))
        with (disk.seen / "full").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while file.write(bytes(4096)):
                pass
        before = other_files(disk.seen / "data")
        for command in (("audit",), ("runs",)):
            run = disk(scrapy)(*command)
            assert run.status == 0, run.log
        assert other_files(disk.seen / "data") == before

"""Power failures on real file systems: an article that is reported as written is on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from finews_crawler.archive import writer
from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.utils.syncfs import is_new_enough, sync_file_systems
from tests.archive.crash_scenarios import media, opened
from tests.support.power_failure import MAKE, Disk, mounted_disk

BATCHES = 3
ARTICLES = [
    derive(media(f"NW2022052600000{number:05}", f"正文{number}" * 200), PostUrls()).article
    for number in range(BATCHES * writer.SYNCED_AT_ONCE)
]


def store(data: Path) -> None:
    archive = opened(data)
    for first in range(0, len(ARTICLES), writer.SYNCED_AT_ONCE):
        changes = archive.store(ARTICLES[first : first + writer.SYNCED_AT_ONCE])
        assert [change.error for change in changes if change.error] == []


def fail_after_storing(disk: Disk) -> dict[str, bytes]:
    """Store all articles in a process that ends with the power of the disk. Return the posts that are on the disk."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            store(disk.at / "data")
            disk.fail()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    disk.unmount()
    disk.mount()
    return posts_in(disk.at / "data")


def posts_in(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / "site" / "_posts").rglob("*.md")}


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("truth")
    store(folder)
    return posts_in(folder)


def check_survival(kind: str, folder: Path, truth: dict[str, bytes]) -> None:
    assert len(truth) == len(ARTICLES)
    with mounted_disk(folder, kind) as disk:
        assert fail_after_storing(disk) == truth
        check_next_run(disk.at / "data", truth)


def check_next_run(data: Path, truth: dict[str, bytes]) -> None:
    """The failure may have undone the last commit, which marks rows as written: the next run repeats it."""
    codes = [article.info_code for article in ARTICLES]
    with closing(Archive(DataDirectory(data), PostUrls()).index) as index:
        unfinished = {entry.article.info_code for entry in index.unfinished()}
        assert unfinished in (set(), set(codes[-writer.SYNCED_AT_ONCE :]))
        assert index.contains_each(codes) == set(codes) - unfinished
    with closing(opened(data)) as archive:
        assert archive.index.contains_each(codes) == set(codes)
        assert not archive.index.unfinished()
    assert posts_in(data) == truth


@pytest.mark.skipif(not is_new_enough(os.uname().release), reason="Linux reports all errors of syncfs since 5.17")
@pytest.mark.parametrize("kind", MAKE)
def test_batches_synced_by_one_call_survive_a_power_failure(
    kind: str, truth: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def synced(folders: Iterable[int]) -> bool:
        assert sync_file_systems(folders)
        return True

    monkeypatch.setattr(writer, "sync_file_systems", synced)
    check_survival(kind, tmp_path, truth)


@pytest.mark.parametrize("kind", MAKE)
def test_batches_synced_file_by_file_survive_a_power_failure(
    kind: str, truth: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "sync_file_systems", lambda _: False)
    check_survival(kind, tmp_path, truth)


@pytest.mark.parametrize("kind", [kind for kind in MAKE if kind != "btrfs"])  # which may have them by chance
def test_without_a_sync_the_failure_loses_posts(
    kind: str, truth: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def posts_left(attempt: int) -> dict[str, bytes]:
        with mounted_disk(tmp_path / str(attempt), kind) as disk:
            try:
                return fail_after_storing(disk)
            except OSError:  # a folder or a name whose inode was not written
                return {}

    monkeypatch.setattr(writer, "sync_file_systems", lambda _: True)
    # Another program may sync all file systems in the moment before the failure, but not each time.
    assert any(posts_left(attempt) != truth for attempt in range(5))

"""Findings about the pictures beside an archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.archive.image_store import ImageStore, open_images
from finews_crawler.archive.locations import locate_data_directory
from finews_crawler.archive.lock import Lock
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.utils import clock

CONTENTS = [b"GIF89a" + bytes([number]) for number in range(3)]


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """An archive without posts, which has three pictures."""
    directory = DataDirectory(tmp_path)
    directory.posts.mkdir(parents=True)
    with open_images(directory) as store:
        for number, content in enumerate(CONTENTS):
            store.keep(f"https://a.test/{number}.gif", content, "gif", clock.now())
    return directory


def findings(directory: DataDirectory) -> list[tuple[FindingKind, str, str]]:
    report = audit(locate_data_directory(directory.root), PostUrls(), clock.now())
    return [(finding.kind, finding.path, finding.detail) for finding in report.findings]


def test_pictures_and_their_table_agree(directory: DataDirectory) -> None:
    assert findings(directory) == []


def test_what_is_lost_or_unknown_is_found(directory: DataDirectory) -> None:
    lost, cut, _ = sorted(path for path in directory.images.rglob("*.gif"))
    lost.unlink()
    cut.write_bytes(b"GIF")
    (directory.images / "notes.txt").write_text("mine")
    assert sorted(findings(directory)) == [
        (FindingKind.IMAGE_LOST, lost.relative_to(directory.root).as_posix(), "missing"),
        (FindingKind.IMAGE_LOST, cut.relative_to(directory.root).as_posix(), "3 bytes instead of 7"),
        (FindingKind.IMAGE_UNKNOWN, "images/notes.txt", ""),
    ]


def test_a_file_that_is_just_being_stored_is_no_finding(directory: DataDirectory) -> None:
    directory.image_table.unlink()
    assert {kind for kind, _, _ in findings(directory)} == {FindingKind.IMAGE_UNKNOWN}
    lock = Lock(directory.image_lock)
    lock.take()
    assert findings(directory) == []
    lock.release()


def test_the_lock_file_of_a_killed_run_hides_nothing(directory: DataDirectory) -> None:
    directory.image_lock.touch()
    (directory.images / "00").mkdir()
    (directory.images / "00" / ".1.part").touch()
    assert findings(directory) == [(FindingKind.IMAGE_UNKNOWN, "images/00/.1.part", "")]


@pytest.mark.parametrize("step", ["files", "found_files"])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_picture_that_is_stored_meanwhile_is_no_finding(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch, step: str, is_before: bool
) -> None:
    run = getattr(ImageStore, step)

    def store_another() -> None:
        with open_images(directory) as store:
            store.keep("https://a.test/new.gif", b"GIF89anew", "gif", clock.now())

    def run_beside_a_crawl(store: ImageStore) -> dict[str, int]:
        if is_before:
            store_another()
        found: dict[str, int] = run(store)
        if not is_before:
            store_another()
        return found

    monkeypatch.setattr(ImageStore, step, run_beside_a_crawl)
    assert findings(directory) == []


def test_a_file_that_is_renamed_while_the_folder_is_read_is_left_out(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda folder, pattern: [*walk(folder, pattern), folder / "00" / ".1.part"])
    with open_images(directory) as store:
        assert len(store.found_files()) == len(CONTENTS)


def test_a_temporary_file_of_a_run_that_has_ended_is_no_finding(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ImageStore.found_files
    monkeypatch.setattr(ImageStore, "found_files", lambda store: {**read(store), "00/.1.part": 7})
    assert findings(directory) == []

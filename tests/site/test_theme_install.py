"""Installation of the theme: it is updated, but files that the user changed are not overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.site import theme_install as theme
from finews_crawler.site.theme_install import RECORD, Installed, install_theme

FIRST = {"index.html": b"home", "assets/site.css": b"css", "_layouts/post.html": b"post"}


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The files of the theme, which a test may change to make a later version."""
    files = dict(FIRST)
    monkeypatch.setattr(theme, "theme_files", lambda: files)
    return files


def contents(site: Path) -> dict[str, bytes]:
    files = (path for path in site.rglob("*") if path.is_file() and path.name != RECORD)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def test_the_first_installation_writes_every_file_and_the_second_none(
    shipped: dict[str, bytes], tmp_path: Path
) -> None:
    assert sorted(install_theme(tmp_path).written) == sorted(FIRST)
    assert contents(tmp_path) == FIRST
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    again = install_theme(tmp_path)
    assert (again.written, again.kept, again.removed) == ([], [], [])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == times


def test_a_new_version_is_installed_but_changed_files_stay(shipped: dict[str, bytes], tmp_path: Path) -> None:
    install_theme(tmp_path)
    (tmp_path / "index.html").write_bytes(b"my home")
    shipped.update({"index.html": b"home 2", "assets/site.css": b"css 2", "feed.xsl": b"new"})
    installed = install_theme(tmp_path)
    assert installed.kept == ["index.html"]
    assert contents(tmp_path) == {**FIRST, "index.html": b"my home", "assets/site.css": b"css 2", "feed.xsl": b"new"}


def test_a_file_older_than_the_theme_stays_and_is_reported_once(shipped: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"my home")
    for outdated in (["index.html"], []):  # once: under cron the message would come with every build
        installed = install_theme(tmp_path)
        assert (installed.kept, installed.outdated) == (["index.html"], outdated)
        assert (tmp_path / "index.html").read_bytes() == b"my home"


def test_a_removed_file_is_written_again_only_with_restore(shipped: dict[str, bytes], tmp_path: Path) -> None:
    install_theme(tmp_path)
    (tmp_path / "index.html").unlink()
    install_theme(tmp_path)
    assert not (tmp_path / "index.html").exists()
    assert install_theme(tmp_path, restore=True).written == ["index.html"]


def test_files_no_longer_in_the_theme_are_removed_unless_changed(shipped: dict[str, bytes], tmp_path: Path) -> None:
    install_theme(tmp_path)
    (tmp_path / "index.html").write_bytes(b"my home")
    shipped.clear()
    assert install_theme(tmp_path).removed == ["_layouts/post.html", "assets/site.css"]
    assert contents(tmp_path) == {"index.html": b"my home"}


def test_a_theme_that_is_installed_already_is_not_written_again(shipped: dict[str, bytes], tmp_path: Path) -> None:
    install_theme(tmp_path)
    before = {path: path.stat().st_ino for path in tmp_path.rglob("*")}
    assert install_theme(tmp_path) == Installed()
    assert {path: path.stat().st_ino for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("record", [b"", b'{"index.html": "', b"[]", b"\xff"])
def test_without_a_readable_record_changed_files_are_kept(
    shipped: dict[str, bytes], tmp_path: Path, record: bytes
) -> None:
    install_theme(tmp_path)
    (tmp_path / "index.html").write_bytes(b"my home")
    (tmp_path / RECORD).write_bytes(record)
    assert install_theme(tmp_path).kept == ["index.html"]
    assert contents(tmp_path) == {**FIRST, "index.html": b"my home"}

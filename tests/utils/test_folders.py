"""Files are opened, renamed and removed without following a symbolic link below a root."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from finews_crawler.utils.folders import open_file, open_folder, refuse_links, remove_file, rename

WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a root whose own path is a link, with a linked file and a linked folder in it."""
    (tmp_path / "disk/inner").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("ours?")
    (tmp_path / "root").symlink_to("disk")
    (tmp_path / "root/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "root/inner/file").symlink_to(tmp_path / "outside/file")
    (tmp_path / "root/plain").write_text("plain")
    return tmp_path / "root"


ACTIONS: dict[str, Callable[[Path], object]] = {
    "truncate a linked file": lambda root: open_file(root / "inner/file", WRITE, root),
    "write in a linked folder": lambda root: open_file(root / "folder/new", WRITE, root),
    "make a folder in a linked folder": lambda root: open_file(root / "folder/a/b", WRITE, root, create_folders=True),
    "remove from a linked folder": lambda root: remove_file(root / "folder/file", root),
    "rename into a linked folder": lambda root: rename(root / "plain", root / "folder/file", root),
    "check a linked file": lambda root: refuse_links(root / "inner/file", root=root),
    "check a file in a linked folder": lambda root: refuse_links(root / "folder/missing", root=root),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_links_below_the_root_are_refused(root: Path, action: Callable[[Path], object]) -> None:
    with pytest.raises(OSError, match="symbolic link") as raised:
        action(root)
    assert raised.value.errno == errno.ELOOP
    assert str(raised.value.filename).startswith(str(root))
    assert [(path.name, path.read_text()) for path in (root.parent / "outside").iterdir()] == [("file", "ours?")]
    assert (root / "plain").exists()


def test_a_link_in_the_place_of_a_file_is_itself_replaced_or_removed(root: Path) -> None:
    rename(root / "plain", root / "inner/file", root)
    assert not (root / "inner/file").is_symlink()
    assert remove_file(root / "folder", root)
    assert not remove_file(root / "missing/file", root)
    assert (root.parent / "outside/file").read_text() == "ours?"


def test_folders_are_created_below_a_linked_root(root: Path) -> None:
    with open_folder(root / "a/b", root, create=True) as folder:
        os.close(os.open("file", WRITE, dir_fd=folder))
    assert (root.parent / "disk/a/b/file").exists()


def test_something_other_than_a_file_is_refused_without_waiting(root: Path) -> None:
    os.mkfifo(root / "fifo")
    for name in ("fifo", "inner"):
        with pytest.raises(OSError, match=rf"{name}"):
            open_file(root / name, os.O_RDONLY, root)
    with pytest.raises(NotADirectoryError, match="plain"):
        open_file(root / "plain/file", WRITE, root, create_folders=True)

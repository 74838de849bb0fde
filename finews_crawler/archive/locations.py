"""Where posts lie: what kind of folder a command was given, and the files in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.utils.files import TEMPORARY_SUFFIX

POST_SUFFIXES = (".md", ".markdown", ".html")
DAY_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-", re.ASCII)


@dataclass(frozen=True)
class PostLocations:
    """The parts of an archive."""

    root: Path
    posts: tuple[Path, ...]
    """Folders of posts that Jekyll publishes, or would."""
    retired: Path | None = None
    """The folder of posts that left the site."""
    categories: Path | None = None
    index: Path | None = None
    """The index, when there is one."""
    lock: Path | None = None

    def relative(self, path: Path) -> str:
        """A path as findings give it, and the index."""
        return path.relative_to(self.root).as_posix()

    def files(self) -> Iterator[tuple[Path, bool]]:
        """Each file below the posts, in order of names, and whether Jekyll sees it."""
        for folder in self.posts:
            yield from ((path, True) for path in _walk(folder))
        if self.retired:
            yield from ((path, False) for path in _walk(self.retired))


def locate_posts(path: Path) -> PostLocations:
    """A data directory, a Jekyll site, or any folder of posts."""
    directory = DataDirectory(path)
    if directory.index.exists() or directory.posts.is_dir():
        return locate_data_directory(path)
    if (path / "_posts").is_dir():
        return PostLocations(path, (path / "_posts",), path / directory.retired.name, path / "category")
    return PostLocations(path, (path,))


def posts_at(path: Path) -> Iterator[Path]:
    """The posts at *path*, in order of their names: one post, or those of a folder as ``place_of`` takes it."""
    if path.is_file():
        yield path
    else:
        found = (file for file, _ in locate_posts(path).files())
        yield from (file for file in found if is_post(file) and not file.name.startswith("."))


def locate_data_directory(path: Path) -> PostLocations:
    """A data directory, whether or not anything is in it yet."""
    directory = DataDirectory(path)
    index = directory.index if directory.index.exists() else None
    return PostLocations(path, (directory.posts,), directory.retired, directory.categories, index, directory.lock)


def is_post(path: Path) -> bool:
    return path.suffix.lower() in POST_SUFFIXES


def has_day(name: str) -> bool:
    """Whether a file's name begins with a day, as a post's does.

    >>> has_day("2021-12-01-init.md"), has_day("README.md")
    (True, False)
    """
    return DAY_IN_NAME.match(name) is not None


def is_temporary(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(TEMPORARY_SUFFIX)


def read_file(path: Path) -> bytes | None:
    """A file's bytes; None for what is no file, or no longer there: a run may be under way."""
    try:
        return path.read_bytes() if path.is_file() else None
    except FileNotFoundError:
        return None


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=_raise_unless_gone):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names))


def _raise_unless_gone(error: OSError) -> None:
    """A folder that need not be there is no error; one that may not be read is."""
    if not isinstance(error, FileNotFoundError):
        raise error

"""Folders of posts: the kinds that commands accept, and the files in them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from finews_crawler.config.data_directory import DataDirectory

POST_SUFFIXES = (".md", ".markdown", ".html")
OWN_PLUGIN = Path("_plugins", "beijing_dates.rb")
THEME_RECORD = ".theme.json"
"""File of an installed theme in the site folder."""
DAY_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-", re.ASCII)


@dataclass(frozen=True)
class PostLocations:
    """Paths of an archive's parts."""

    root: Path
    posts: tuple[Path, ...]
    """Folders of posts for Jekyll to publish."""
    retired: Path | None = None
    """Folder of retired posts, which are not part of the site."""
    categories: Path | None = None
    index: Path | None = None
    """Index file, if it exists."""
    lock: Path | None = None

    @property
    def has_own_theme(self) -> bool:
        """True if Jekyll builds the posts with the theme of this crawler, or will once a crawl or build installs it."""
        theme = self.posts[0].parent
        return (theme / OWN_PLUGIN).is_file() or (self.lock is not None and not (theme / "_layouts").exists())

    def relative(self, path: Path) -> str:
        """Return a path relative to the root, as in findings and in the index."""
        return path.relative_to(self.root).as_posix()

    def files(self) -> Iterator[tuple[Path, bool]]:
        """Yield each file in the post folders, sorted by path, with True if Jekyll reads its folder."""
        for folder, names, is_on_site in self.folders():
            yield from ((Path(folder, name), is_on_site) for name in names)

    def folders(self) -> Iterator[tuple[str, list[str], bool]]:
        """Yield each folder of posts, as ``files`` does, with the names of its files."""
        for folder in self.posts:
            yield from ((parent, names, True) for parent, names in _walk(folder))
        if self.retired:
            yield from ((parent, names, False) for parent, names in _walk(self.retired))


def locate_posts(path: Path) -> PostLocations:
    """Return the parts of a data directory, of a Jekyll site, or of any other folder of posts."""
    directory = DataDirectory(path)
    if directory.index.exists() or directory.posts.is_dir():
        return locate_data_directory(path)
    if (path / "_posts").is_dir():
        return PostLocations(path, (path / "_posts",), path / directory.retired.name, path / "category")
    return PostLocations(path, (path,))


def posts_at(path: Path) -> Iterator[Path]:
    """Yield the posts at *path*, sorted by path: a single post, or all in a folder. Raises OSError."""
    if path.is_file():
        yield path
    else:
        found = (file for file, _ in locate_posts(path).files())
        yield from (file for file in found if is_post(file.name) and not file.name.startswith("."))


def locate_data_directory(path: Path) -> PostLocations:
    """Return the parts of a data directory, which need not exist yet."""
    directory = DataDirectory(path)
    index = directory.index if directory.index.exists() else None
    return PostLocations(path, (directory.posts,), directory.retired, directory.categories, index, directory.lock)


def is_post(name: str) -> bool:
    """Return True for the file name of a post.

    >>> is_post("2022-05-18-NW202205182383638060.md"), is_post(".md")
    (True, False)
    """
    lowered = name.lower()
    return lowered.endswith(POST_SUFFIXES) and lowered not in POST_SUFFIXES


def has_day(name: str) -> bool:
    """Return True if a file name starts with a date, as the name of a post does.

    >>> has_day("2021-12-01-init.md"), has_day("README.md")
    (True, False)
    """
    return DAY_IN_NAME.match(name) is not None


def read_file(path: Path | str) -> bytes | None:
    """Return a file's bytes; None if it is not a file or was just deleted: a crawl may be active. Raises OSError."""
    try:
        # Opening a FIFO would wait for its other end.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        path = Path(path)
        return path.read_bytes() if path.is_file() else None
    try:
        found = os.fstat(file)
        return _read_all(file, found.st_size) if stat.S_ISREG(found.st_mode) else None
    finally:
        os.close(file)


def _read_all(file: int, size: int) -> bytes:
    """Return the bytes of a file, which may have become longer than *size*."""
    content = os.read(file, size + 1)
    while len(content) > size:
        size = len(content)
        content += os.read(file, size)
    return content


def _walk(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield folders with the names of their files; of a data directory or our site in them, only those of posts."""
    for parent, folders, names in os.walk(folder, onerror=_raise_unless_gone):
        of_posts = _folders_of_posts(Path(parent), names)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (not of_posts or name in of_posts))
        yield parent, [] if of_posts else sorted(names)


def _folders_of_posts(parent: Path, names: Collection[str]) -> tuple[str, ...]:
    """Return the folders with posts in a data directory, or in a site with our theme; () for any other folder."""
    directory = DataDirectory(parent)
    if THEME_RECORD in names:
        return (directory.posts.name,)
    is_data = (directory.site / THEME_RECORD).is_file()
    return (directory.site.name, directory.retired.name) if is_data else ()


def _raise_unless_gone(error: OSError) -> None:
    """Raise the error of a folder that cannot be read; a missing folder is permitted."""
    if not isinstance(error, FileNotFoundError):
        raise error

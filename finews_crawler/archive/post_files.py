"""The posts of a folder, whichever folder of an archive it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

POST_SUFFIXES = (".md", ".markdown")


def post_files(path: Path) -> Iterator[Path]:
    """The posts at *path*, in order of their names: a post, a folder of posts, a Jekyll site, or a data directory.

    What a Jekyll site holds besides ``_posts`` (pages, layouts, its README) is none.
    """
    if path.is_file():
        yield path
        return
    sites = [folder for folder in (path / "site" / "_posts", path / "_posts", path / "old_post") if folder.is_dir()]
    for folder in sites or [path]:
        found = (file for file in folder.rglob("*") if file.suffix in POST_SUFFIXES and file.is_file())
        yield from sorted(file for file in found if not _is_hidden(file.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)

"""Files in the site folder besides the posts: the theme, category files, and the user's own files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from finews_crawler.site.address import read_configuration
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.post_render import link_file

CATEGORIES = "category"
BUILT_APART = ("_posts", "_site")
INCLUDED = [".htaccess"]
"""Jekyll's default for ``include``: files that are published although their name begins with a dot."""


@dataclass(frozen=True)
class UserFiles:
    """The files from which Jekyll renders the index pages."""

    site: Path
    media: Collection[str]
    """Names of the category files of outlets with posts. Each is rendered only when its posts or the file change."""

    @classmethod
    def of(cls, state: BuildState, site: Path) -> UserFiles:
        """Return the files of *site*, whose categories with posts are those in the build state."""
        return cls(site, {f"{slug}.html" for slug in state.categories()})

    def category_files(self) -> list[tuple[str, int]]:
        """Return the category files in ``media`` with their modification times in nanoseconds."""
        names = sorted(self._entries(self.site / CATEGORIES))
        return [(name, (self.site / CATEGORIES / name).stat().st_mtime_ns) for name in names if name in self.media]

    def link_into(self, source: Path, wanted: Collection[str]) -> None:
        """Link all files into the new folder *source*; of the category files in ``media`` only those in *wanted*."""
        (source / CATEGORIES).mkdir(parents=True)
        for name in self._entries(self.site):
            if name not in BUILT_APART and name != CATEGORIES:
                (source / name).symlink_to((self.site / name).resolve())
        for name in self._entries(self.site / CATEGORIES):
            file = self.site / CATEGORIES / name
            if file.is_dir():
                (source / CATEGORIES / name).symlink_to(file.resolve())
            elif name not in self.media or f"{CATEGORIES}/{name}" in wanted:
                link_file(file, source / CATEGORIES / name)

    def digest(self) -> str:
        """Return the digest of names, sizes and modification times of all files but the category files in ``media``."""
        digest = hashlib.sha256()
        exclusions: dict[Path, Collection[str]] = {self.site: BUILT_APART, self.site / CATEGORIES: self.media}
        for parent, folders, names in os.walk(self.site, followlinks=True):
            excluded = exclusions.get(Path(parent), ())
            folders[:] = sorted(name for name in folders if self._is_published(name) and name not in excluded)
            for name in sorted(name for name in names if self._is_published(name) and name not in excluded):
                with suppress(FileNotFoundError):  # moved meanwhile, or a broken symbolic link
                    status = Path(parent, name).stat()
                    file = Path(parent, name).relative_to(self.site)
                    digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _entries(self, folder: Path) -> Iterator[str]:
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 (only the names are needed)
        return (name for name in names if self._is_published(name) and (folder / name).exists())

    def _is_published(self, name: str) -> bool:
        return not name.startswith(".") or any(fnmatchcase(name, pattern) for pattern in self._included)

    @cached_property
    def _included(self) -> list[str]:
        included = read_configuration(self.site).get("include")
        return list(map(str, included)) if isinstance(included, list) else INCLUDED

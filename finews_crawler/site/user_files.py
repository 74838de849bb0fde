"""What lies in the site's own folder beside the posts: the theme, category files, and whatever a person puts there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

import yaml

from finews_crawler.site.jekyll import CONFIGURATION
from finews_crawler.site.partition_build import link_file

CATEGORIES = "category"
BUILT_APART = ("_posts", "_site")
INCLUDED = [".htaccess"]
"""Jekyll's own ``include``: the names that begin with a dot and are published all the same."""


@dataclass(frozen=True)
class UserFiles:
    """The folder that Jekyll reads, as the front of the site sees it."""

    site: Path
    media: Collection[str]
    """The category files of media that have posts: they are looked at one by one, and made when a post changes."""

    def category_files(self) -> list[tuple[str, int]]:
        """The category files of media, each with its time of change in nanoseconds."""
        found = sorted(self._entries(self.site / CATEGORIES))
        return [(name, (self.site / CATEGORIES / name).stat().st_mtime_ns) for name in found if name in self.media]

    def link_into(self, source: Path, wanted: Collection[str]) -> None:
        """Put everything into *source*, which is made; of the media's category files those *wanted* (their paths)."""
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
        """Of everything but the category files of media."""
        digest = hashlib.sha256()
        for parent, folders, names in os.walk(self.site, followlinks=True):
            left_out: Collection[str] = ()
            if Path(parent) == self.site:
                left_out = BUILT_APART
            elif Path(parent) == self.site / CATEGORIES:
                left_out = self.media
            folders[:] = sorted(name for name in folders if self._is_shown(name) and name not in left_out)
            for name in sorted(name for name in names if self._is_shown(name) and name not in left_out):
                with suppress(FileNotFoundError):  # it has been moved since, or is a link that leads nowhere
                    status = Path(parent, name).stat()
                    file = Path(parent, name).relative_to(self.site)
                    digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _entries(self, folder: Path) -> Iterator[str]:
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 (the names are what is wanted)
        return (name for name in names if self._is_shown(name) and (folder / name).exists())

    def _is_shown(self, name: str) -> bool:
        return not name.startswith(".") or any(fnmatchcase(name, pattern) for pattern in self._included)

    @cached_property
    def _included(self) -> list[str]:
        with suppress(OSError, yaml.YAMLError):  # Jekyll says what is the matter with it
            configuration = yaml.safe_load((self.site / CONFIGURATION).read_text("utf-8"))
            if isinstance(configuration, dict) and isinstance(configuration.get("include"), list):
                return list(map(str, configuration["include"]))
        return INCLUDED

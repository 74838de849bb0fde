"""Blue/green deployment: two releases of the site, of which one is served while the other is updated.

A release consists of hard links to files of the build directory, so an update costs only what has changed since that
release was last served, and no served file is ever written to.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from finews_crawler.site.build_state import BuildState
from finews_crawler.site.post_render import link_file
from finews_crawler.utils.folders import open_folder, refuse_links, remove_file

RELEASES = ("a", "b")
FOLDER = "trees"


@dataclass(frozen=True)
class Releases:
    """The two releases below the build directory; the symbolic link *link* points to the served one."""

    build_directory: Path
    link: Path
    state: BuildState

    def served(self) -> str:
        """Return the name of the served release; '' if there is none."""
        if not self.link.is_symlink():
            return ""
        target = self.link.resolve()
        is_release = target.parent == (self.build_directory / FOLDER).resolve() and target.is_dir()
        return target.name if is_release else ""

    def is_current(self) -> bool:
        """Return True if the served release has everything that has been built."""
        served = self.served()
        return bool(served) and not any(True for _ in self.state.changed_files(self._generation(served)))

    def serve(self) -> int:
        """Update the release that is not served, and switch to it. Return the number of its files that changed."""
        served = self.served()
        name = next(name for name in RELEASES if name != served)
        changed = self._update(name)
        new = self.link.with_name(f".{self.link.name}.new")
        remove_file(new)
        new.symlink_to(os.path.relpath(self._folder(name), self.link.parent))  # relative: the archive may be moved
        new.replace(self.link)
        if not served:
            # Made together with the first one, so that the second build already costs only what it changes.
            self._update(next(other for other in RELEASES if other != name))
        self.state.forget_removed(min(map(self._generation, RELEASES)))
        return changed

    def _update(self, name: str) -> int:
        since = self._generation(name)
        changed = list(self.state.changed_files(since))
        generation = self.state.next_generation()
        # First, so that a build killed after this point makes the release from scratch.
        self.state.set_values({f"tree {name}": "0"})
        folder = self._folder(name)
        if since == 0 and folder.exists():
            shutil.rmtree(folder)
        refuse_links(folder, root=self.build_directory)
        folder.mkdir(parents=True, exist_ok=True)
        # Removals come first: on a case-insensitive file system, a new file may have the name of a removed one.
        for path, source in changed:
            if not source:
                self._remove(folder / path, folder)
        placed = sorted((os.path.split(path), source) for path, source in changed if source)
        for parent, files in groupby(placed, key=lambda file: file[0][0]):
            self._place(folder / parent, {name: source for (_, name), source in files}, folder)
        os.sync()  # The files must be on disk before they are recorded as complete, and before the switch.
        self.state.set_values({f"tree {name}": str(generation)})
        return len(changed)

    def _place(self, folder: Path, sources: Mapping[str, str], release: Path) -> None:
        """Place files in a folder, by their names. Raises OSError for a symbolic link in the release."""
        refuse_links(folder, root=release)
        folder.mkdir(parents=True, exist_ok=True)
        with open_folder(folder, release) as descriptor:
            for name, source in sources.items():
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=descriptor)
                link_file(self.build_directory / source, folder / name)

    def _remove(self, file: Path, release: Path) -> None:
        """Remove a file, and the folders that it leaves empty. Raises OSError for a symbolic link in the release."""
        remove_file(file, release)
        folder, root = file.parent, self.build_directory / FOLDER
        while folder.is_dir() and folder.parent != root and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def _folder(self, name: str) -> Path:
        return self.build_directory / FOLDER / name

    def _generation(self, name: str) -> int:
        return int(self.state.value(f"tree {name}") or 0) if self._folder(name).is_dir() else 0

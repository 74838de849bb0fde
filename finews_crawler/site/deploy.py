"""The two trees that take turns: one is served, the other is brought up to date and then takes its place.

A tree holds hard links to what the build keeps, so bringing it up to date costs what has changed since it was last
served, and no file of a tree is ever written to.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from finews_crawler.site.build_state import BuildState
from finews_crawler.site.partition_build import link_file

TREES = ("a", "b")


class Releases:
    """The trees below *workshop*, of which *link* leads to the one that is served."""

    def __init__(self, workshop: Path, link: Path, state: BuildState) -> None:
        self.workshop = workshop
        self.link = link
        self.state = state

    def served(self) -> str:
        """The name of the tree that is served; '' when none is."""
        if not self.link.is_symlink():
            return ""
        target = self.link.resolve()
        return target.name if target.parent == self._folder("").resolve() and target.is_dir() else ""

    def is_current(self) -> bool:
        """Whether what is served is what is built."""
        served = self.served()
        return bool(served) and not any(True for _ in self.state.changed_files(self._generation(served)))

    def serve(self) -> int:
        """Bring the other tree up to date and let it be served. Returns how many files changed in it."""
        served = self.served()
        name = next(name for name in TREES if name != served)
        changed = self._bring_up(name)
        self._point_to(name)
        if not served:
            # Made with the first, so that the second build already costs no more than what it changes.
            self._bring_up(next(other for other in TREES if other != name))
        return changed

    def _bring_up(self, name: str) -> int:
        since = self._generation(name)
        # What goes goes first: on some file systems a new file may be what it is in another case.
        changed = sorted(self.state.changed_files(since), key=lambda file: file[1] != "")
        reached = self.state.next_generation()
        self._begin(name, since)
        for path, source in changed:
            self._put(self._folder(name) / path, source)
        os.sync()  # the tree is on disk before it is noted that it is whole, and before it is served
        self.state.set_facts({f"tree {name}": str(reached)})
        return len(changed)

    def _begin(self, name: str, since: int) -> None:
        """What is killed from here on leaves a tree that is made from nothing the next time."""
        self.state.set_facts({f"tree {name}": "0"})
        folder = self._folder(name)
        if since == 0 and folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)

    def _put(self, place: Path, source: str) -> None:
        place.unlink(missing_ok=True)
        if source:
            place.parent.mkdir(parents=True, exist_ok=True)
            link_file(self.workshop / source, place)
        else:
            self._remove_empty(place.parent)

    def _remove_empty(self, folder: Path) -> None:
        trees = self._folder("")
        while folder.is_dir() and folder.parent != trees and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def _point_to(self, name: str) -> None:
        target = os.path.relpath(self._folder(name), self.link.parent)
        new = self.link.with_name(f".{self.link.name}.new")
        new.unlink(missing_ok=True)
        new.symlink_to(target)
        new.replace(self.link)

    def _folder(self, name: str) -> Path:
        return self.workshop / "trees" / name

    def _generation(self, name: str) -> int:
        return int(self.state.fact(f"tree {name}") or 0) if self._folder(name).is_dir() else 0

"""Incremental build of the site: ``finews site build``.

The posts that have changed are rendered and recorded in the state. Then the index pages are built from the state, and
the search indexes; the release that is not served is updated, and the link to the served release is switched. After a
failure, the served site is unchanged, and the next build uses everything that was completed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.image_store import open_images
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveError, BuildFailed
from finews_crawler.site.address import CONFIGURATION, SiteAddress, read_address
from finews_crawler.site.build_context import (
    BUNDLES,
    PAGES,
    PICTURES,
    POSTS,
    SCRATCH,
    BuildContext,
    BuildReport,
    JekyllChanged,
)
from finews_crawler.site.build_state import ADDRESS, BuildState, remove_state
from finews_crawler.site.deploy import FOLDER, RELEASES, Releases
from finews_crawler.site.former_addresses import FILE as FORMER
from finews_crawler.site.former_addresses import FormerAddresses
from finews_crawler.site.index_stage import build_index_pages
from finews_crawler.site.jekyll import PLUGINS, jekyll_stamp, jekyll_version
from finews_crawler.site.neighbours import Neighbours
from finews_crawler.site.pictures import Pictures
from finews_crawler.site.post_render import THEME_FOLDERS
from finews_crawler.site.post_stage import PostStage
from finews_crawler.site.search_index import search_version
from finews_crawler.site.search_stage import SearchStage
from finews_crawler.site.theme_install import theme_files
from finews_crawler.utils.error_hints import RESTORE, hint_for
from finews_crawler.utils.folders import refuse_links

STATE = "state.sqlite"
JEKYLL = "jekyll"
"""Value of the state: stamp and version of Jekyll."""
OLD_PARTITIONS = "parts"
"""Folder of builds up to state version 3."""
OWN_FILES = (
    *(POSTS, PAGES, BUNDLES, PICTURES, SCRATCH, OLD_PARTITIONS, STATE, f"{STATE}-wal", f"{STATE}-shm", FORMER),
    *(f"{FOLDER}/{name}" for name in RELEASES),
)
"""Files and folders of the build directory that are written, or removed as a whole."""


@dataclass(frozen=True)
class SiteBuild:
    """One build of an archive's site."""

    archive: Archive
    url: str
    """Public URL of the site, unless its own configuration has another."""
    echo: Callable[[str], None] = print
    check_lock: Callable[[], None] = lambda: None
    """Raises LockLost if another build may have begun."""

    @property
    def directory(self) -> DataDirectory:
        return self.archive.directory

    @property
    def build_directory(self) -> Path:
        return self.directory.site_build

    @cached_property
    def address(self) -> SiteAddress:
        return read_address(self.directory.site, self.url)

    @cached_property
    def scratch(self) -> Path:
        return self.build_directory / SCRATCH / uuid.uuid4().hex

    def run(self, *, full: bool = False) -> BuildReport:
        """Build what has changed, or with *full* everything. Raises BuildFailed, OSError, UnusableIndex."""
        jekyll_stamp()  # Without Jekyll, nothing is created.
        if self.directory.built_site.is_dir() and not self.directory.built_site.is_symlink():
            raise BuildFailed(f"{self.directory.built_site} is a folder that no build has made: move it away")
        check_layouts(self.directory.site)
        refuse_links(*(self.build_directory / name for name in OWN_FILES), root=self.directory.root)
        shutil.rmtree(self.scratch, ignore_errors=True)  # of this build, if it begins again
        self.scratch.mkdir(parents=True)
        if full:
            remove_state(self.build_directory / STATE)
        try:
            with self._former() as former, closing(BuildState(self.build_directory / STATE)) as state:
                return self._build(state, former)
        except JekyllChanged:
            return self.run()
        except sqlite3.Error as error:
            if hint_for(error) == RESTORE and not full:  # a damaged state, which can be computed again
                return self.run(full=True)
            raise ArchiveError(f"{self.build_directory}: {error}: {hint_for(error)}") from error
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)

    @contextmanager
    def _former(self) -> Iterator[FormerAddresses]:
        path = self.build_directory / FORMER
        try:
            former = FormerAddresses(path)
        except sqlite3.Error as error:
            if hint_for(error) == RESTORE:
                why = f"{path}: {error}: restore it, or remove it with the redirects that it keeps"
                raise BuildFailed(why) from error
            raise ArchiveError(f"{path}: {error}: {hint_for(error)}") from error
        with closing(former):
            yield former

    def _build(self, state: BuildState, former: FormerAddresses) -> BuildReport:
        jekyll = self._jekyll_version(state)
        addresses = self.archive.addresses
        versions = f"{jekyll} {search_version()} {addresses.archive_url} {addresses.share_url}"
        theme = theme_digest(self.directory.site, versions, str(self.address))
        self._prepare_folders(state)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            address = self.address
            context = BuildContext(
                *(self.directory, self.scratch, state, jekyll, theme, address),
                *(addresses.archive_url, addresses.share_url, former, pool, self.echo),
            )
            try:
                self._build_pages(context)
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                raise
            except JekyllChanged:
                state.set_values({JEKYLL: ""})
                raise
        releases = Releases(self.build_directory, self.directory.built_site, state)
        self.check_lock()
        if not releases.is_current():
            context.report.files = releases.serve()
        state.set_values({ADDRESS: str(self.address)})
        self._remove_leftovers(state)
        return context.report

    def _jekyll_version(self, state: BuildState) -> str:
        """Return the version of Jekyll, if possible without starting Ruby. Raises BuildFailed."""
        stamp, known = jekyll_stamp(), state.value(JEKYLL)
        version = known.removeprefix(f"{stamp}\n") if known.startswith(f"{stamp}\n") else jekyll_version()
        state.set_values({JEKYLL: f"{stamp}\n{version}"})
        return version

    def _build_pages(self, context: BuildContext) -> None:
        PostStage(context, self.archive).build()
        with open_images(self.directory) as images:
            Neighbours(context, Pictures(context, self.archive.index, images)).update()
        search = SearchStage(context)
        search.begin()
        try:
            build_index_pages(context)  # while the search indexes are being built
        except (BuildFailed, OSError, sqlite3.Error):
            search.finish()  # The next build need not repeat what was completed.
            raise
        search.finish()

    def _prepare_folders(self, state: BuildState) -> None:
        if state.is_new:
            for name in (POSTS, PAGES, BUNDLES, PICTURES, OLD_PARTITIONS):
                shutil.rmtree(self.build_directory / name, ignore_errors=True)
            state.begin()
        for name in (POSTS, PAGES, BUNDLES, PICTURES):
            (self.build_directory / name).mkdir(exist_ok=True)
        self._remove_leftovers(state)

    def _remove_leftovers(self, state: BuildState) -> None:
        """Remove the files of killed builds, and search indexes that have been rebuilt since."""
        used = {folder for (folder,) in state.connection.execute("SELECT folder FROM bundle")}
        unused = [folder for folder in (self.build_directory / BUNDLES).iterdir() if folder.name not in used]
        unused += [folder for folder in (self.build_directory / SCRATCH).iterdir() if folder != self.scratch]
        for folder in unused:
            # A killed build's Jekyll may still write to it: then the next build removes it.
            shutil.rmtree(folder, ignore_errors=True)


def check_layouts(site: Path) -> None:
    """Raise BuildFailed if a layout of the theme is missing: Jekyll would only warn, and render pages without it."""
    missing = [name for name in theme_files() if name.startswith("_layouts/") and not (site / name).is_file()]
    if missing:
        raise BuildFailed(f"{site / missing[0]} is missing: `finews site init` restores it")


def theme_digest(site: Path, versions: str, url: str) -> str:
    """Return the digest of everything that every page depends on: theme, configuration, plugins, *versions*, *url*.

    It contains no absolute path, so a moved archive is not rebuilt.
    """
    files = [site / CONFIGURATION, *(file for name in THEME_FOLDERS for file in sorted((site / name).rglob("*")))]
    digest = hashlib.sha256(f"{versions} {url}".encode())
    for folder, names in ((site, files), (PLUGINS, sorted(PLUGINS.iterdir()))):
        for file in names:
            if file.is_file():
                digest.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return digest.hexdigest()

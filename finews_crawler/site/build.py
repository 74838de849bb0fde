"""Incremental build of the site: ``scrapy site build``.

Each changed partition is built in a folder of its own and recorded in the state. Then the index pages are built from
the state, the release that is not served is updated, and the link to the served release is switched. After a failure,
the served site is unchanged, and the next build uses everything that was completed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveError, BuildFailed
from finews_crawler.site.address import CONFIGURATION, SiteAddress, read_address, split_url
from finews_crawler.site.build_context import PAGES, PARTITIONS, SCRATCH, BuildContext, BuildReport
from finews_crawler.site.build_state import BuildState, remove_state
from finews_crawler.site.deploy import FOLDER, RELEASES, Releases
from finews_crawler.site.former_addresses import FILE as FORMER
from finews_crawler.site.former_addresses import FormerAddresses
from finews_crawler.site.index_stage import build_index_pages
from finews_crawler.site.jekyll import PLUGINS, jekyll_version
from finews_crawler.site.partition_build import THEME_FOLDERS
from finews_crawler.site.partition_stage import PartitionStage
from finews_crawler.site.partitions import PostMetadata
from finews_crawler.site.post_data import read_post_metadata
from finews_crawler.site.search_index import search_version
from finews_crawler.site.theme_install import theme_files
from finews_crawler.utils.error_hints import RESTORE, hint_for
from finews_crawler.utils.folders import refuse_links

STATE = "state.sqlite"
OWN_FILES = (
    *(PARTITIONS, PAGES, SCRATCH, STATE, f"{STATE}-wal", f"{STATE}-shm", FORMER),
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
        versions = f"{jekyll_version()} {search_version()}"
        theme = theme_digest(self.directory.site, versions, str(self.address))
        if self.directory.built_site.is_dir() and not self.directory.built_site.is_symlink():
            raise BuildFailed(f"{self.directory.built_site} is a folder that no build has made: move it away")
        check_layouts(self.directory.site)
        refuse_links(*(self.build_directory / name for name in OWN_FILES), root=self.directory.root)
        if full:
            for name in (PARTITIONS, PAGES):
                shutil.rmtree(self.build_directory / name, ignore_errors=True)
            remove_state(self.build_directory / STATE)
        for folder in (self.build_directory / PARTITIONS, self.build_directory / PAGES, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        metadata = read_post_metadata(self.archive)
        try:
            with self._former() as former, closing(BuildState(self.build_directory / STATE)) as state:
                return self._build(state, former, theme, metadata)
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

    def _build(
        self, state: BuildState, former: FormerAddresses, theme: str, metadata: Mapping[str, PostMetadata]
    ) -> BuildReport:
        self._remove_leftovers(state)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            address, archive_url = self.address, self.archive.addresses.archive_url
            is_at_archive_url = address.base == split_url(archive_url).base
            footers = "" if is_at_archive_url else archive_url
            context = BuildContext(
                self.directory, self.scratch, state, theme, address, footers, former, pool, self.echo
            )
            try:
                self._build_pages(context, metadata)
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                raise
        releases = Releases(self.build_directory, self.directory.built_site, state)
        self.check_lock()
        if not releases.is_current():
            context.report.files = releases.serve()
        self._remove_leftovers(state)
        return context.report

    def _build_pages(self, context: BuildContext, metadata: Mapping[str, PostMetadata]) -> None:
        partitions = PartitionStage(context, metadata)
        try:
            partitions.build()
            build_index_pages(context)  # while the search indexes are being built
        except (BuildFailed, OSError, sqlite3.Error):
            partitions.finish()  # The next build need not repeat what was completed.
            raise
        partitions.finish()

    def _remove_leftovers(self, state: BuildState) -> None:
        """Remove the files of killed builds, and partitions that have been rebuilt since."""
        used = {partition.folder.rpartition("/")[2] for partition in state.partitions().values()}
        unused = [folder for folder in (self.build_directory / PARTITIONS).iterdir() if folder.name not in used]
        unused += [folder for folder in (self.build_directory / SCRATCH).iterdir() if folder != self.scratch]
        for folder in unused:
            # A killed build's Jekyll may still write to it: then the next build removes it.
            shutil.rmtree(folder, ignore_errors=True)


def check_layouts(site: Path) -> None:
    """Raise BuildFailed if a layout of the theme is missing: Jekyll would only warn, and render pages without it."""
    missing = [name for name in theme_files() if name.startswith("_layouts/") and not (site / name).is_file()]
    if missing:
        raise BuildFailed(f"{site / missing[0]} is missing: `scrapy site init` restores it")


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

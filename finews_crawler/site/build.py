"""``scrapy site build``: the parts that have changed, the pages that list their posts, and the whole put in its place.

The order is: each part built in a folder of its own and noted in the state; the front from what the state then knows;
the tree that is not served brought up to date; the link to the served one turned. What fails leaves the served site as
it was, and what was built before it is kept for the next try.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from finews_crawler.archive.archive import Archive
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.build_state import BuildState, Partition
from finews_crawler.site.deploy import Releases
from finews_crawler.site.index_pages import IndexPages
from finews_crawler.site.jekyll import CONFIGURATION, PLUGINS, jekyll_version
from finews_crawler.site.listings import Listing
from finews_crawler.site.pagefind import pagefind_version
from finews_crawler.site.partition_build import THEME_FOLDERS, BuiltPartition, PartitionBuilder
from finews_crawler.site.partitions import PostFile, PostMetadata, digest_of, divide, find_posts
from finews_crawler.site.post_data import read_post_metadata
from finews_crawler.site.theme_install import theme_files
from finews_crawler.site.urls import CategoryAddresses

PARTS, PAGES, SCRATCH, STATE = "parts", "pages", "scratch", "state.sqlite"
Tell = Callable[[str], None]


@dataclass
class Report:
    """What a build did."""

    posts: int = 0
    parts: int = 0
    """How many of them it built."""
    listings: int = 0
    files: int = 0
    """How many files of the served site have changed."""


@dataclass(frozen=True)
class Work:
    """A build under way."""

    state: BuildState
    theme: str
    pool: ThreadPoolExecutor
    report: Report = field(default_factory=Report)
    indexing: dict[Future[list[str]], tuple[str, str]] = field(default_factory=dict)
    """The search indexes under way: the name of each part, and the digest that it has once it is indexed."""

    def index(self, part: BuiltPartition, scratch: Path, digest: str) -> None:
        """Begin with a part's search index, by way of *scratch*; one of what the part was before counts no more."""
        for future in [future for future, (name, _) in self.indexing.items() if name == part.name]:
            del self.indexing[future]
        self.indexing[self.pool.submit(part.index, scratch)] = (part.name, digest)
        self.report.parts = len(self.indexing)

    def finish_parts(self) -> None:
        """Wait for the search indexes, and note that their parts are built, once they are on disk."""
        wait(self.indexing)
        if self.indexing:
            os.sync()
        failures = []
        for future, (name, digest) in self.indexing.items():
            try:
                self.state.finish_part(name, digest, future.result())
            except BuildFailed as error:
                failures.append(error)
        if failures:
            raise failures[0]


@dataclass(frozen=True)
class SiteBuild:
    """One build of the site of an archive."""

    archive: Archive
    url: str
    """The site's own address, for the feed and the sitemap."""
    tell: Tell = print

    @property
    def directory(self) -> DataDirectory:
        return self.archive.directory

    @property
    def workshop(self) -> Path:
        return self.directory.site_build

    @cached_property
    def scratch(self) -> Path:
        """Of this build alone: the Jekyll of one that was killed may still be writing."""
        return self.workshop / SCRATCH / uuid.uuid4().hex

    def run(self, *, full: bool = False) -> Report:
        """Build what has changed, or with *full* everything. Raises BuildFailed, OSError, sqlite3.Error."""
        versions = f"{jekyll_version()} {pagefind_version()}"
        theme = theme_digest(self.directory.site, versions, self.url)
        if self.directory.built_site.is_dir() and not self.directory.built_site.is_symlink():
            raise BuildFailed(f"{self.directory.built_site} is a folder of somebody else's: move it away")
        check_layouts(self.directory.site)
        if full:
            for name in (PARTS, PAGES):
                shutil.rmtree(self.workshop / name, ignore_errors=True)
            for file in (STATE, f"{STATE}-wal", f"{STATE}-shm"):
                (self.workshop / file).unlink(missing_ok=True)
        for folder in (self.workshop / PARTS, self.workshop / PAGES, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        facts = read_post_metadata(self.archive)
        try:
            with closing(BuildState(self.workshop / STATE)) as state:
                return self._build(state, theme, facts)
        except sqlite3.Error as error:
            if type(error) is sqlite3.DatabaseError and not full:  # damaged, and made of nothing but what is there
                return self.run(full=True)
            raise BuildFailed(f"{self.workshop / STATE}: {error}: give room or permission, or remove it") from error
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _build(self, state: BuildState, theme: str, facts: Mapping[str, PostMetadata]) -> Report:
        self._sweep(state)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            work = Work(state, theme, pool)
            try:
                self._build_pages(work, facts)
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                raise
        trees = Releases(self.workshop, self.directory.built_site, state)
        if not trees.is_current():
            work.report.files = trees.serve()
        self._sweep(state)
        return work.report

    def _build_pages(self, work: Work, facts: Mapping[str, PostMetadata]) -> None:
        try:
            self._build_parts(work, facts)
            # Meanwhile Pagefind works: the front does not wait for it.
            self._build_front(work)
        except (BuildFailed, OSError, sqlite3.Error):
            work.finish_parts()  # what is built is kept for the next try
            raise
        work.finish_parts()

    def _sweep(self, state: BuildState) -> None:
        """Remove what a killed build left, and parts that were built anew since."""
        used = {part.folder.rpartition("/")[2] for part in state.parts().values()}
        left = [folder for folder in (self.workshop / PARTS).iterdir() if folder.name not in used]
        left += [folder for folder in (self.workshop / SCRATCH).iterdir() if folder != self.scratch]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)  # what is still written to is removed by the next build

    def _build_parts(self, work: Work, facts: Mapping[str, PostMetadata]) -> None:
        """Build the parts that have changed; their search indexes are under way then."""
        posts = find_posts(self.directory.posts) if self.directory.posts.is_dir() else []
        if facts and not posts:
            why = f"there are no posts in {self.directory.posts}, and the index knows of {len(facts)}"
            raise BuildFailed(f"{why}: look after FINEWS_DATA_DIR, or `scrapy rebuild` them")
        divided = divide(posts)
        for name in work.state.parts().keys() - divided.keys():
            work.state.drop_part(name)
        slugs = {facts[post.path].slug for post in posts if post.path in facts}
        addresses, built_with = self._addresses(work.state, slugs), None
        # Once more where a post that the index does not know turns out to have another one's address, or leaves it.
        while addresses.moved != built_with:
            self._build_due(
                work, divided, PartitionBuilder(self.directory.site, facts, addresses, self._configuration())
            )
            addresses, built_with = self._addresses(work.state, slugs), addresses.moved
        work.report.posts = len(posts)

    def _addresses(self, state: BuildState, slugs: Collection[str]) -> CategoryAddresses:
        foreign = (slug for part in state.parts().values() for slug in part.foreign_slugs)
        return CategoryAddresses([*slugs, *foreign])

    def _build_due(self, work: Work, divided: Mapping[str, Sequence[PostFile]], builder: PartitionBuilder) -> None:
        def digest(name: str, foreign_slugs: Iterable[str]) -> str:
            return digest_of(divided[name], builder.facts, builder.addresses.moved, work.theme, foreign_slugs)

        built = work.state.parts()
        digests = {name: part.digest for name, part in built.items()} | dict(work.indexing.values())
        wanted = {name: digest(name, built[name].foreign_slugs if name in built else []) for name in divided}
        due = {name: divided[name] for name in divided if digests.get(name) != wanted[name]}
        for part in self._build_each(builder, due, work.pool):
            row = Partition("", f"{PARTS}/{part.folder.name}", bool(part.pages), part.months, part.foreign_slugs)
            work.state.put_part(part.name, row, part.posts, part.files)
            work.index(part, self.scratch / part.folder.name / "words", digest(part.name, part.foreign_slugs))
            self.tell(f"{part.name}: {len(part.posts)} posts")

    def _build_each(
        self, builder: PartitionBuilder, due: Mapping[str, Sequence[PostFile]], pool: ThreadPoolExecutor
    ) -> Iterator[BuiltPartition]:
        """The parts as they are done: each is a program that takes one core. One that fails hinders no other."""
        futures, failures = [], []
        for name, posts in due.items():
            folder = self.workshop / PARTS / f"{name}.{uuid.uuid4().hex}"
            futures.append(pool.submit(builder.build, name, posts, folder, self.scratch / folder.name))
        for future in as_completed(futures):
            try:
                built = future.result()
            except BuildFailed as error:
                failures.append(error)
            else:
                yield built
        if failures:
            raise failures[0]

    def _build_front(self, work: Work) -> None:
        front = IndexPages(work.state, self.directory.site)
        front_theme = f"{work.theme} {front.folder.digest()}"
        if work.state.fact("theme") != work.theme:
            front.touch_all()
        front.touch_categories()
        fixed, gone = list(front.fixed()), front.gone()
        due = [listing for listing in front.touched() if front.digest_of(listing) != listing.digest]
        is_same = work.state.fact("front") == front_theme
        if is_same and not due and not gone and all(front.digest_of(page) == page.digest for page in fixed):
            front.done([], [])
            return
        self._render_front(front, [*fixed, *due], gone)
        os.sync()  # the pages are on disk before it is noted that they are built
        front.done([*fixed, *due], gone)
        work.state.set_facts({"theme": work.theme, "front": front_theme})
        work.report.listings = len(due)

    def _render_front(self, front: IndexPages, listings: Sequence[Listing], gone: Sequence[str]) -> None:
        state, folder = front.state, self.scratch / "front.built"
        made = front.render(listings, folder, self.scratch / "front", self._configuration())
        listed = {listing.path for listing in listings}
        # A list that lies in the site's folder, such as emnews/index.html, is empty where it is not to be made now.
        others = {file for file in made if file not in listed and (file in gone or not front.is_listing(file))}
        lost = set(filter(None, state.fact("others").split("\n"))) | set(gone)
        self._take_over(state, folder, [*listed, *others], lost - listed - others)
        state.set_facts({"others": "\n".join(sorted(others))})

    def _take_over(self, state: BuildState, folder: Path, files: Iterable[str], gone: Collection[str]) -> None:
        """Let the pages that Jekyll made in *folder* take the place of those of before.

        Noted before they are moved: what is killed in between is made again, and then may be there already. What goes
        goes first: on some file systems a new page may be what it is in another case.
        """
        pages = self.workshop / PAGES
        changed = [file for file in files if not (state.has_file(file) and _is_same(folder / file, pages / file))]
        state.put_files({**dict.fromkeys(gone, ""), **{file: f"{PAGES}/{file}" for file in changed}})
        for file in gone:
            (pages / file).unlink(missing_ok=True)
        for file in changed:
            (pages / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).replace(pages / file)

    def _configuration(self) -> dict[str, Any]:
        return {"url": self.url}


def _is_same(file: Path, other: Path) -> bool:
    return other.is_file() and file.read_bytes() == other.read_bytes()


def check_layouts(site: Path) -> None:
    """Raise BuildFailed for a layout that is not there: Jekyll would go on without, and give pages of nothing else."""
    missing = [name for name in theme_files() if name.startswith("_layouts/") and not (site / name).is_file()]
    if missing:
        raise BuildFailed(f"{site / missing[0]} is missing: `scrapy site init` puts it back")


def theme_digest(site: Path, versions: str, url: str) -> str:
    """Of what every page is made with."""
    files = [site / CONFIGURATION, *(file for name in THEME_FOLDERS for file in sorted((site / name).rglob("*")))]
    digest = hashlib.sha256(f"{versions} {url}".encode())
    for file in (*files, *sorted(PLUGINS.iterdir())):
        if file.is_file():
            digest.update(f"{file.relative_to(PLUGINS if PLUGINS in file.parents else site)}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()

"""Audit of a whole archive. It changes nothing.

A run may be writing to the archive at the same time. Differences between posts, rows and category files are therefore
checked twice, and reported only if both checks find them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from finews_crawler.archive.entries import IndexRow
from finews_crawler.archive.index import Index
from finews_crawler.archive.locations import PostLocations, read_file
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.slug import has_unsafe_name
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.operate.audit.category_checks import check_categories
from finews_crawler.operate.audit.damage_checks import check_damage
from finews_crawler.operate.audit.findings import AuditReport, Finding, FindingKind, Note
from finews_crawler.operate.audit.image_checks import check_images
from finews_crawler.operate.audit.index_checks import PostOnDisk, check_rows, find_duplicates
from finews_crawler.operate.audit.scan import PostScan
from finews_crawler.posts.formats import PostFormat

SECONDS_PER_BATCH = 2
"""Time in which a run certainly finishes writing a batch of posts."""


def audit(locations: PostLocations, urls: PostUrls, now: datetime) -> AuditReport:
    """Audit the archive at *locations*. Raises UnusableIndex, or OSError for a folder that cannot be read."""
    scan = PostScan(locations, urls, now)
    scan.run()
    index = Index(locations.index) if locations.index else None
    try:
        if index:
            index.check()
        damage = list(check_damage(index, locations.relative(index.path))) if index else []
        check = _ConsistencyCheck(scan, index)
        images = check_images(DataDirectory(locations.root)) if locations.lock else ()
        lost = _lost_index(locations) if index is None else ()
        findings = [*lost, *damage, *scan.findings, *check.run(), *images]
        notes = [*_post_notes(scan), *_index_notes(locations, index, check.rows)]
    finally:
        if index:
            index.close()
    forms = {form.value: scan.forms[form] for form in PostFormat if scan.forms[form]}
    return AuditReport(str(locations.root), scan.forms.total(), forms, findings, notes)


@dataclass
class _ConsistencyCheck:
    """Comparison of posts, rows, category files and temporary files with each other."""

    scan: PostScan
    index: Index | None
    rows: list[IndexRow] = field(default_factory=list)
    """Of the latest check."""

    def run(self) -> list[Finding]:
        first = list(self._check())
        if not first:
            return []
        locations = self.scan.locations
        if locations.lock and locations.lock.exists():
            time.sleep(SECONDS_PER_BATCH)
        self._reread(first)
        second = set(self._check())
        return [finding for finding in first if finding in second]

    def _check(self) -> Iterator[Finding]:
        scan, locations = self.scan, self.scan.locations
        self.rows = list(self.index.entries()) if self.index else []
        paths_in_index = {row.info_code: row.post_path for row in self.rows}
        duplicates = {finding.path: finding for finding in find_duplicates(scan.posts, paths_in_index)}
        yield from duplicates.values()
        if self.index:
            unique = {path: post for path, post in scan.posts.items() if path not in duplicates}
            yield from check_rows(self.rows, unique)
        if locations.categories:
            folder = locations.categories
            yield from check_categories(folder, locations.relative(folder), scan.posts_by_slug)
        for path in scan.temporary:
            if path.exists():
                yield Finding(FindingKind.HALF_WRITTEN, locations.relative(path))

    def _reread(self, findings: list[Finding]) -> None:
        """Update, in their order, the posts of all articles that a finding names."""
        posts, root = self.scan.posts, self.scan.locations.root
        codes = {finding.info_code for finding in findings if finding.info_code}
        missing = (finding for finding in findings if finding.kind is FindingKind.NO_POST)
        not_found = {finding.path: PostOnDisk(finding.info_code, b"") for finding in missing}
        for path, post in {**not_found, **posts}.items():
            if post.info_code in codes:
                content = read_file(root / path)
                if content is not None:
                    posts[path] = post._replace(digest=hashlib.sha256(content).digest())
                else:
                    posts.pop(path, None)


def _lost_index(locations: PostLocations) -> Iterator[Finding]:
    """Report the missing index of a data directory with posts. Other folders have none."""
    directory = DataDirectory(locations.root)
    try:
        if locations.lock:
            directory.check_index()
    except UnusableIndex:
        yield Finding(FindingKind.NO_INDEX, directory.relative(directory.index))


def _post_notes(scan: PostScan) -> Iterator[Note]:
    for form in PostFormat:
        if paths := scan.in_old_formats.get(form):
            name = form.name.lower().replace("_", " ")
            yield Note(f"posts in format {form.value} ({name}): {len(paths)}", tuple(paths))
    for url, paths in sorted(scan.by_other_url.items()):
        text = f"posts that link to {url}, which is not FINEWS_POST_ARCHIVE_URL"
        yield Note(f"{text}: {len(paths)} (`finews rebuild` writes the configured URL)", tuple(paths))
    if scan.shown_late:
        text = "posts dated without a time zone, which Jekyll shows eight hours late without the theme of this crawler"
        yield Note(f"{text}: {len(scan.shown_late)}", tuple(scan.shown_late))
    yield from _outlet_notes(scan)
    if scan.not_posts:
        yield Note(f"files that are not posts: {len(scan.not_posts)}", tuple(scan.not_posts))


def _outlet_notes(scan: PostScan) -> Iterator[Note]:
    """Note the outlets whose slug is not their reading, or is another outlet's as well."""
    outlets = {slug: sorted(filter(None, names)) for slug, names in sorted(scan.posts_by_slug.items())}
    unsafe = tuple(f"{name}: {slug}" for slug, names in outlets.items() for name in names if has_unsafe_name(name))
    if unsafe:
        yield Note(f"outlets whose name cannot be part of a URL, with their slugs: {len(unsafe)}", unsafe)
    shared = tuple(f"{slug}: {', '.join(names)}" for slug, names in outlets.items() if len(names) > 1)
    if shared:
        yield Note(f"slugs of several outlets, each of which has a page of its own: {len(shared)}", shared)


def _index_notes(locations: PostLocations, index: Index | None, rows: Iterable[IndexRow]) -> Iterator[Note]:
    if index is None:
        if not locations.lock:
            yield Note("no index found: posts are not compared with index rows")
        return
    without_hash = sum(not row.content_hash for row in rows)
    if without_hash:
        yield Note(f"rows from an earlier version without a content hash, not compared: {without_hash}")
    if locations.lock and locations.lock.exists():
        yield Note("a lock file exists: a run is writing to the archive, or was killed")

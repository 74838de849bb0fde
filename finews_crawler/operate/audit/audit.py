"""An archive looked through from end to end; nothing in it is changed.

A run may be writing meanwhile: what does not agree between posts, rows and category files is looked at twice, and only
told of when it is the same both times.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from finews_crawler.archive.index import Index
from finews_crawler.archive.locations import PostLocations, read_file
from finews_crawler.articles.links import PostUrls
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.operate.audit.category_checks import judge_categories
from finews_crawler.operate.audit.findings import Finding, Kind, Note, Report
from finews_crawler.operate.audit.index_checks import PostFile, compare, find_duplicates
from finews_crawler.operate.audit.scan import Scan
from finews_crawler.posts.reader import PostFormat

SECONDS_A_GROUP_TAKES = 2


def audit(place: PostLocations, addresses: PostUrls, now: datetime) -> Report:
    """Look through *place*. Raises UnusableIndex, or OSError for a folder, when it cannot be read."""
    scan = Scan(place, addresses, now)
    scan.run()
    index = Index(place.index) if place.index else None
    try:
        if index:
            index.check()
        findings = [*scan.findings, *_Agreement(scan, index).find()]
        notes = [*_notes_of_posts(scan), *_notes_of_rows(place, index)]
    except sqlite3.Error as error:
        raise UnusableIndex(f"{place.index} cannot be read ({error}): restore it, or move it away") from error
    finally:
        if index:
            index.close()
    forms = {form.value: scan.forms[form] for form in PostFormat if scan.forms[form]}
    return Report(str(place.root), len(scan.files), forms, findings, notes)


@dataclass
class _Agreement:
    """Posts, rows, category files and temporary files, held against each other."""

    scan: Scan
    index: Index | None

    def find(self) -> list[Finding]:
        found = list(self._look())
        if not found:
            return []
        place = self.scan.place
        if place.lock and place.lock.exists():
            time.sleep(SECONDS_A_GROUP_TAKES)
        self._read_again(found)
        again = set(self._look())
        return [finding for finding in found if finding in again]

    def _look(self) -> Iterator[Finding]:
        scan, place = self.scan, self.scan.place
        path_of_row = {entry.info_code: entry.post_path for entry in self.index.entries()} if self.index else {}
        duplicates = {finding.path: finding for finding in find_duplicates(scan.files, path_of_row)}
        yield from duplicates.values()
        if self.index:
            yield from compare(
                self.index.entries(), {path: file for path, file in scan.files.items() if path not in duplicates}
            )
        if place.categories:
            yield from judge_categories(place.categories, place.relative(place.categories), scan.media)
        yield from (Finding(Kind.HALF_WRITTEN, place.relative(path)) for path in scan.temporary if path.exists())

    def _read_again(self, found: list[Finding]) -> None:
        """Bring up to date what is known of the posts of every article that a finding names, in their order."""
        files, root = self.scan.files, self.scan.place.root
        codes = {finding.info_code for finding in found if finding.info_code}
        absent = {finding.path: PostFile(finding.info_code, b"") for finding in found if finding.kind is Kind.NO_POST}
        for path, file in {**absent, **files}.items():
            if file.info_code in codes:
                content = read_file(root / path)
                if content is not None:
                    files[path] = file._replace(digest=hashlib.sha256(content).digest())
                else:
                    files.pop(path, None)


def _notes_of_posts(scan: Scan) -> Iterator[Note]:
    for form in PostFormat:
        if paths := scan.in_other_forms.get(form):
            spoken = form.name.lower().replace("_", " ")
            yield Note(f"posts in the form {form.value} ({spoken}): {len(paths)}", tuple(paths))
    if scan.late:
        text = f"posts dated without a zone, shown by Jekyll at another time of the same day: {len(scan.late)}"
        yield Note(text, tuple(scan.late))
    if scan.not_posts:
        yield Note(f"files that are no posts: {len(scan.not_posts)}", tuple(scan.not_posts))


def _notes_of_rows(place: PostLocations, index: Index | None) -> Iterator[Note]:
    if index is None:
        yield Note("no index here: posts are not held against rows")
        return
    unknown = sum(not entry.content_hash for entry in index.entries())
    if unknown:
        yield Note(f"rows of an earlier version, without the hash of their posts, not compared: {unknown}")
    if place.lock and place.lock.exists():
        yield Note("there is a lock: a run is writing here, or was killed")

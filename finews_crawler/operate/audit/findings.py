"""Findings of an audit: their kinds, and a hint on how to fix each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from finews_crawler.posts.reader import RENAME

FETCH_AGAIN = "fetch the article again: finews crawl share -a info_code=… -a refetch=1"


class FindingKind(StrEnum):
    """Kinds of findings with a hint each, in the order of the report. The values are part of the JSON format."""

    hint: str

    def __new__(cls, value: str, hint: str) -> Self:
        kind = str.__new__(cls, value)
        kind._value_, kind.hint = value, hint
        return kind

    DAMAGED_INDEX = "damaged_index", "restore the index, or move it away and `finews reindex` the posts"
    """A problem that SQLite finds in the index, or a missing part of its schema."""
    NO_INDEX = "no_index", "`finews reindex` builds it from the posts; until then no crawl starts"
    """A data directory with posts whose index is missing."""
    DAMAGED_ROW = (
        "damaged_row",
        "`finews reindex` reads an article from its post again; for other tables, restore the index, or move it away "
        "and `finews reindex` the posts",
    )
    """A row of the index that cannot be decoded."""
    UNREADABLE = "unreadable", "correct it by hand, or run `finews rebuild` if the index has the article"
    """A file that cannot be read, is not UTF-8, or has invalid front matter."""
    UNDATED = "undated", f"add a date with +0800, or {FETCH_AGAIN}"
    BROKEN = "broken", FETCH_AGAIN
    """A post without title or body, or whose link is empty or not the URL of a web page."""
    LOST_CHARACTERS = "lost_characters", f"{FETCH_AGAIN}; if upstream has it so, correct it by hand"
    """A post with characters that could not be decoded."""
    MIS_KEYED = "mis_keyed", RENAME
    """A post whose name and link contain different infoCodes."""
    DUPLICATE = "duplicate", "keep the post that names the outlet, and remove the other"
    """Another post has the same infoCode."""
    SLUG = (
        "slug",
        "run `finews rebuild` if a crawl wrote it, or set its category to the slug of its outlet, "
        'written as ["…"] if it contains a space',
    )
    """A post whose category is not the slug of its outlet, or that has several categories."""
    WRONG_DATE = "wrong_date", "write its date with +0800, and name the file by that day"
    """A post that Jekyll publishes under another day, or whose name has another day than its date."""
    REFUSED = "refused", "correct it before the next build, which a single such post makes fail for the whole site"
    """A post that makes Jekyll abort the build of the whole site."""
    IGNORED = "ignored", "rename, correct or remove it"
    """A post that Jekyll skips."""
    NO_CATEGORY_FILE = "no_category_file", "`finews rebuild` writes the category files of all articles in the index"
    CATEGORY_TITLE = (
        "category_title",
        "remove the file and run `finews rebuild`, or set its title to the tag of its posts",
    )
    """A category file with the title of another outlet."""
    NO_ROW = "no_row", "`finews reindex` adds it to the index"
    """A post that is missing in the index."""
    NO_POST = "no_post", "`finews rebuild` writes it"
    """An index row whose post does not exist."""
    DIFFERS = "differs", "`finews rebuild` reverts the change, `finews reindex` accepts it unless the post is mis_keyed"
    """A post whose bytes do not match the hash in the index."""
    UNFINISHED = "unfinished", "the next `finews crawl` or `finews rebuild` completes it"
    """An index row whose post was not written completely."""
    HALF_WRITTEN = (
        "half_written",
        "the next `finews crawl` or `finews rebuild` removes it; outside the archive, remove it",
    )
    """A temporary file that a killed run left behind."""
    IMAGE_LOST = "image_lost", "the next `finews images` fetches it again, if its host still has it"
    """A picture that is missing, or has another size than when it was stored."""
    IMAGE_UNKNOWN = "image_unknown", "the next `finews images` completes what a killed one left; otherwise remove it"
    """A file among the pictures that their table does not have."""


@dataclass(frozen=True)
class Finding:
    """One problem in an archive."""

    kind: FindingKind
    path: str
    """Path relative to the audited folder, with ``/``."""
    info_code: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Note:
    """An observation that needs no correction and does not affect the exit status."""

    text: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditReport:
    """Result of an audit."""

    path: str
    posts: int
    forms: Mapping[str, int]
    """Number of posts by post format."""
    findings: Sequence[Finding]
    notes: Sequence[Note]

    def by_kind(self) -> dict[FindingKind, list[Finding]]:
        """Return the findings grouped by kind and sorted by path, without empty groups."""
        findings = sorted(self.findings, key=lambda finding: (finding.path, finding.info_code, finding.detail))
        groups = {kind: [finding for finding in findings if finding.kind is kind] for kind in FindingKind}
        return {kind: group for kind, group in groups.items() if group}

"""What an audit can find: the kinds, and what to do about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is the matter. The order is that of the report."""

    UNREADABLE = "unreadable"
    """Front matter, or bytes, that cannot be read."""
    UNDATED = "undated"
    BROKEN = "broken"
    """Without a title, a body, or with an empty link."""
    MIS_KEYED = "mis_keyed"
    """Its name and its link do not give the same infoCode."""
    DUPLICATE = "duplicate"
    """Another post has the same infoCode."""
    SLUG = "slug"
    """Its category is not the slug of its medium, or not one category."""
    WRONG_DATE = "wrong_date"
    """Jekyll publishes it under another day, or its name has another."""
    REFUSED = "refused"
    """Jekyll fails on it, and builds no page of the site."""
    IGNORED = "ignored"
    """Jekyll builds the site without it."""
    NO_CATEGORY_FILE = "no_category_file"
    CATEGORY_TITLE = "category_title"
    """The category file is another medium's."""
    NO_ROW = "no_row"
    """A post that the index does not know."""
    NO_POST = "no_post"
    """A row of the index whose post is not there."""
    DIFFERS = "differs"
    """The bytes are not those of the index."""
    UNFINISHED = "unfinished"
    """A row whose post was about to be written."""
    HALF_WRITTEN = "half_written"
    """A temporary file that a killed run left."""


ADVICE: Mapping[Kind, str] = {
    Kind.UNREADABLE: "put it right by hand, or `scrapy rebuild` if the index has the article",
    Kind.UNDATED: "give it a date with +0800, or fetch it anew: scrapy crawl share -a info_code=… -a refetch=1",
    Kind.BROKEN: "fetch it anew: scrapy crawl share -a info_code=… -a refetch=1",
    Kind.MIS_KEYED: "see which article it is, and name the file by that infoCode",
    Kind.DUPLICATE: "keep the one that has the medium, and remove the other",
    Kind.SLUG: 'make its category the slug of its medium, as ["…"] where that holds a space',
    Kind.WRONG_DATE: "spell its date with +0800, and name the file by that day",
    Kind.REFUSED: "put it right before the next build: one such post fails the whole site",
    Kind.IGNORED: "rename it, correct it, or remove it",
    Kind.NO_CATEGORY_FILE: "`scrapy rebuild` writes those of articles that the index has",
    Kind.CATEGORY_TITLE: "remove the file and `scrapy rebuild`, or give it the title of its posts' medium",
    Kind.NO_ROW: "`scrapy reindex` takes it up",
    Kind.NO_POST: "`scrapy rebuild` writes it",
    Kind.DIFFERS: "`scrapy rebuild` undoes the change, `scrapy reindex` takes it up",
    Kind.UNFINISHED: "the next `scrapy crawl` or `scrapy rebuild` finishes it",
    Kind.HALF_WRITTEN: "the next `scrapy crawl` or `scrapy rebuild` removes it; elsewhere, remove it",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    kind: Kind
    path: str
    """Below the folder audited, with ``/``."""
    info_code: str = ""
    detail: str = ""

    @property
    def advice(self) -> str:
        return ADVICE[self.kind]


@dataclass(frozen=True)
class Note:
    """What is worth knowing and nothing to mend: it does not count."""

    text: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The result of an audit."""

    path: str
    posts: int
    forms: Mapping[str, int]
    """How many posts stand in each form."""
    findings: Sequence[Finding]
    notes: Sequence[Note]

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def by_kind(self) -> dict[Kind, list[Finding]]:
        """The findings by kind and path; no kind without any."""
        found = sorted(self.findings, key=lambda finding: (finding.path, finding.info_code, finding.detail))
        groups = {kind: [finding for finding in found if finding.kind is kind] for kind in Kind}
        return {kind: findings for kind, findings in groups.items() if findings}

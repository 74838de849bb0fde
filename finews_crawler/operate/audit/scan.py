"""The posts of an archive, read once from end to end; of each only what the rest of an audit needs is kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from finews_crawler.archive.locations import PostLocations, is_post, is_temporary, read_file
from finews_crawler.articles.links import PostUrls
from finews_crawler.operate.audit.findings import Finding, Kind
from finews_crawler.operate.audit.index_checks import PostFile
from finews_crawler.operate.audit.post_checks import Judgement, judge
from finews_crawler.posts.reader import PostFormat

FORMS_OF_TODAY = (PostFormat.MEDIA, PostFormat.ROLLING)


@dataclass
class Scan:
    """What the posts of a place are, by themselves."""

    place: PostLocations
    addresses: PostUrls
    now: datetime
    findings: list[Finding] = field(default_factory=list)
    files: dict[str, PostFile] = field(default_factory=dict)
    """Every post by its path."""
    media: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each category of the site its media, and of each medium one post's path."""
    forms: Counter[PostFormat] = field(default_factory=Counter)
    in_other_forms: dict[PostFormat, list[str]] = field(default_factory=dict)
    """The paths of posts that are in none of today's forms."""
    late: list[str] = field(default_factory=list)
    not_posts: list[str] = field(default_factory=list)
    temporary: list[Path] = field(default_factory=list)
    _page_of: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Raises OSError for a folder that may not be read."""
        for path, is_on_site in self.place.files():
            if is_temporary(path):
                self.temporary.append(path)
            elif is_post(path):
                self._read(path, is_on_site=is_on_site)

    def _read(self, path: Path, *, is_on_site: bool) -> None:
        name = self.place.relative(path)
        try:
            content = read_file(path)
        except OSError as error:
            flaw = (Kind.UNREADABLE, f"cannot be read: {error.strerror}")
            self._keep(name, Judgement(PostFormat.BROKEN, flaws=(flaw,)), b"")
            return
        if content is not None:
            judgement = judge(path.name, content, self.addresses, self.now, is_on_site=is_on_site)
            self._keep(name, judgement, hashlib.sha256(content).digest())

    def _keep(self, name: str, judgement: Judgement, digest: bytes) -> None:
        if not judgement.is_post:
            self.not_posts.append(name)
            return
        code = judgement.info_code
        self.findings += (Finding(kind, name, code, detail) for kind, detail in judgement.flaws)
        self.files[name] = PostFile(code, digest, is_sound=not judgement.flaws)
        self.forms[judgement.form] += 1
        if judgement.form not in FORMS_OF_TODAY:
            self.in_other_forms.setdefault(judgement.form, []).append(name)
        if judgement.is_late and not judgement.has(Kind.WRONG_DATE):
            self.late.append(name)
        if judgement.address:
            self._keep_page(name, judgement)

    def _keep_page(self, name: str, judgement: Judgement) -> None:
        """Of a post that Jekyll publishes: its address, and what its category file is to say."""
        other = self._page_of.setdefault(judgement.address, name)
        if other != name and self.files[other].info_code != judgement.info_code:
            detail = f"{other} has the same address, {judgement.address}: Jekyll keeps one of the pages"
            self.findings.append(Finding(Kind.IGNORED, name, judgement.info_code, detail))
        if judgement.slug and not judgement.has(Kind.SLUG, Kind.UNREADABLE):
            self.media.setdefault(judgement.slug, {}).setdefault(judgement.media_name, name)

"""A scan of all posts of an archive. Each post is read once, and only what the other checks need is kept."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from finews_crawler.archive.locations import PostLocations, is_post, read_file
from finews_crawler.articles.links import PostUrls
from finews_crawler.operate.audit.findings import Finding, FindingKind
from finews_crawler.operate.audit.index_checks import PostOnDisk
from finews_crawler.operate.audit.post_checks import PostCheck, PostSite, check_post
from finews_crawler.posts.formats import CURRENT_FORMATS, PostFormat
from finews_crawler.utils.temporary_files import is_temporary


@dataclass
class PostScan:
    """The posts of an archive, each checked by itself."""

    locations: PostLocations
    urls: PostUrls
    now: datetime
    findings: list[Finding] = field(default_factory=list)
    posts: dict[str, PostOnDisk] = field(default_factory=dict)
    """All posts by path."""
    posts_by_slug: dict[str, dict[str, str]] = field(default_factory=dict)
    """For the posts on the site, by slug and outlet: the path of one post."""
    forms: Counter[PostFormat] = field(default_factory=Counter)
    in_old_formats: dict[PostFormat, list[str]] = field(default_factory=dict)
    """Paths of the posts that are not in a current format."""
    by_other_url: dict[str, list[str]] = field(default_factory=dict)
    """Paths of the posts with another URL of the archive than is configured, by it."""
    shown_late: list[str] = field(default_factory=list)
    not_posts: list[str] = field(default_factory=list)
    temporary: list[Path] = field(default_factory=list)
    _path_by_url: dict[str, str] = field(default_factory=dict)

    @cached_property
    def has_own_theme(self) -> bool:
        return self.locations.has_own_theme

    def run(self) -> None:
        """Scan all files. Raises OSError for a folder that cannot be read."""
        for folder, names, is_on_site in self.locations.folders():
            relative = self.locations.relative(Path(folder))
            theme = PostSite.OWN_THEME if self.has_own_theme else PostSite.OTHER_THEME
            site = theme if is_on_site else PostSite.NONE
            for name in names:
                if is_temporary(name):
                    self.temporary.append(Path(folder, name))
                elif is_post(name):
                    self._read(f"{folder}{os.sep}{name}", name, "" if relative == "." else f"{relative}/", site)

    def _read(self, path: str, file_name: str, folder: str, site: PostSite) -> None:
        name = f"{folder}{file_name}"
        try:
            content = read_file(path)
        except OSError as error:
            flaw = (FindingKind.UNREADABLE, f"cannot be read: {error.strerror}")
            self._add(name, PostCheck(PostFormat.BROKEN, flaws=(flaw,)), b"")
            return
        if content is not None:
            check = check_post(file_name, content, self.urls, self.now, site)
            self._add(name, check, hashlib.sha256(content).digest())

    def _add(self, name: str, check: PostCheck, digest: bytes) -> None:
        if not check.is_post:
            self.not_posts.append(name)
            return
        code = check.info_code
        self.findings += (Finding(kind, name, code, detail) for kind, detail in check.flaws)
        self.posts[name] = PostOnDisk(code, digest, is_sound=not check.flaws, has_outlet=bool(check.media_name))
        self.forms[check.form] += 1
        if check.form not in CURRENT_FORMATS:
            self.in_old_formats.setdefault(check.form, []).append(name)
        if check.archive_url:
            self.by_other_url.setdefault(check.archive_url, []).append(name)
        if check.is_shown_late and not check.has(FindingKind.WRONG_DATE):
            self.shown_late.append(name)
        if check.url:
            self._add_page(name, check)

    def _add_page(self, name: str, check: PostCheck) -> None:
        """Record the URL and the category of a post that Jekyll publishes."""
        other = self._path_by_url.setdefault(check.url, name)
        if other != name and self.posts[other].info_code != check.info_code:
            detail = f"{other} has the same URL, {check.url}: Jekyll keeps only one of the pages"
            self.findings.append(Finding(FindingKind.IGNORED, name, check.info_code, detail))
        if check.slug and not check.has(FindingKind.SLUG, FindingKind.UNREADABLE):
            self.posts_by_slug.setdefault(check.slug, {}).setdefault(check.media_name, name)

"""Import of a clone of the original archive: every form is read, and the index holds every field of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.found_posts import PostReading, Read
from finews_crawler.archive.locations import locate_posts, posts_at
from finews_crawler.archive.rebuild import rebuild
from finews_crawler.archive.reindex import Reindex
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.body.clean import remove_indentation
from finews_crawler.content.dates import parse_published_at
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.posts.reader import read_post
from finews_crawler.utils.timezone import BEIJING
from tests.support.original_archive import Expected, original_archive

NOW = parse_published_at("2026-09-01 12:00:00")
CLONE = original_archive()
TWINS = {twin.info_code: twin for twin in CLONE.twins}
FIELDS = ("title", "media_name", "body_html")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return CLONE.write(tmp_path / "clone")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    yield opened
    opened.close()


def reindex(archive: Archive, path: Path, *, modernise: bool = False) -> list[Read]:
    assert NOW
    archive.prepare()
    return list(Reindex(archive, NOW, modernise=modernise).read(posts_at(path)))


def check_fields(archive: Archive, expected: Expected) -> None:
    entry = archive.index.get(expected.info_code)
    assert entry, expected.path
    twin = TWINS.get(expected.info_code)
    article = entry.article
    assert {name: getattr(article, name) for name in FIELDS} == {name: getattr(expected, name) for name in FIELDS}
    assert article.published_at == parse_published_at(expected.published_at)
    assert (article.digest, article.public_url) == (
        (twin.digest, twin.public_url) if twin else (expected.digest, expected.public_url)
    )
    content = twin.body_html if twin else "" if expected.media_name else expected.body_html
    assert remove_indentation(article.content_html) == content
    assert (entry.post_path, article.is_stand_in) == (expected.post_path, expected.is_digest_only)


def test_every_field_of_every_form(archive: Archive, clone: Path) -> None:
    reads = reindex(archive, clone)
    assert Counter(read.reading for read in reads) == {
        PostReading.NEW: len(CLONE.posts),
        PostReading.MERGED: len(CLONE.twins),
        PostReading.OTHER: 1,
        PostReading.UNREADABLE: len(CLONE.not_taken) - 1,
    }
    for expected in CLONE.posts:
        assert read_post(expected.path, expected.text.encode()).form.value == expected.form, expected.path
        check_fields(archive, expected)


def test_posts_keep_their_bytes_through_rebuild(archive: Archive, clone: Path) -> None:
    expected = {post.post_path: post.text.encode() for post in CLONE.posts}

    def posts() -> dict[str, bytes]:
        root = archive.directory.root
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.md")}

    reindex(archive, clone)
    assert posts() == expected
    for path in expected:
        (archive.directory.root / path).unlink()
    assert len(list(rebuild(archive))) == len(expected)
    assert posts() == expected
    assert {read.reading for read in reindex(archive, archive.directory.root)} == {PostReading.UNCHANGED}


def test_a_second_import_changes_nothing(archive: Archive, clone: Path) -> None:
    reindex(archive, clone)
    before = list(archive.index.all())
    readings = Counter(read.reading for read in reindex(archive, clone))
    assert readings[PostReading.UNCHANGED] == len(CLONE.posts)
    assert readings[PostReading.DUPLICATE] == len(CLONE.twins)
    assert list(archive.index.all()) == before


def test_what_was_not_taken_has_a_reason(archive: Archive, clone: Path) -> None:
    reasons = {read.path.relative_to(clone).as_posix(): read.reason for read in reindex(archive, clone) if read.reason}
    assert reasons == {
        "_posts/2021-12-01-init.md": "a notice of the site's own",
        "_posts/-202205260000000021.md": "no title",
        "_posts/2022-05-26-NW202205260000000022.md": "not UTF-8",
        "old_post/2021-12-09-202112090000000023.md": "no body",
    }


def test_modernise_rewrites_every_form_and_keeps_its_fields(archive: Archive, clone: Path) -> None:
    reindex(archive, clone, modernise=True)
    for expected in CLONE.posts:
        check_fields(archive, expected)
        content = (archive.directory.root / expected.post_path).read_bytes()
        assert read_post(expected.post_path, content).form.value == ("media" if expected.media_name else "rolling")
        assert f"date: {expected.published_at} +0800\n".encode() in content
    assert all(entry.post_as_found is None for entry in archive.index.all())


def test_audit_names_what_is_broken_in_the_clone(clone: Path) -> None:
    assert NOW
    findings = {(found.kind, found.path) for found in audit(locate_posts(clone), PostUrls(), NOW).findings}
    on_site_late = next(post.path for post in CLONE.posts if post.published_at.endswith("17:30:00"))
    hidden = next(post.path for post in CLONE.posts if post.text.startswith("\n"))
    assert findings >= {
        (FindingKind.UNREADABLE, hidden),
        (FindingKind.UNREADABLE, "_posts/2022-05-26-NW202205260000000022.md"),
        (FindingKind.WRONG_DATE, on_site_late),
        (FindingKind.BROKEN, "_posts/-202205260000000021.md"),
        (FindingKind.BROKEN, "old_post/2021-12-09-202112090000000023.md"),
        (FindingKind.CATEGORY_TITLE, "category/haigangchenbao.html"),
        *((FindingKind.DUPLICATE, twin.path) for twin in CLONE.twins),
    }


def test_audit_of_the_import_is_clean_but_for_hidden_front_matter(archive: Archive, clone: Path) -> None:
    assert NOW
    reindex(archive, clone)
    report = audit(locate_posts(archive.directory.root), PostUrls(), NOW)
    assert {finding.kind for finding in report.findings} == {FindingKind.UNREADABLE}
    reindex(archive, archive.directory.root, modernise=True)
    assert audit(locate_posts(archive.directory.root), PostUrls(), NOW).findings == []


def test_the_table_has_every_kind_of_post() -> None:
    assert {post.form for post in CLONE.posts} == {"old-1", "old-2", "old-3", "old-4", "old-7", "media", "rolling"}
    assert {post.path.partition("/")[0] for post in CLONE.posts} == {"_posts", "old_post"}
    assert any("\r\n " in post.text for post in CLONE.posts)
    assert dataclasses.replace(CLONE.posts[0]) == CLONE.posts[0]
    assert all(parse_published_at(post.published_at).tzinfo is BEIJING for post in CLONE.posts)  # type: ignore[union-attr]

"""Comparison of posts with index rows."""

from __future__ import annotations

from finews_crawler.archive.entries import IndexRow
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.operate.audit.index_checks import PostOnDisk, check_rows, find_duplicates

CODE = "NW202205182383638060"


def row(code: str, path: str, content_hash: str = "", *, is_written: bool = True) -> IndexRow:
    return IndexRow(code, path, content_hash, is_written, "jia", "甲")


def test_check_rows_ignores_bytes_for_rows_without_hash() -> None:
    assert list(check_rows([row(CODE, "a.md")], {"a.md": PostOnDisk(CODE, b"1")})) == []


def test_check_rows_reports_a_moved_post_once() -> None:
    (finding,) = check_rows([row(CODE, "a.md")], {"b.md": PostOnDisk(CODE, b"1")})
    assert (finding.kind, finding.path, finding.detail) == (
        FindingKind.NO_POST,
        "a.md",
        "b.md is a post with this infoCode",
    )


def test_check_rows_expects_no_row_for_a_post_with_a_flaw() -> None:
    assert list(check_rows([], {"a.md": PostOnDisk(CODE, b"1", is_sound=False), "init.md": PostOnDisk("", b"2")})) == []


def test_find_duplicates_keeps_the_post_named_in_the_index() -> None:
    files = {path: PostOnDisk(CODE, b"1") for path in ("a.md", "b.md", "c.md")}
    assert [finding.path for finding in find_duplicates(files, {CODE: "b.md"})] == ["a.md", "c.md"]
    assert [finding.path for finding in find_duplicates(files, {})] == ["b.md", "c.md"]
    # The post named in the index is gone, but copies of it remain.
    assert [finding.path for finding in find_duplicates(files, {CODE: "d.md"})] == ["b.md", "c.md"]

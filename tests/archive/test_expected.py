"""`archive.expected`: the state of announced articles are read many at a time, and never in a state before a write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.expected import READ_AT_ONCE
from finews_crawler.archive.listed import FIELDS, INCOMPLETE
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article, Rejection, article_from
from finews_crawler.utils.timezone import BEIJING

DAY = datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING)
CODES = [f"NW202205262391{number:06}" for number in range(2 * READ_AT_ONCE)]

LISTINGS = [(code, "") for code in CODES]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    opened.store([an_article(code) for code in CODES[::2]])
    yield opened
    opened.close()


def an_article(code: str, title: str = "标题") -> Article:
    given = article_from("media", code, title=title, published_at=DAY, media_name="证券时报", text_html="<p>正文。</p>")
    return derive(given, PostUrls())[0]


def test_many_are_read_at_once(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    queries, get_each = [], archive.index.get_each
    monkeypatch.setattr(archive.index, "get_each", lambda codes: queries.append(codes) or get_each(codes))
    archive.expected.expect(LISTINGS)
    taken = {code: archive.expected.take(code) for code in CODES}
    assert taken == {code: archive.index.get(code) for code in CODES}
    assert len(queries) == len(CODES) / READ_AT_ONCE


def test_look_ups_of_announced_articles_share_a_query(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    queries, select = [], archive.index.select
    monkeypatch.setattr(archive.index, "select", lambda *query: queries.append(query) or select(*query))
    archive.expected.expect(LISTINGS)
    found = {code: archive.look_up(code).entry for code in CODES}
    assert len(queries) == len(CODES) / READ_AT_ONCE
    assert found == {code: archive.index.get(code) for code in CODES}


def test_look_ups_know_what_was_written_since_the_others_were_read(archive: Archive) -> None:
    archive.expected.expect(LISTINGS)
    assert archive.look_up(CODES[1]).entry is None
    archive.store([an_article(CODES[3])])
    assert [archive.look_up(code).entry is None for code in CODES[2:6]] == [False, False, False, True]


def test_what_was_read_before_the_lock_was_taken_is_read_again(archive: Archive) -> None:
    archive.close()
    late = Archive(archive.directory, PostUrls())
    late.expected.expect(LISTINGS)
    attached = an_article(CODES[1])
    attached.archived = late.look_up(CODES[1])
    other = Archive(archive.directory, PostUrls())
    other.store([an_article(code) for code in CODES[1:4:2]])
    other.close()
    late.prepare()
    assert [late.entry_of(article) is None for article in (attached, an_article(CODES[3]))] == [False, False]
    assert late.look_up(CODES[3]).entry
    late.close()


def test_a_written_article_is_not_given_as_it_was(archive: Archive) -> None:
    archive.expected.expect(LISTINGS)
    archive.expected.take(CODES[0])
    archive.store([replace(an_article(CODES[2], "另一个标题"), revision=1)])
    assert archive.expected.take(CODES[2]) is None
    entry = archive.expected.take(CODES[4])
    assert entry and entry.article.title == "标题"


def test_an_article_that_was_not_announced_is_not_read(archive: Archive) -> None:
    assert archive.expected.take(CODES[0]) is None
    archive.expected.expect(LISTINGS[:4])
    archive.expected.take(CODES[0])
    archive.expected.expect([])
    assert archive.expected.take(CODES[2]) is None


def test_states_are_those_of_the_index(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.reject(Rejection(CODES[1], "undated", "", listing_hash="a"), DAY)
    archive.reject(Rejection(CODES[3], "undated", "", listing_hash="b"), DAY)
    queries, select = [], archive.index.select
    monkeypatch.setattr(archive.index, "select", lambda *query: queries.append(query) or select(*query))
    archive.expected.expect((code, "a") for code in CODES)
    assert [code for code in CODES if archive.expected.contains(code)] == CODES[::2]
    assert [code for code in CODES if archive.expected.was_rejected(code, "a")] == [CODES[1]]
    assert len(queries) == 2
    assert archive.expected.was_rejected(CODES[3], "b")


def test_a_written_article_is_contained_though_it_was_not_when_it_was_announced(archive: Archive) -> None:
    archive.expected.expect(LISTINGS)
    assert not archive.expected.contains(CODES[1])
    archive.store([an_article(CODES[1]), an_article(CODES[3])])
    assert archive.expected.contains(CODES[3])
    assert archive.expected.contains(CODES[1])
    assert not archive.expected.contains(CODES[5])


def test_articles_are_compared_with_lists_many_at_a_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    queries, select = [], archive.index.select
    monkeypatch.setattr(archive.index, "select", lambda *query: queries.append(query) or select(*query))
    archive.expected.expect(LISTINGS)
    found = {code: archive.expected.listed(code) for code in CODES}
    assert len(queries) == 1
    for code, listed in found.items():
        entry = archive.index.get(code)
        assert (listed is None) == (entry is None)
        if listed is not None and entry is not None and listed.article is not None:
            assert {name: getattr(listed.article, name) for name in FIELDS} == {
                name: getattr(entry.article, name) for name in FIELDS
            }
            assert listed.post_path == entry.post_path


def test_an_article_that_was_not_announced_is_compared_as_well(archive: Archive) -> None:
    listed = archive.expected.listed(CODES[0])
    assert listed is not None
    assert listed.article is not None
    assert archive.expected.listed(CODES[1]) is None


def test_a_write_is_seen_by_comparisons_with_lists(archive: Archive) -> None:
    archive.expected.expect(LISTINGS)
    archive.expected.listed(CODES[2])
    archive.store([an_article(CODES[0], "另一个标题")])
    listed = archive.expected.listed(CODES[0])
    assert listed is not None
    assert listed.article is not None
    assert listed.article.title == "另一个标题"


def test_entries_that_are_passed_over_are_not_read(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    read, get_each = [], archive.index.get_each
    monkeypatch.setattr(archive.index, "get_each", lambda codes: read.append(list(codes)) or get_each(codes))
    archive.expected.expect(LISTINGS)
    for code in CODES[:10]:
        archive.expected.pass_over(code)
    assert archive.expected.take(CODES[10]) == archive.index.get(CODES[10])
    assert not set(CODES[:10]) & set(read[0])
    assert archive.look_up(CODES[0]).entry == archive.index.get(CODES[0])


@pytest.mark.parametrize(
    "change",
    [
        "is_written = 0",
        "is_stand_in = 1",
        "extraction = 0",
        "bodies = NULL",
        "origins = '['",
        "title = NULL",
        "post_path = '../../etc/passwd'",
        "published_at = '2022'",
    ],
)
def test_a_row_that_does_not_suffice_is_incomplete(archive: Archive, change: str) -> None:
    with archive.index.writing() as connection:
        connection.execute(f"UPDATE article SET {change} WHERE info_code = ?", [CODES[0]])
    assert archive.expected.listed(CODES[0]) == INCOMPLETE

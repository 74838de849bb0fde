"""The pictures beside an archive: the table of URLs, and the files by their content."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.image_store import ImageStore, open_images
from finews_crawler.archive.image_urls import images_of, newest_images
from finews_crawler.archive.query import ExportQuery
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveNotWritable, UnusableIndex
from tests.support.sites import article

NOW = datetime.fromisoformat("2026-09-10T12:00:00+08:00")
URL, OTHER = "https://a.test/1.png", "https://a.test/2.png"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_reading_creates_nothing(tmp_path: Path) -> None:
    with open_images(DataDirectory(tmp_path)) as store:
        assert (store.attempt(URL), store.files_of([URL]), store.newest(), store.held_since(0)) == (None, {}, 0, [])
    assert list(tmp_path.iterdir()) == []


def test_one_content_is_one_file_whatever_its_url(tmp_path: Path) -> None:
    with open_images(DataDirectory(tmp_path)) as store:
        assert store.keep(URL, PNG, "png", NOW)
        assert not store.keep(OTHER, PNG, "png", NOW)
        assert store.files_of([URL, OTHER, "https://a.test/3.png"]).keys() == {URL, OTHER}
        (name,) = store.files()
        assert (store.path_of(name).read_bytes(), store.found_files()) == (PNG, {name: len(PNG)})


def test_what_is_held_after_an_attempt_includes_a_later_success(tmp_path: Path) -> None:
    """A URL that failed before must not keep the number of its failure."""
    with open_images(DataDirectory(tmp_path)) as store:
        store.fail(URL, "http_500", NOW)
        number = store.newest()
        assert store.held_since(0) == []
        store.keep(URL, PNG, "png", NOW)
        assert store.held_since(number) == [URL]
        assert store.held_since(store.newest()) == []


@pytest.mark.parametrize(("status", "attempts"), [("http_404", 3), ("other_type", 3), ("http_500", 10)])
def test_a_failure_waits_longer_each_time_and_is_given_up(tmp_path: Path, status: str, attempts: int) -> None:
    with open_images(DataDirectory(tmp_path)) as store:
        moment = NOW
        for number in range(1, attempts):
            store.fail(URL, status, moment)
            known = store.attempt(URL)
            assert known is not None
            moment += timedelta(days=number)
            assert (known.is_due(moment - timedelta(seconds=1)), known.is_due(moment)) == (False, True)
        store.fail(URL, status, moment)
        last = store.attempt(URL)
        assert last is not None
        assert not last.is_due(moment + timedelta(days=1000))


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "data" / "images").symlink_to(tmp_path / "elsewhere")
    with open_images(DataDirectory(tmp_path / "data")) as store, pytest.raises(ArchiveNotWritable):
        store.keep(URL, PNG, "png", NOW)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_table_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with open_images(directory) as store:
        store.fail(URL, "http_404", NOW)
        assert store._connection is not None
        store._connection.execute("PRAGMA user_version = 9")
    with pytest.raises(UnusableIndex, match="has version 9"):
        ImageStore(directory).attempt(URL)


def test_urls_come_from_the_newest_articles_first(tmp_path: Path) -> None:
    archive = Archive(DataDirectory(tmp_path), PostUrls())
    days = ["2022-05-24", "2022-05-26", "2022-05-25"]
    articles = [
        article(number, day, body_html=f'<p>图<img src="https://a.test/{day}.png"></p>')
        for number, day in enumerate(days)
    ]
    for change in archive.store([*articles, article(9, "2022-05-27")]):
        assert change.error is None
    found = [url for urls in newest_images(archive.index, ExportQuery()) for url in urls]
    assert found == [f"https://a.test/{day}.png" for day in sorted(days, reverse=True)]
    one = ExportQuery(since=articles[2].published_at.date(), until=articles[2].published_at.date())  # type: ignore[union-attr]
    assert [url for urls in newest_images(archive.index, one) for url in urls] == ["https://a.test/2022-05-25.png"]
    assert images_of(archive.index, [articles[0].info_code]) == {
        articles[0].info_code: ["https://a.test/2022-05-24.png"]
    }
    archive.close()


def test_a_picture_that_was_lost_counts_as_never_requested(tmp_path: Path) -> None:
    with open_images(DataDirectory(tmp_path)) as store:
        store.keep(URL, PNG, "png", NOW)
        held = store.attempt(URL)
        assert held is not None
        assert held.is_held
        (name,) = store.files()
        store.path_of(name).write_bytes(PNG[:9])
        assert store.attempt(URL) is None
        store.path_of(name).unlink()
        assert store.attempt(URL) is None
        assert store.keep(URL, PNG, "png", NOW)
        assert store.path_of(name).read_bytes() == PNG

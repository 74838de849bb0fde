"""``tests.slow.crawl_kills`` with a few kills; and a check that it detects an inconsistent archive."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.slow import crawl_kills as kills
from tests.support.archive_snapshot import CRAWL, Contents, half_written, listed_articles
from tests.support.scrapy_command import Scrapy


def test_killed_crawls_are_whole_after_plain_reruns(capsys: pytest.CaptureFixture[str]) -> None:
    status = kills.main(["6", "--articles", "100", "--seed", "3"])
    told = capsys.readouterr().out
    assert status == 0, told
    assert told.endswith(" 0 did harm\n")
    assert told.count("; then 100 posts: whole") == 6


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with rejections."""
    scrapy = Scrapy.into_folder(tmp_path_factory.mktemp("crawled") / "data")
    with running_origin(articles=listed_articles(30, 1, untitled=3)) as origin:
        scrapy.at(origin.url)(*CRAWL)
    return scrapy.data


def execute(data: Path, statement: str) -> None:
    connection = sqlite3.connect(data / "index.sqlite")
    with connection:
        connection.execute(statement)
    connection.close()


def a_post(data: Path) -> Path:
    return min((data / "site" / "_posts").iterdir())


def repeat_a_rejection(data: Path) -> None:
    with (data / "rejected.jsonl").open("r+b") as file:
        line = file.readline()
        file.seek(0, 2)
        file.write(line)


HARM: dict[str, tuple[Callable[[Path], object], str]] = {
    "a post lost": (lambda data: a_post(data).unlink(), "missing: site/_posts/"),
    "half a post": (lambda data: a_post(data).write_bytes(a_post(data).read_bytes()[:-9]), "differs: site/_posts/"),
    "a post twice": (lambda data: shutil.copy(a_post(data), a_post(data).with_name("twice.md")), "too much: site/_p"),
    "a temporary file": (lambda data: (data / "site/_posts/.x.part").touch(), "too much: site/_posts/.x.part"),
    "a lock": (lambda data: (data / "lock").touch(), "too much: lock"),
    "a row lost": (lambda data: execute(data, "DELETE FROM article WHERE rowid = 3"), "article: missing: "),
    "another row": (lambda data: execute(data, "UPDATE article SET slug = 'x' WHERE rowid = 3"), "article: too much:"),
    "a rejection twice": (repeat_a_rejection, "differs: "),
    "a rejection lost": (lambda data: (data / "rejected.jsonl").write_bytes(b""), "missing: "),
}


@pytest.mark.parametrize("harm", HARM)
def test_harm_is_seen(crawled: Path, tmp_path: Path, harm: str) -> None:
    data = shutil.copytree(crawled, tmp_path / "data")
    truth = Contents.of(crawled)
    assert truth.differences(Contents.of(data)) == []
    do, told = HARM[harm]
    do(data)
    assert any(line.startswith(told) for line in truth.differences(Contents.of(data)))


def test_a_half_written_post_is_seen_before_the_rerun(crawled: Path, tmp_path: Path) -> None:
    data = shutil.copytree(crawled, tmp_path / "data")
    a_post(data).write_bytes(b"---\nlayout:")
    assert half_written(data, Contents.of(crawled)) == [f"site/_posts/{a_post(data).name}"]

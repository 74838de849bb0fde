"""The SQLite export in Datasette, as a person searches it in a browser."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from finews_crawler.exporters.datasette import METADATA
from finews_crawler.exporters.sqlite import FILE
from tests.support.browser import Reader
from tests.support.scrapy_command import Scrapy

LIKE = "SELECT id FROM article WHERE title LIKE :word OR text LIKE :word ORDER BY published_at DESC"
WORDS = ("锂电", "锂", "锂电池", "研发人员", "A股", "600", "TechWeb", "5", "%，", "没有这样的词")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@pytest.fixture(scope="module")
def export(crawled_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("datasette") / "export"
    run = Scrapy.into_folder(crawled_data)("export", "--format", "sqlite", "--out", str(folder))
    assert run.status == 0, run.log
    return folder


@contextmanager
def datasette(*served: Path) -> Iterator[str]:
    """Run Datasette for the duration of the block; yield its URL."""
    command = [sys.executable, "-m", "datasette", "serve", *served, "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stderr is not None
        try:
            lines = []
            for line in server.stderr:
                lines.append(line)
                if found := ADDRESS.search(line):
                    break
            else:
                raise AssertionError("".join(lines))
            yield found.group()
        finally:
            server.kill()


def like(export: Path, word: str) -> list[str]:
    with closing(sqlite3.connect(export / FILE)) as connection:
        escaped = word.replace("%", r"\%")
        query = LIKE.replace(":word", r":word ESCAPE '\'")
        return [f"{number}" for (number,) in connection.execute(query, {"word": f"%{escaped}%"})]


def search(reader: Reader, word: str) -> list[str]:
    """Type *word* into the search box of the table that is shown; return the ids of the rows found."""
    page = reader.page
    page.get_by_role("searchbox").fill(word)
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("h3").first).to_contain_text(f'search matches "{word}"')
    # The heading comes before the table: a page that is still being received has no rows, or some of them.
    page.wait_for_load_state()
    return page.locator("table.rows-and-columns td.type-pk").all_inner_texts()


def test_a_search_finds_what_like_finds(reader: Reader, export: Path) -> None:
    with datasette(export) as url:
        reader.goto(f"{url}/articles/article?_size=max")
        found = {word: search(reader, word) for word in WORDS}
    assert found == {word: like(export, word) for word in WORDS}
    assert found["锂电"]
    assert reader.complaints == []


def test_metadata_gives_title_source_facets_order_and_labels(reader: Reader, export: Path) -> None:
    page = reader.page
    with datasette(export) as url:
        reader.goto(url)
        expect(page.get_by_role("heading", name="Chinese finance news")).to_be_visible()
        expect(page.locator("footer")).to_contain_text("Data source: Eastmoney (东方财富)")
        reader.goto(f"{url}/articles/article")
        for facet in ("media_name", "day"):
            expect(page.locator(f'.facet-info[data-column="{facet}"]')).to_be_visible()
        page.get_by_role("link", name="Headlines only").click()
        days = page.locator("td.col-day")
        expect(days).to_have_count(20)
        times = days.all_inner_texts()
        assert times == sorted(times, reverse=True)
        reader.goto(f"{url}/articles/ticker")
        number, title = page.locator("td.col-article_id").first.inner_text().rsplit(maxsplit=1)[::-1]
        with closing(sqlite3.connect(export / FILE)) as connection:
            assert connection.execute("SELECT title FROM article WHERE id = ?", [number]).fetchone() == (title,)


def test_the_query_finds_articles_with_all_words(reader: Reader, export: Path) -> None:
    every = [set(like(export, word)) for word in ("锂电", "研发人员", "%")]
    number = len(set.intersection(*every))
    assert 0 < number < min(map(len, every))
    page = reader.page
    with datasette(export) as url:
        reader.goto(f"{url}/articles/article")
        page.get_by_role("link", name="this query").click()
        page.locator("input[name=words]").fill("锂电 研发人员 %")
        page.get_by_role("button", name="Run SQL").click()
        expect(page.locator("td.col-title")).to_have_count(number)


def test_the_file_alone_can_be_searched(reader: Reader, export: Path, tmp_path: Path) -> None:
    shutil.copy(export / FILE, tmp_path)
    assert not (tmp_path / METADATA).exists()
    with datasette(tmp_path / FILE) as url:
        reader.goto(f"{url}/articles/article")
        assert sorted(search(reader, "锂电"), key=int) == sorted(like(export, "锂电"), key=int)

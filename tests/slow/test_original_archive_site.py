"""A clone of the original archive is imported, built as a site by the real Jekyll, and crawled back from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.content.dates import parse_published_at
from tests.support.jekyll_site import NEEDS_JEKYLL, build_site, serving
from tests.support.original_archive import Expected, original_archive
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

pytestmark = NEEDS_JEKYLL
CLONE = original_archive()
ON_SITE = [post for post in CLONE.posts if post.path.startswith("_posts/")]
MODERN = [post for post in ON_SITE if post.is_modern]
CLOSED = {name: CLOSED_PORT for name in HOST_SETTINGS if name != "FINEWS_ARCHIVE_URL"}


@pytest.fixture
def imported(scrapy: Scrapy, tmp_path: Path) -> Scrapy:
    clone = CLONE.write(tmp_path / "clone")
    assert f"new {len(CLONE.posts)}, " in scrapy("reindex", str(clone)).log
    return scrapy


@pytest.fixture
def site(imported: Scrapy) -> Iterator[str]:
    run = imported("site", "build")
    assert run.status == 0, run.log
    with serving(imported.data / "_site") as url:
        yield url


def page_of(folder: Path, post: Expected) -> str:
    """Return the page of a post in a built site; its URL has the post's day in Beijing."""
    day = post.published_at[:10].replace("-", "/")
    (page,) = folder.glob(f"*/{day}/{Path(post.path).stem[11:]}.html")
    return page.read_text(encoding="utf-8")


def time_on(page: str) -> str:
    found = re.search(r'<p class="meta">.*<time datetime="([^"]*)">([^<]*)</time></p>', page)
    assert found
    day, time = found[1][:10], found[1][11:19]
    assert found[1].endswith("+08:00")
    assert found[2] == f"{day} {time[:5]}"
    return f"{day} {time}"


def posts(scrapy: Scrapy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}


def test_the_site_shows_beijing_times_and_no_retired_post(imported: Scrapy, site: str, tmp_path: Path) -> None:
    built = imported.data / "_site"
    by_jekyll_alone = build_site(imported.data / "site", tmp_path)
    for folder in (built, by_jekyll_alone):
        assert {post.path: time_on(page_of(folder, post)) for post in ON_SITE} == {
            post.path: post.published_at for post in ON_SITE
        }
        pages = {path.stem for path in folder.glob("*/20*/*/*/*.html")}
        assert pages == {Path(post.path).stem[11:] for post in ON_SITE}


def test_crawling_the_site_restores_modern_posts_byte_for_byte(imported: Scrapy, site: str, tmp_path: Path) -> None:
    again = imported.into(tmp_path / "again")
    run = again.at(site, **CLOSED)("crawl", "category", "-a", "all=1")
    assert f"new {len(ON_SITE)}," in run.log, run.log
    restored = posts(again)
    assert {post.path for post in MODERN if restored.get(Path(post.path).name) != post.text.encode()} == set()
    archive = Archive(DataDirectory(again.data), PostUrls())
    for post in ON_SITE:
        article = archive.get(post.info_code)
        assert article
        assert (article.title, article.media_name) == (post.title, post.media_name)
        assert article.published_at == parse_published_at(post.published_at)
        assert article.is_stand_in
    archive.close()


def test_crawling_the_site_into_the_import_leaves_old_posts_untouched(imported: Scrapy, site: str) -> None:
    before = posts(imported)
    run = imported.at(site, **CLOSED)("crawl", "category", "-a", "all=1")
    assert run.summaries()[0]["new"] == run.summaries()[0]["revised"] == 0, run.log
    assert posts(imported) == before

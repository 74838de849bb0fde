"""Posts in every format found in archives, from ``fixtures/posts/<case>``, under their original file names.

``expected.json`` contains the format, the non-empty fields of the article, and other attributes of the post.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import POST, SOURCE_PRECEDENCE
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article
from finews_crawler.posts.formats import PostFormat
from finews_crawler.posts.reader import Post, read_post
from tests.support.paths import FIXTURES

POSTS = FIXTURES / "posts"
DERIVED = ("slug", "body_html", "share_url")
TODAY = (PostFormat.MEDIA, PostFormat.ROLLING)


def files_of(folder: Path) -> tuple[Path, dict[str, Any]]:
    (post,) = (path for path in folder.iterdir() if path.name != "expected.json")
    return post, json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def given_fields(article: Article | None) -> dict[str, Any] | None:
    """Return the non-empty fields of an article as in ``expected.json``, with what is derived from them."""
    if article is None:
        return None
    derived = derive(article, PostUrls()).article
    values: dict[str, Any] = {name: getattr(article, name) for name in ("info_code", *SOURCE_PRECEDENCE, *DERIVED)}
    values["published_at"] = article.published_at.isoformat() if article.published_at else ""
    values["tickers"] = [ticker.symbol for ticker in derived.tickers]
    values["images"] = [image.url for image in derived.images]
    return {name: value for name, value in values.items() if value}


CASES = [pytest.param(*files_of(folder), id=folder.name) for folder in sorted(POSTS.iterdir())]


@pytest.mark.parametrize(("path", "expected"), CASES)
def test_read_post_of_each_format(path: Path, expected: dict[str, Any]) -> None:
    content = path.read_bytes()
    post = read_post(path.name, content)
    assert post.form.value == expected["form"]
    assert given_fields(post.article) == expected["article"]
    assert post.linked_code == expected.get("linked_code")
    assert post.archive_url == expected.get("archive_url", "")
    assert expected.get("problem", "") in post.problem
    assert bool(post.problem) == ("problem" in expected)
    assert (post.front_matter == {}) == ("front_matter_is_empty" in expected)
    check_origins(post)
    check_form(post, path.name, content)


def check_origins(post: Post) -> None:
    """Check that the post is the origin of every field with a precedence."""
    if post.article:
        names = {name for name in SOURCE_PRECEDENCE if getattr(post.article, name)}
        assert post.article.origins == dict.fromkeys(names, POST)


def check_form(post: Post, name: str, content: bytes) -> None:
    """Check that rendering reproduces posts of today's formats, and no others except broken ones."""
    if post.form in TODAY:
        assert post.article
        urls = PostUrls(archive_url=post.archive_url) if post.archive_url else PostUrls()
        assert (post_name(post.article), render_post(post.article, urls)) == (name, content)
    elif post.article and post.form is not PostFormat.BROKEN:
        assert render_post(post.article, PostUrls()) != content


def test_every_format_has_a_case() -> None:
    forms = {files_of(folder)[1]["form"] for folder in POSTS.iterdir()}
    assert forms == {form.value for form in PostFormat}


def test_front_matter_scalars_are_text() -> None:
    head = b"---\ntitle: 007\ndate: 2022-05-18\nlayout: yes\ncategories: [1e5, ~]\n---\n"
    values = read_post("2022-05-18-NW202205182390000001.md", head).front_matter
    assert values == {"title": "007", "date": "2022-05-18", "layout": "yes", "categories": ["1e5", "~"]}


@pytest.mark.parametrize("above", ["\n", " \n\n", "\r\n"])
def test_blank_lines_above_the_front_matter_are_noted(above: str) -> None:
    path, expected = files_of(POSTS / "old-2-no-footer")
    post = read_post(path.name, above.encode() + path.read_bytes())
    assert (post.form.value, given_fields(post.article)) == (expected["form"], expected["article"])
    assert post.is_hidden
    assert not read_post(path.name, path.read_bytes()).is_hidden

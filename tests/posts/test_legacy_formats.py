"""Posts in every format of the wild, each as ``fixtures/posts/<case>`` holds it under the name it would have there.

``expected.json`` names the form, the article's fields that are not empty, and beside them what is said of the post.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import POST, SOURCE_PRECEDENCE
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article
from finews_crawler.posts.reader import Post, PostFormat, read_post
from tests.support.paths import FIXTURES

POSTS = FIXTURES / "posts"
DERIVED = ("slug", "body_html", "share_url", "images")
TODAY = (PostFormat.MEDIA, PostFormat.ROLLING)


def files_of(folder: Path) -> tuple[Path, dict[str, Any]]:
    (post,) = (path for path in folder.iterdir() if path.name != "expected.json")
    return post, json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def given_fields(article: Article | None) -> dict[str, Any] | None:
    """The fields of an article that are not empty, as ``expected.json`` spells them."""
    if article is None:
        return None
    values: dict[str, Any] = {name: getattr(article, name) for name in ("info_code", *SOURCE_PRECEDENCE, *DERIVED)}
    values["published_at"] = article.published_at.isoformat() if article.published_at else ""
    values["tickers"] = [ticker.symbol for ticker in article.tickers]
    values["images"] = [image.url for image in article.images]
    return {name: value for name, value in values.items() if value}


CASES = [pytest.param(*files_of(folder), id=folder.name) for folder in sorted(POSTS.iterdir())]


@pytest.mark.parametrize(("path", "expected"), CASES)
def test_a_post_is_read(path: Path, expected: dict[str, Any]) -> None:
    content = path.read_bytes()
    post = read_post(path.name, content)
    assert post.form.value == expected["form"]
    assert given_fields(post.article) == expected["article"]
    assert post.linked_code == expected.get("linked_code")
    assert expected.get("problem", "") in post.problem
    assert bool(post.problem) == ("problem" in expected)
    assert (post.front_matter == {}) == ("front_matter_is_empty" in expected)
    check_origins(post)
    check_form(post, path.name, content)


def check_origins(post: Post) -> None:
    """Every field that upstream could have given says that the post gave it."""
    if post.article:
        told = {name for name in SOURCE_PRECEDENCE if getattr(post.article, name)}
        assert post.article.origins == dict.fromkeys(told, POST)


def check_form(post: Post, name: str, content: bytes) -> None:
    """Today's forms are written again as they were, under their name; of the others only a broken one may be."""
    if post.form in TODAY:
        assert post.article
        assert (post_name(post.article), render_post(post.article, PostUrls())) == (name, content)
    elif post.article and post.form is not PostFormat.BROKEN:
        assert render_post(post.article, PostUrls()) != content


def test_every_form_has_a_case() -> None:
    forms = {files_of(folder)[1]["form"] for folder in POSTS.iterdir()}
    assert forms == {form.value for form in PostFormat}


def test_scalars_stay_text() -> None:
    head = b"---\ntitle: 007\ndate: 2022-05-18\nlayout: yes\ncategories: [1e5, ~]\n---\n"
    values = read_post("2022-05-18-NW202205182390000001.md", head).front_matter
    assert values == {"title": "007", "date": "2022-05-18", "layout": "yes", "categories": ["1e5", "~"]}

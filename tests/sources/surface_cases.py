"""Recorded responses of one upstream surface, with the expected result of its parser.

A case is a folder ``fixtures/<surface>/<case>``: ``body.bin``, the bytes as received; ``headers.json``, the response
headers, whose charset may be wrong; ``expected.json``, the request under ``request``, and the expected result beside
it. An expected article has only non-empty fields, and an expected ``detail`` is a part of the actual one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from finews_crawler.articles.merge import SOURCE_PRECEDENCE
from finews_crawler.items import Article
from finews_crawler.sources.finews_site.post_lists import PostList
from tests.support.paths import FIXTURES

NO_ADDRESS = "http://127.0.0.1/"


@dataclass(frozen=True)
class Case:
    """One recorded response."""

    folder: Path

    @property
    def request(self) -> dict[str, str]:
        request: dict[str, str] = self._json("expected")["request"]
        return request

    @property
    def expected(self) -> dict[str, Any]:
        return {name: value for name, value in self._json("expected").items() if name not in {"request", "detail"}}

    @property
    def detail(self) -> str:
        """Expected part of the detail; '' if the case has none."""
        return str(self._json("expected").get("detail", ""))

    @property
    def response(self) -> Response:
        """The response as Scrapy passes it to a spider."""
        url, headers = self.request.get("url", NO_ADDRESS), Headers(self._json("headers"))
        body = (self.folder / "body.bin").read_bytes()
        return responsetypes.from_args(headers=headers, url=url, body=body)(url, headers=headers, body=body)

    def _json(self, name: str) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        return parsed


def cases(surface: str) -> pytest.MarkDecorator:
    """Parametrize a test with each case of *surface*, as its argument ``case``."""
    folders = sorted(folder for folder in (FIXTURES / surface).iterdir() if folder.is_dir())
    return pytest.mark.parametrize("case", [pytest.param(Case(folder), id=folder.name) for folder in folders])


def given_fields(article: Article | None) -> dict[str, str] | None:
    """Return the non-empty fields of an article, in the format of ``expected.json``."""
    if article is None:
        return None
    values = {name: getattr(article, name) for name in ("info_code", *SOURCE_PRECEDENCE)}
    if article.published_at:
        values["published_at"] = article.published_at.isoformat()
    return {name: value for name, value in values.items() if value}


def check_origins(article: Article, origin: str) -> None:
    """Check that *origin* is the surface of every field except the key."""
    assert article.origins == dict.fromkeys((given_fields(article) or {}).keys() - {"info_code"}, origin)


def post_list(found: PostList) -> dict[str, Any]:
    """Return a home page, category page or feed in the format of ``expected.json``. URLs and months, which only
    pages of the own site have, are omitted if empty."""
    posts = [{"url": post.url, "info_code": post.info_code, "day": post.day.isoformat()} for post in found.posts]
    tags = [heading.tag for heading in found.headings]
    addresses = {heading.tag: heading.address for heading in found.headings if heading.address}
    months = [{"path": month.path, "first_day": month.first_day.isoformat()} for month in found.months]
    own_site = {"addresses": addresses, "months": months, "left_out": found.left_out, "more": found.more}
    present = {name: value for name, value in own_site.items() if value}
    return {"outcome": found.outcome.value, "tags": tags, "posts": posts, **present}

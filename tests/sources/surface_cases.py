"""The recorded answers of one upstream surface, and what each is to be read as.

A case is a folder ``fixtures/<surface>/<case>``: ``body.bin``, the bytes as they come over the wire; ``headers.json``,
the response's headers, whose charset may be wrong; ``expected.json``, under ``request`` what was asked for, and beside
it what the parser is to say. An article there names the fields that are not empty, a ``detail`` a part of the real one.
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
    """One recorded answer."""

    folder: Path

    @property
    def request(self) -> dict[str, str]:
        asked_for: dict[str, str] = self._json("expected")["request"]
        return asked_for

    @property
    def expected(self) -> dict[str, Any]:
        return {name: value for name, value in self._json("expected").items() if name not in {"request", "detail"}}

    @property
    def detail(self) -> str:
        """What the detail says among other things; '' when the case does not care."""
        return str(self._json("expected").get("detail", ""))

    @property
    def response(self) -> Response:
        """The answer as Scrapy hands it to a spider."""
        url, headers = self.request.get("url", NO_ADDRESS), Headers(self._json("headers"))
        body = (self.folder / "body.bin").read_bytes()
        return responsetypes.from_args(headers=headers, url=url, body=body)(url, headers=headers, body=body)

    def _json(self, name: str) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        return parsed


def cases(surface: str) -> pytest.MarkDecorator:
    """Run a test on each case of *surface*, as its argument ``case``."""
    folders = sorted(folder for folder in (FIXTURES / surface).iterdir() if folder.is_dir())
    return pytest.mark.parametrize("case", [pytest.param(Case(folder), id=folder.name) for folder in folders])


def given_fields(article: Article | None) -> dict[str, str] | None:
    """The fields of an article that are not empty, as ``expected.json`` spells them."""
    if article is None:
        return None
    values = {name: getattr(article, name) for name in ("info_code", *SOURCE_PRECEDENCE)}
    if article.published_at:
        values["published_at"] = article.published_at.isoformat()
    return {name: value for name, value in values.items() if value}


def check_origins(article: Article, origin: str) -> None:
    """Every field but the key says that *origin* gave it."""
    assert article.origins == dict.fromkeys((given_fields(article) or {}).keys() - {"info_code"}, origin)


def post_list(found: PostList) -> dict[str, Any]:
    """What a home page, category page or feed said, as ``expected.json`` spells it. What only the pages of our own site
    say (addresses, months) stands there only where it is said."""
    posts = [{"url": post.url, "info_code": post.info_code, "day": post.day.isoformat()} for post in found.posts]
    addresses = {heading.tag: heading.address for heading in found.headings if heading.address}
    months = [{"path": month.path, "first_day": month.first_day.isoformat()} for month in found.months]
    own_site = {"addresses": addresses, "months": months, "left_out": found.left_out}
    told = {name: value for name, value in own_site.items() if value}
    return {"outcome": found.outcome.value, "tags": found.tags, "posts": posts, **told}

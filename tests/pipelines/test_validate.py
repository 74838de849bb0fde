"""`pipelines.validate`: fields that a post needs, and the reason of a rejection."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from finews_crawler.items import Article, Rejection, article_from
from finews_crawler.pipelines.validate import ValidatePipeline
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
NOW = datetime(2022, 5, 26, 10, 0, tzinfo=BEIJING)
NEEDED = {"title": "标题", "published_at": datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING), "content_html": "<p>一</p>"}


def validate(body_html: str = "<p>一</p>", **fields: object) -> Article | Rejection:
    article = article_from("news_text", CODE, **{**NEEDED, **fields})
    article.body_html, article.seen_at = body_html, NOW
    article.payload, article.listing_hash = "the answer", "rows"
    return ValidatePipeline().process_item(article)


def test_a_complete_article_passes() -> None:
    assert isinstance(validate(), Article)


@pytest.mark.parametrize(
    ("missing", "reason"), [({"title": ""}, "untitled"), ({"published_at": None}, "undated"), ({}, "no_body")]
)
def test_a_missing_field_is_the_reason_of_the_rejection(missing: dict[str, object], reason: str) -> None:
    rejection = validate(**missing) if missing else validate(body_html="<p> </p>\n <p>&nbsp;</p>")
    assert isinstance(rejection, Rejection)
    assert (rejection.info_code, rejection.reason, rejection.payload) == (CODE, reason, "the answer")
    assert (rejection.is_final, rejection.listing_hash) == (True, "rows")


def test_a_body_with_only_an_image_is_valid() -> None:
    assert isinstance(validate(body_html='<center><img src="https://dfscdn.dfcfw.com/a.jpg" /></center>'), Article)


def test_an_article_dated_ahead_is_requested_again() -> None:
    assert isinstance(validate(published_at=NOW + timedelta(hours=23)), Article)
    rejection = validate(published_at=NOW + timedelta(hours=25))
    assert isinstance(rejection, Rejection)
    assert (rejection.reason, rejection.is_final) == ("future_date", False)

"""Validation: articles whose key or origins no source registers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from finews_crawler.articles.merge import HAND, POST
from finews_crawler.articles.validate import find_flaw, rejection_of, unknown_key
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205182383638060"
NOW = datetime(2022, 5, 18, 17, tzinfo=BEIJING)
WHOLE = Article(CODE, title="标题", published_at=NOW, body_html="<p>正文</p>")


def test_an_article_with_an_unknown_key_is_rejected() -> None:
    flaw = find_flaw(replace(WHOLE, info_code="ZZ202205182383638060"), NOW)
    assert flaw is not None
    assert (flaw.reason, flaw.is_final) == ("unknown_key", True)


@pytest.mark.parametrize(("field", "origin"), [("title", "toy"), ("text_html", "rolling"), ("colour", "media")])
def test_an_article_with_an_unregistered_origin_is_rejected(field: str, origin: str) -> None:
    flaw = find_flaw(replace(WHOLE, origins={"title": "media", field: origin}), NOW)
    assert flaw is not None
    assert (flaw.reason, flaw.detail.split(",")[0]) == ("unknown_origin", f"{field} comes from {origin!r}")


@pytest.mark.parametrize("origin", [HAND, POST])
def test_fields_of_a_person_or_of_a_post_are_accepted(origin: str) -> None:
    assert find_flaw(replace(WHOLE, origins=dict.fromkeys(("title", "digest"), origin)), NOW) is None


def test_a_rejection_keeps_what_led_to_the_article() -> None:
    article = article_from("media", "ZZ202205182383638060", title="标题")
    article.payload, article.listing_hash, article.seen_at = "{}", "hash", NOW
    rejection = rejection_of(article, unknown_key(article.info_code))
    assert (rejection.reason, rejection.payload, rejection.listing_hash) == ("unknown_key", "{}", "hash")
    assert rejection.seen_at == NOW

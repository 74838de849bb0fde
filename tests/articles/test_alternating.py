"""Values of earlier revisions that return: which are held, and which are taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from finews_crawler.articles.alternating import hold_returned_values
from finews_crawler.articles.merge import is_revision, merge
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
AT = datetime(2022, 5, 18, 17, tzinfo=BEIJING)
LATER = AT + timedelta(hours=1)


def row(title: str, at: datetime = AT, channel: str = "media", **fields: str) -> Article:
    return article_from(channel, CODE, title=title, published_at=at, **fields)


def held_after(copies: list[Article]) -> tuple[Article, int]:
    """Return the article after the given copies, each in a run of its own, and the number of its revisions."""
    held, earlier = copies[0], list[Article]()
    for copy in copies[1:]:
        merged, _ = hold_returned_values(held, merge(held, copy), earlier)
        if is_revision(held, merged):
            earlier.append(held)
        held = merged
    return held, len(earlier)


def test_values_that_alternate_are_one_revision() -> None:
    held, revisions = held_after([row("甲"), row("乙"), *[row("甲"), row("乙")] * 5])
    assert (held.title, revisions) == ("乙", 1)


def test_any_order_of_three_nodes_ends() -> None:
    dice = Random(7)
    nodes = [row("甲"), row("乙", LATER), row("丙", AT, digest="摘要")]
    held, revisions = held_after([dice.choice(nodes) for _ in range(200)])
    assert revisions <= 4
    assert held.published_at == LATER


def test_a_correction_that_is_dated_anew_may_return_to_an_earlier_value() -> None:
    held, revisions = held_after([row("甲"), row("乙"), row("甲", LATER)])
    assert (held.title, held.published_at, revisions) == ("甲", LATER, 2)


def test_new_values_beside_a_returned_one_are_taken() -> None:
    held, revisions = held_after([row("甲", digest="一"), row("乙", digest="一"), row("甲", digest="二")])
    assert (held.title, held.digest, revisions) == ("乙", "二", 2)


def test_what_a_person_refetched_is_taken() -> None:
    again = replace(row("甲"), is_refetched=True)
    assert held_after([row("甲"), row("乙"), again])[0].title == "甲"


def test_only_lists_of_one_family_alternate() -> None:
    columns = [row(title, channel=f"columns:{number}") for title, number in (("甲", 344), ("乙", 345), ("甲", 344))]
    assert held_after(columns)[0].title == "乙"
    held, _ = held_after([row("甲", channel="news_text"), row("乙", channel="rolling"), row("甲", channel="media")])
    assert held.title == "甲"

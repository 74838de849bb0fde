"""A cache that sends the response of one article for others: these are neither archived nor given up."""

from __future__ import annotations

import json

import pytest

from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, code_in, scripted_site
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, CODES, PARAGRAPH, SOME_FAILED, counts, news_text, share
from tests.support.stats_dump import STATS_DUMP, stats_of

LONG = PARAGRAPH * 80


def without_code(**fields: str) -> Answer:
    return Answer(json.dumps({**json.loads(news_text(CODES[0], **fields)), "infoCode": ""}).encode())


# The host's own article comes first: five others before it would be a ban.
IN_TURN = ("-s", 'DOWNLOAD_SLOTS={"127.0.0.1": {"concurrency": 1, "delay": 0}}')


def bodies_alone(text: str) -> Answer:
    return Answer(json.dumps({"text": text, "content": text}).encode())


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        (Answer(news_text(CODES[0])), "the response is another article, NW202205180000000001"),
        (without_code(), "once more, NW20220518"),
    ],
    ids=["named", "not named"],
)
def test_one_article_for_all_is_archived_once_and_bans(scrapy: Scrapy, answer: Answer, sign: str) -> None:
    run, site = share(scrapy, lambda _: answer, *STATS_DUMP, *IN_TURN, number=60)
    assert run.status == BLOCKED
    assert (counts(run)["new"], counts(run)["failed"]) == (1, 59)
    assert len(site.asked) <= 1 + 20 + 2 * 8
    assert sign in run.log
    assert stats_of(run)["finews/failed/blocked"] > 10
    assert stats_of(run)["finews/block_detection/other_articles"] > 10
    run, _ = share(scrapy, lambda _: None, number=60)
    assert run.status == ALL_WELL, run.log
    assert (counts(run)["new"], counts(run)["held"]) == (59, 1)


def test_a_single_response_of_another_article_is_no_ban(scrapy: Scrapy) -> None:
    run, _ = share(scrapy, lambda nth: Answer(news_text(CODES[-1])) if nth == 7 else None)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["failed"]) == (19, 1)
    assert "alarm" not in run.log


@pytest.mark.parametrize("answer", [Answer(news_text(CODES[0])), without_code()], ids=["named", "not named"])
def test_a_cache_that_mixes_up_a_few_articles_raises_an_alert(scrapy: Scrapy, answer: Answer) -> None:
    run, _ = share(scrapy, lambda _: answer, number=3)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["failed"]) == (1, 2)
    assert "alarm blocked: 2 responses were those of other articles" in run.log


def test_articles_of_one_common_sentence_are_all_archived(scrapy: Scrapy) -> None:
    """From the lists, which have a title for each; GetNewsText may have nothing but bodies."""
    titles = [{"infocode": code, "title": code, "showtime": "2022-05-18 16:48:06", "from": "甲"} for code in CODES[:12]]
    rows = Answer(json.dumps({"nodeList": titles}).encode())
    for text, number in (("<p>\u3000\u3000具体内容详见附件。</p>", 12), (LONG, 1)):
        article = bodies_alone(text)
        with scripted_site(lambda path, article=article: article if code_in(path) else rows) as site:  # type: ignore[misc]
            crawl = scrapy.into(scrapy.data / str(number)).at(site.url)
            run = crawl("crawl", "channel", "-a", "channels=media")
        assert (counts(run)["new"], counts(run)["failed"]) == (number, 12 - number), run.log

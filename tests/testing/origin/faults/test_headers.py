"""Validators, Crawl-delay, terminal escapes, and JSON that is too deep for a parser."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from finews_crawler.content.dates import parse_published_at
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import running_origin
from tests.support.http_client import Answer, asked, fetch, received, text_path

MEDIA = "/web/webapi?type=45&count=100&newsid=1"
MARKET = "/information/newmarket/web/webapi?marketType=37&count=100"
ARTICLES = generate(60, 1)
ARTICLE = text_path(ARTICLES[0])


def media_list(headers: dict[str, str] | None = None, fault: str = "validators", articles: int = 60) -> Answer:
    with running_origin(articles=ARTICLES[60 - articles :], faults=[fault]) as origin:
        return fetch(origin.url + MEDIA, headers)


def test_lists_have_validators_and_articles_have_none() -> None:
    with running_origin(articles=ARTICLES, faults=["validators"]) as origin:
        media, market, article = (fetch(origin.url + path) for path in (MEDIA, MARKET, ARTICLE))
    assert media.headers["ETag"].startswith('"')
    assert media.headers["ETag"] != market.headers["ETag"]
    for answer, channel in ((media, "media"), (market, "market:37")):
        newest = max(a.showtime for a in ARTICLES if channel in a.channels)
        assert parsedate_to_datetime(answer.headers["Last-Modified"]) == parse_published_at(newest)
    assert "ETag" not in article.headers
    assert "Last-Modified" not in article.headers


def test_validators_are_the_same_for_the_same_list_only() -> None:
    assert media_list().headers["ETag"] == media_list().headers["ETag"]
    assert media_list().headers["ETag"] != media_list(articles=50).headers["ETag"]


def test_a_list_without_rows_has_no_date() -> None:
    empty = media_list(articles=0)
    assert empty.json == {"nodeList": []}
    assert "ETag" in empty.headers
    assert "Last-Modified" not in empty.headers


def test_a_client_that_has_the_list_gets_304_and_nothing_else() -> None:
    first = media_list()
    tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    known = ({"If-None-Match": tag}, {"If-None-Match": f'"other", W/{tag}'}, {"If-None-Match": "*"})
    for headers in (*known, {"If-Modified-Since": changed}, {"If-None-Match": tag, "If-Modified-Since": "Thu, 01 Jan"}):
        answer = media_list(headers)
        assert (answer.status, answer.body) == (304, b""), headers
        assert (answer.headers["ETag"], answer.headers["Last-Modified"]) == (tag, changed)


def test_a_client_that_has_another_list_gets_this_one() -> None:
    first = media_list()
    changed = parsedate_to_datetime(first.headers["Last-Modified"])
    earlier = format_datetime(changed - timedelta(seconds=1), usegmt=True)
    both = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]}
    for headers in ({"If-None-Match": '"other"'}, {"If-Modified-Since": earlier}, {"If-Modified-Since": "soon"}, both):
        answer = media_list(headers)
        assert (answer.status, answer.body) == (200, first.body), headers


@pytest.mark.parametrize(("fault", "seconds"), [("crawl-delay", 2), ("crawl-delay=7", 7)])
def test_robots_txt_has_a_crawl_delay(fault: str, seconds: int) -> None:
    with running_origin(articles=ARTICLES, faults=[fault]) as origin:
        robots, rows = fetch(f"{origin.url}/robots.txt"), fetch(origin.url + MEDIA)
    assert robots.text == f"User-agent: *\nDisallow:\nCrawl-delay: {seconds}\n"
    assert robots.headers.get_content_type() == "text/plain"
    assert rows.json["nodeList"]


def test_deep_json_exceeds_the_recursion_limit() -> None:
    with running_origin(articles=ARTICLES, faults=["deep-json"]) as origin:
        article, rows = fetch(origin.url + ARTICLE), fetch(origin.url + MEDIA)
    assert article.body.count(b"[") == article.body.count(b"]") == 100_000
    with pytest.raises(RecursionError):
        json.loads(article.body)
    assert rows.json["nodeList"]


def test_titles_and_outlets_contain_escapes() -> None:
    with running_origin(articles=ARTICLES, faults=["terminal"]) as origin:
        row, article = fetch(origin.url + MEDIA).json["nodeList"][0], fetch(origin.url + ARTICLE).json
    escapes = "\x1b[2J\x1b]0;pwned\x07\x9b31m\r"
    listed = next(a for a in ARTICLES if "media" in a.channels)
    assert (row["title"], row["from"]) == (escapes + listed.title, escapes + listed.media_name)
    assert row["infocode"] == listed.info_code
    assert article["title"] == escapes + ARTICLES[0].title
    assert article["text"] == ARTICLES[0].text_html


def test_status_lines_and_headers_contain_escapes() -> None:
    raw = []
    with running_origin(articles=ARTICLES, faults=["terminal"]) as origin:
        for _ in range(9):
            with asked(origin.url + ARTICLE) as connection:
                raw.append(received(connection, most=90))
        assert [head[:12] for head in raw if b"200 OK" not in head] == [
            b"HTTP/1.1 503",
            b"HTTP/1.1 404",
            b"HTTP/1.1 302",
        ]
    assert raw[2].startswith(b"HTTP/1.1 503 Busy\x1b[2J\r\nRetry-After: \x1b[2J1\r\n")
    assert raw[5].startswith(b"HTTP/1.1 404 Gone\x1b[2J\r\n")
    assert raw[8].startswith(b"HTTP/1.1 302 Found\r\nLocation: /\x1b[2J\r\n")

from __future__ import annotations

from collections.abc import Iterator

import pytest

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.http_client import fetch

SPELLINGS = ({"showtime", "from"}, {"datetime", "medianame"})


@pytest.fixture(scope="module")
def origin() -> Iterator[RunningOrigin]:
    with running_origin(120) as running:
        yield running


def test_every_article_has_its_two_bodies(origin: RunningOrigin) -> None:
    for article in origin.articles[:40]:
        answer = fetch(f"{origin.url}/NewsData/GetNewsText.do?id={article.info_code}").json
        assert answer["infoCode"] == article.info_code
        assert answer["title"] == article.title
        assert answer["text"] == article.text_html
        assert answer["content"] == article.content_html


def test_articles_use_the_keys_of_one_list_or_another(origin: RunningOrigin) -> None:
    seen = []
    for article in origin.articles[:40]:
        answer = fetch(f"{origin.url}/NewsData/GetNewsText.do?id={article.info_code}").json
        spelling = set(answer) - {"infoCode", "title", "text", "content"}
        seen.append(spelling)
        if article.media_name:
            assert spelling in SPELLINGS
            assert {answer[key] for key in spelling} == {article.showtime, article.media_name}
        else:
            assert spelling in ({"showtime"}, {"datetime"})
    assert all(spelling in seen for spelling in SPELLINGS)


def test_an_unknown_id_gets_200_and_empty_bodies(origin: RunningOrigin) -> None:
    for query in ("?id=NW202205260000000000", "?id=", ""):
        answer = fetch(f"{origin.url}/NewsData/GetNewsText.do{query}")
        assert (answer.status, answer.body) == (200, b'{"text":"","content":""}')


def test_the_share_page_is_a_shell(origin: RunningOrigin) -> None:
    article = origin.articles[0]
    answer = fetch(f"{origin.url}/html_News/NewsShare.html?infoCode={article.info_code}")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<script>" in answer.text
    assert "/NewsData/GetNewsText.do?id=" in answer.text
    assert article.title not in answer.text


def test_robots_allow_everything(origin: RunningOrigin) -> None:
    answer = fetch(f"{origin.url}/robots.txt")
    assert answer.headers.get_content_type() == "text/plain"
    assert answer.text == "User-agent: *\nDisallow:\n"

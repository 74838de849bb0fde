"""The origin refuses a client: by a status, a page, a login, or a redirect to a forbidden address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from finews_crawler.sources.eastmoney_web import web_article
from finews_crawler.sources.eastmoney_web.ban_signs import page_sign
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.faults.content import CORRECTION
from finews_crawler.testing.origin.server import running_origin
from tests.support.http_client import Answer, fetch, text_path

LIST = "/web/webapi?type=45&count=100&newsid=1"
ARTICLES = generate(12, 1)
ARTICLE = text_path(ARTICLES[0])
OF_TODAY = [f"{web_article.PATH}{article.info_code[2:]}" for article in ARTICLES]
PAGE = f"/a/{ARTICLES[0].info_code[2:]}.html"


def answers(fault: str, *paths: str) -> list[Answer]:
    with running_origin(articles=ARTICLES, faults=[fault]) as origin:
        return [fetch(origin.url + path) for path in paths]


def in_full(answer: Answer) -> bool:
    return answer.status == 200 and answer.json["text"] == ARTICLES[0].text_html


@pytest.mark.parametrize(
    ("fault", "status", "seconds"),
    [("429", 429, "1"), ("429=5", 429, "5"), ("429=0", 429, "0"), ("503-wait", 503, "1"), ("503-wait=30", 503, "30")],
)
def test_each_path_gets_one_retry_after(fault: str, status: int, seconds: str) -> None:
    first, second, other, robots = answers(fault, LIST, LIST, ARTICLE, "/robots.txt")
    assert (first.status, first.headers["Retry-After"]) == (status, seconds)
    assert (second.status, other.status, robots.status) == (200, status, 200)


@pytest.mark.parametrize(("fault", "seconds"), [("429-date", 2), ("429-date=40", 40)])
def test_retry_after_may_be_a_date(fault: str, seconds: int) -> None:
    before = datetime.now(UTC)
    first, second = answers(fault, LIST, LIST)
    after = datetime.now(UTC)
    assert (first.status, second.status) == (429, 200)
    assert first.headers["Retry-After"].endswith(" GMT")
    until = parsedate_to_datetime(first.headers["Retry-After"])
    # Never shorter than requested, and longer by at most the fraction that an HTTP date does not have.
    assert before + timedelta(seconds=seconds) <= until <= after + timedelta(seconds=seconds + 1)


def test_a_storm_begins_after_some_responses_and_stays() -> None:
    got = answers("503-storm=2", *[ARTICLE] * 4)
    assert [answer.status for answer in got] == [200, 200, 503, 503]
    assert "Retry-After" not in got[2].headers
    at_once, others = answers("503-storm", ARTICLE, LIST)
    assert (at_once.status, others.status) == (503, 200)


@pytest.mark.parametrize(("fault", "status"), [("refused", 403), ("refused=418", 418), ("refused=451", 451)])
def test_the_eleventh_article_and_all_after_it_are_refused(fault: str, status: int) -> None:
    got = answers(fault, *[ARTICLE] * 12, LIST)
    assert [answer.status for answer in got] == [200] * 10 + [status] * 2 + [200]


@pytest.mark.parametrize("paths", [OF_TODAY, [OF_TODAY[0], ARTICLE] * 6], ids=["today's", "of both generations"])
def test_articles_are_refused_on_every_surface(paths: list[str]) -> None:
    assert [answer.status for answer in answers("refused", *paths)] == [200] * 10 + [403] * 2


def test_a_soft_ban_empties_the_json_of_today() -> None:
    got = answers("soft-ban=2", *OF_TODAY[:4])
    assert [answer.status for answer in got] == [200] * 4
    assert [bool(answer.json["data"]) for answer in got] == [True, True, False, False]


def test_a_soft_ban_empties_pages() -> None:
    (page,) = answers("soft-ban", PAGE)
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    assert page_sign(page.body, ARTICLES[0].info_code)


def test_faults_of_articles_are_those_of_today_too() -> None:
    missing, whole, page = answers("missing=2", *OF_TODAY[1::-1], PAGE.replace(OF_TODAY[0][-18:], OF_TODAY[1][-18:]))
    (changed,) = answers("changed-article", OF_TODAY[0])
    assert page.status == 404
    assert (missing.json["data"], bool(whole.json["data"]["Art_Content"])) == (None, True)
    assert changed.json["data"]["Art_Content"] == whole.json["data"]["Art_Content"] + CORRECTION


def test_a_soft_ban_empties_the_bodies() -> None:
    for answer in answers("soft-ban", ARTICLE, ARTICLE):
        assert (answer.status, answer.json) == (200, {"text": "", "content": ""})
    assert [in_full(answer) for answer in answers("soft-ban=2", *[ARTICLE] * 4)] == [True, True, False, False]


def test_a_challenge_page_replaces_articles() -> None:
    good, challenge, page, rows = answers("challenge=1", ARTICLE, ARTICLE, "/", LIST)
    assert in_full(good)
    assert (challenge.status, challenge.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<script>" in challenge.text
    assert "请完成验证" in challenge.text
    assert "请完成验证" not in page.text
    assert rows.json["nodeList"]
    assert answers("challenge", ARTICLE)[0].body == challenge.body


def test_a_login_form_replaces_articles() -> None:
    good, redirect, form, rows = answers("login=1", ARTICLE, ARTICLE, "/login", LIST)
    assert in_full(good)
    assert (redirect.status, redirect.headers["Location"]) == (302, "/login")
    assert (form.status, form.headers.get_content_type()) == (200, "text/html")
    assert '<form method="post" action="/login">' in form.text
    assert rows.json["nodeList"]
    assert answers("login", ARTICLE)[0].status == 302


@pytest.mark.parametrize(
    ("fault", "location"),
    [
        ("redirect-private", "http://10.0.0.1{article}"),
        ("redirect-metadata", "http://169.254.169.254/latest/meta-data/"),
        ("redirect-file", "file:///etc/passwd"),
        ("redirect-port", "http://127.0.0.1:1{article}"),
    ],
)
def test_articles_redirect_to_forbidden_addresses(fault: str, location: str) -> None:
    article, rows, page = answers(fault, ARTICLE, LIST, "/")
    assert (article.status, article.headers["Location"]) == (302, location.format(article=ARTICLE))
    assert (rows.status, page.status) == (200, 200)


def test_articles_redirect_in_a_loop_of_new_urls() -> None:
    with running_origin(articles=ARTICLES, faults=["redirect-loop"]) as origin:
        path, seen = ARTICLE, []
        for _ in range(4):
            answer = fetch(origin.url + path)
            assert answer.status == 302
            path = answer.headers["Location"]
            seen.append(path)
    assert seen == [f"{ARTICLE}&hop={nth}" for nth in (1, 2, 3, 4)]

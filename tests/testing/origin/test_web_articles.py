"""`testing.origin.web_articles` and `web_pages`: what they lack and add in comparison with GetNewsText."""

from __future__ import annotations

import pytest

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.sources.eastmoney_web.bodies import both_bodies
from finews_crawler.sources.eastmoney_web.web_article import parse_web_article
from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.testing.origin.web_articles import LINE_ADVERT, article_data
from finews_crawler.testing.origin.web_pages import page_of
from tests.support.http_client import fetch

ARTICLES = generate(80, 4)
ADVERT = "em_handle_adv_close"


def test_every_value_is_a_string_and_the_time_has_slashes() -> None:
    data = article_data(ARTICLES[0])
    assert {type(value) for value in data.values()} == {str}
    assert data["Art_ShowTime"] == ARTICLES[0].showtime.replace("-", "/")
    assert data["Art_Code"] == ARTICLES[0].info_code[2:]


def test_no_body_has_the_source_line() -> None:
    bodies = [article_data(article)["Art_Content"] for article in ARTICLES]
    assert not any("em_media" in body for body in bodies)
    assert sum("em_media" in article.content_html for article in ARTICLES) > 50


def test_most_bodies_end_with_an_advert_and_some_begin_with_one() -> None:
    bodies = [article_data(article)["Art_Content"] for article in ARTICLES]
    assert 50 < sum(ADVERT in body.rpartition("<p")[2] for body in bodies) < 70
    assert 5 < sum(LINE_ADVERT in body for body in bodies) < 30


def without_adverts(article: OriginArticle) -> bool:
    body = article_data(article)["Art_Content"]
    return ADVERT not in body and LINE_ADVERT not in body


@pytest.mark.parametrize(
    "article", [each for each in ARTICLES if without_adverts(each)], ids=lambda article: article.info_code
)
def test_the_text_is_that_of_get_news_text(article: OriginArticle) -> None:
    assert both_bodies(article_data(article)["Art_Content"], article.media_name)[0] == article.text_html


def test_an_unknown_article_has_no_data() -> None:
    with running_origin(1) as running:
        answer = fetch(f"{running.url}/kuaixun/v2/api/article/209901010000000000?guid=1").json
    assert answer == {"data": None, "errorcode": 0, "id": "0", "message": "", "success": 1}


def test_pages_have_three_templates() -> None:
    pages = [page_of(article) for article in ARTICLES]
    marks = ('class="contentwrap"', 'class="newsContent"', 'class="content_text"')
    assert all(sum(mark in page for mark in marks) == 1 for page in pages)
    assert all(sum(mark in page for page in pages) > 10 for mark in marks)


def test_a_page_has_two_addresses() -> None:
    with running_origin(3) as running:
        digits = running.articles[0].info_code[2:]
        pages = [fetch(f"{running.url}{path}") for path in (f"/a/{digits}.html", f"/news/1345,{digits}.html")]
        missing = fetch(f"{running.url}/a/209901010000000000.html")
    assert pages[0].text == pages[1].text == page_of(running.articles[0])
    assert missing.status == 404


def test_the_json_of_some_articles_is_gone() -> None:
    with running_origin(12, faults=["json-gone=2"]) as running:
        codes = [article.info_code for article in running.articles]
        data = [fetch(f"{running.url}/kuaixun/v2/api/article/{code[2:]}").json["data"] for code in codes]
    assert [each is None for each in data] == [int(code[-1]) % 2 == 0 for code in codes]
    assert len(set(map(type, data))) == 2


def test_new_mark_up_is_ordinary() -> None:
    with running_origin(12, faults=["today-markup"]) as running:
        for article in running.articles:
            answer = fetch(f"{running.url}/kuaixun/v2/api/article/{article.info_code[2:]}").body
            read = parse_web_article(answer, article.info_code).article
            assert read is not None
            derived, notes, _ = derive(read, PostUrls())
            assert [note for note in notes if not note.startswith("advert/")] == []
            assert {"DJIA.100"} < {ticker.symbol for ticker in derived.tickers}
            assert all(
                new in derived.body_html
                for new in ('<h3 class="emh3">', 'textvalue="', "<!-- EM_StockImg_Start --></p>")
            )

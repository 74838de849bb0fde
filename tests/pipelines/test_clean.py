"""`pipelines.clean` and `articles.derive`: derived fields depend on upstream's fields only."""

from __future__ import annotations

import json

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import record_of
from finews_crawler.items import Image, Ticker, article_from
from finews_crawler.pipelines.clean import LONGEST_BODY
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer
from tests.support.scripted_share_site import SOME_FAILED, counts, news_text, share
from tests.support.today_bodies import ADVERT, LINE_ADVERT

CODE = "NW202205262391921712"
TEXT = "<p>\u3000\u3000江城重工拟增资。</p>"
TICKER = '<span web="1" href="http://q" class="em_stock_key_common" data-code="1,600999">江城重工</span>'
CONTENT = f"<p>\u3000\u3000{TICKER}</p>"
IMAGE = '<center><img src="https://dfscdn.dfcfw.com/download/D1_w800h555.jpg" alt="Image" /></center>'

INLINED = f'<p><img alt="图" src="data:image/png;base64,{"iVBORw0KGgo=" * (LONGEST_BODY // 11)}" width="300"></p>'


def body_of(**bodies: str) -> str:
    return derive(article_from("news_text", CODE, **bodies), PostUrls()).article.body_html


def test_the_body_is_text_with_an_outlet_and_content_otherwise() -> None:
    assert body_of(media_name="证券时报", text_html="<p>T</p>", content_html="<p>C</p>") == "<p>T</p>"
    assert body_of(text_html="<p>T</p>", content_html="<p>C</p>") == "<p>C</p>"
    assert body_of(text_html="<p>T</p>") == "<p>T</p>"
    assert body_of() == ""


def test_an_empty_body_is_replaced_by_the_other_one() -> None:
    assert body_of(media_name="证券时报", text_html="<p> </p>", content_html="<p>C</p>") == "<p>C</p>"
    assert body_of(media_name="证券时报", text_html="<p> </p>", content_html="") == "<p> </p>"


def test_a_rolling_row_without_a_title_gets_the_digests_headline() -> None:
    article = derive(article_from("rolling", CODE, digest="【江城重工拟增资】摘要"), PostUrls()).article
    assert article.title == "江城重工拟增资"


def test_derived_fields() -> None:
    given = article_from("media", CODE, media_name="长江商报", text_html=TEXT + IMAGE, content_html=CONTENT)
    article, notes, _ = derive(given, PostUrls())
    assert notes == []
    assert article.body_html == f"<p>江城重工拟增资。</p>{IMAGE}"
    assert article.text_html == TEXT + IMAGE
    assert article.slug == "changjiangshangbao"
    assert article.share_url == f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODE}"
    assert article.tickers == [Ticker("600999.SH", "江城重工", "inline", 0)]
    assert article.images == [Image("https://dfscdn.dfcfw.com/download/D1_w800h555.jpg", 800, 555)]


def test_derive_notes_unusual_input() -> None:
    odd = '<p>一<script>x</script><b data-code="7:600999">二</b>'
    article, notes, _ = derive(article_from("rolling", CODE, digest="【题】", content_html=odd), PostUrls())
    assert notes == ["rebuilt", "title_from_digest", "unknown_data_code"]
    assert article.tickers == []


def test_derive_notes_what_is_hidden() -> None:
    body = "<p>正文</p><p hidden>广告</p>"
    article, notes, loss = derive(article_from("rolling", CODE, title="题", content_html=body), PostUrls())
    assert (article.body_html, notes, loss) == ("<p>正文</p>", ["rebuilt", "hidden"], "")


def test_adverts_are_neither_in_the_post_nor_in_its_content() -> None:
    body = f"<p>\u3000\u3000江城重工拟增资。</p>{ADVERT}{LINE_ADVERT}{ADVERT}"
    article, notes, _ = derive(article_from("rolling", CODE, title="题", text_html=body, content_html=body), PostUrls())
    assert notes == ["advert/image_link", "advert/line", "advert/image_link"]
    assert (article.text_html, article.content_html) == (body, body)
    assert article.body_html == "<p>江城重工拟增资。</p>"
    assert article.images == []
    assert record_of(article)["text"] == "江城重工拟增资。"


def test_deriving_again_changes_nothing() -> None:
    once = derive(article_from("rolling", CODE, content_html="<p>一<script>x</script>"), PostUrls()).article
    twice = derive(once, PostUrls()).article
    assert twice == once


def test_a_rolling_post_links_to_the_public_url() -> None:
    public = "http://finance.eastmoney.com/a/202205262391921712.html"
    article = derive(article_from("rolling", CODE, content_html=TEXT, public_url=public), PostUrls()).article
    assert (article.slug, article.share_url) == ("emnews", public)


def test_a_body_that_no_way_of_cleaning_keeps_whole_is_rejected_with_its_payload(scrapy: Scrapy) -> None:
    picture = '<p><img src="https://dfscdn.dfcfw.com/a.jpg"></p>'
    odd = news_text("", text=f"<p>正文{'<br />' * 30_000}</p>{picture}")  # Jekyll would stall on the line
    run, _ = share(scrapy, lambda nth: Answer(odd) if nth == 1 else None, number=3)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["rejected"]) == (2, 1)
    (line,) = (scrapy.data / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    rejected = json.loads(line)
    assert (rejected["reason"], json.loads(rejected["payload"])) == ("content_lost", json.loads(odd))


def test_a_body_that_is_too_long_is_rejected_with_its_payload(scrapy: Scrapy) -> None:
    too_long = news_text("", text="<p>" * LONGEST_BODY)
    inlined = news_text("", text=f"<p>港区五月吞吐量创新高。</p>{INLINED}")
    run, _ = share(scrapy, {1: Answer(too_long), 2: Answer(inlined)}.get, number=3)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["rejected"]) == (2, 1)
    (line,) = (scrapy.data / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    rejected = json.loads(line)
    assert rejected["reason"] == "body_too_long"
    assert json.loads(rejected["payload"]) == json.loads(too_long)


def test_an_inlined_picture_is_kept_as_sent_and_is_in_no_post() -> None:
    article, *_ = derive(article_from("news_text", CODE, text_html=TEXT + INLINED + IMAGE), PostUrls())
    assert article.text_html == TEXT + INLINED + IMAGE
    assert article.body_html == f"<p>江城重工拟增资。</p>{IMAGE}"
    assert [image.url for image in article.images] == ["https://dfscdn.dfcfw.com/download/D1_w800h555.jpg"]

"""Derived fields: each distinct body of an article is parsed once."""

from __future__ import annotations

import pytest

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import record_of
from finews_crawler.content.body import extract
from finews_crawler.content.body.content import BodyContent
from finews_crawler.content.body.extract import extract_body
from finews_crawler.items import article_from

CODE = "NW202205182383638060"
TEXT = "<p>\u3000\u3000江城重工涨停。</p>"
CONTENT = '<p>\u3000\u3000<span data-code="1,600999">江城重工</span>涨停。</p>'


@pytest.mark.parametrize(
    ("text", "content", "distinct"),
    [(TEXT, CONTENT, 2), (TEXT, TEXT, 1), (TEXT, "", 1), ("<b>甲", "<b>甲", 2)],
    ids=["two bodies", "the same twice", "one body", "one rebuilt body"],
)
def test_derive_parses_each_distinct_body_once_and_record_of_none(
    text: str, content: str, distinct: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def counting(html: str) -> BodyContent:
        parsed.append(html)
        return extract_body(html)

    monkeypatch.setattr(extract, "extract_body", counting)
    article = derive(article_from("news_text", CODE, text_html=text, content_html=content), PostUrls()).article
    assert (len(parsed), len(set(parsed))) == (distinct, distinct)
    parsed.clear()
    record = record_of(article)
    assert not parsed
    assert record["tickers"] == [ticker._asdict() for ticker in article.tickers]


def test_derive_parses_no_body_that_the_extract_was_read_from(monkeypatch: pytest.MonkeyPatch) -> None:
    article = derive(article_from("news_text", CODE, text_html=TEXT, content_html=CONTENT), PostUrls()).article
    other = article.with_fields(content_html="<p>乙</p>", text_html="<p>乙</p>")
    expected = derive(other, PostUrls()).article
    assert derive(other, PostUrls(), keeps_extract=True).article == expected
    monkeypatch.setattr(extract, "extract_body", None)
    kept = derive(article, PostUrls(), keeps_extract=True).article
    assert (kept, kept.extract) == (article, article.extract)


@pytest.mark.parametrize(
    "public", ["", "a.cn", "style", "base href=x", "HTTP://a.cn", "https://", "javascript:x", "/a"]
)
def test_the_share_url_stands_in_for_a_public_url_that_cannot_be_a_link(public: str) -> None:
    article, *_ = derive(article_from("rolling", CODE, title="题", content_html=TEXT, public_url=public), PostUrls())
    assert article.share_url == f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODE}"
    assert article.public_url == public

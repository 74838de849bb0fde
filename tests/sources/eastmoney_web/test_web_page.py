"""The page of an article: the templates in real mark-up with invented text, and arbitrary bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.articles.merge import merge
from finews_crawler.items import Article, article_from
from finews_crawler.sources import article_surfaces
from finews_crawler.sources.eastmoney_web.ban_signs import page_sign
from finews_crawler.sources.eastmoney_web.pages import ARTICLE
from finews_crawler.sources.eastmoney_web.web_article import parse_web_article
from finews_crawler.sources.eastmoney_web.web_page import parse_web_page
from finews_crawler.sources.outcome import Outcome, ParsedArticle
from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.web_articles import article_data
from finews_crawler.testing.origin.web_pages import page_of
from tests.sources.surface_cases import Case, cases, check_origins, given_fields

CODE = "NW202609180000000401"
ARTICLES = generate(60, 2)


@cases("web_page")
def test_web_page_fixtures(case: Case) -> None:
    read = parse_web_page(case.response.body, case.request["info_code"])
    assert {"outcome": read.outcome.value, "article": given_fields(read.article)} == case.expected
    assert case.detail in read.detail
    assert bool(read.detail) == (read.outcome is not Outcome.ARTICLES)
    if read.article:
        check_origins(read.article, "web_page")


@pytest.mark.parametrize("article", ARTICLES[:12], ids=lambda article: article.info_code)
def test_the_body_is_a_part_of_the_page(article: OriginArticle) -> None:
    page = page_of(article)
    read = read_page(article)
    assert read.content_html.partition('<p class="em_media">')[0] in page


@pytest.mark.parametrize("number", range(3))
def test_page_and_json_give_the_same_article(number: int) -> None:
    for article in (each for each in ARTICLES if int(each.info_code[-1]) % 3 == number):
        page = read_page(article)
        other = parse_web_article(to_json({"data": article_data(article)}), article.info_code).article
        assert other is not None
        names = ("title", "media_name", "text_html")
        assert [getattr(page, name) for name in names] == [getattr(other, name) for name in names]
        assert f"{page.published_at:%Y-%m-%d %H:%M:00}" == f"{other.published_at:%Y-%m-%d %H:%M}:00"


@pytest.mark.parametrize("origin", ["columns:345", "web_article", "archive_page"])
def test_no_time_or_digest_is_replaced_by_that_of_the_page(origin: str) -> None:
    page = read_page(ARTICLES[0])
    other = article_from(origin, page.info_code, published_at=None, digest="列表的摘要")
    other.published_at, other.origins["published_at"] = page.published_at, origin
    for merged in (merge(page, other), merge(other, page)):
        assert merged.digest == "列表的摘要"
        assert merged.origins["published_at"] == origin


def test_the_page_is_asked_after_the_json() -> None:
    hosts = {"FINEWS_ARTICLE_URL": "http://a", "FINEWS_PAGE_URL": "http://b"}
    assert [surface.name for surface in article_surfaces(CODE, hosts)] == ["web_article", "web_page"]
    assert ARTICLE.url("http://127.0.0.1:8000", CODE) == "http://127.0.0.1:8000/a/202609180000000401.html"


def test_a_truncated_page_is_neither_missing_nor_an_article() -> None:
    page = page_of(ARTICLES[0])
    end = page.index("</div>", page.index("ContentBody")) if "ContentBody" in page else page.index("</div>")
    for cut in range(page.index("<title>"), end, 97):
        assert parse_web_page(page[:cut].encode(), CODE).outcome in (Outcome.CUT_OFF, Outcome.BLOCKED), cut


def read_page(article: OriginArticle) -> Article:
    read = parse_web_page(page_of(article).encode(), article.info_code).article
    assert read is not None
    return read


def check_writable(read: ParsedArticle) -> None:
    texts = [read.detail, read.payload, *(given_fields(read.article) or {}).values()]
    assert "".join(texts).encode() is not None
    assert (read.outcome is Outcome.ARTICLES) == bool(read.article and read.article.has_body)


PIECES = [
    *('<div id="ContentBody">', '<div class="content_text">', '<div class="contentwrap">', '<div class="title">'),
    *('<div class="infos">', '<div class="item">', "</div>", "<h1>", "</h1>", "<title>", "</title>", "<p>", "</p>"),
    *(
        "<!--文章主体-->",
        "<!--原文标题-->",
        '<p class="em_media">',
        "（责任编辑：七）",
        "2026年09月19日 01:09",
        "来源：甲",
    ),
    *(
        '"',
        "'",
        "<",
        ">",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "&amp;",
        "\ud800",
        "\x1b",
        "404",
        "验证",
        "\n",
        "\u3000",
    ),
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=25))
def test_parse_web_page_accepts_any_mark_up(pieces: list[str]) -> None:
    check_writable(parse_web_page("".join(pieces).encode("utf-8", "surrogatepass"), CODE))


@given(body=st.binary() | st.text().map(str.encode))
def test_parse_web_page_accepts_any_bytes(body: bytes) -> None:
    check_writable(parse_web_page(body, CODE))


def test_a_page_of_unclosed_elements_is_parsed_in_linear_time() -> None:
    for piece in (
        '<div class="infos">',
        '<div id="ContentBody">',
        "<h1>",
        "<script>",
        '<p class="em_media">',
        "<a b='",
    ):
        check_writable(parse_web_page((piece * 20_000).encode(), CODE))


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="canonical" href="http://finance.eastmoney.com/a/{}.html">',
        '<meta name="mobile-agent" content="format=html5; url=https://wap.eastmoney.com/a/{}.html">',
        '<META property="og:url" content="//finance.eastmoney.com/news/1345,{}.html" />',
    ],
)
def test_a_page_that_names_another_article_is_a_refusal(tag: str) -> None:
    page = page_of(ARTICLES[0])
    for digits, outcome in ((CODE[2:], Outcome.ARTICLES), ("202609180000000999", Outcome.BLOCKED)):
        body = page.replace("<title>", tag.format(digits) + "<title>").encode()
        assert parse_web_page(body, CODE).outcome is outcome
        assert bool(page_sign(body, CODE)) == (outcome is Outcome.BLOCKED)


def test_links_to_other_articles_name_none() -> None:
    link = '<a href="http://finance.eastmoney.com/a/202609180000000999.html">乙</a>'
    body = page_of(ARTICLES[0]).replace("<body>", f"<body>{link}").encode()
    assert parse_web_page(body, CODE).outcome is Outcome.ARTICLES
    assert page_sign(body, CODE) == ""

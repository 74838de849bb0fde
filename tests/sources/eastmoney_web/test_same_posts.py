"""One article by 2022's surfaces and by today's: the posts of the rolling list are equal byte for byte."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import merge
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.eastmoney.news_text import parse_news_text
from finews_crawler.sources.eastmoney_web.web_article import parse_web_article
from finews_crawler.testing.origin.articles import ROLLING, OriginArticle, generate
from finews_crawler.testing.origin.channel_api import rolling_row
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.share_site import news_text
from finews_crawler.testing.origin.web_articles import article_data
from finews_crawler.testing.origin.web_rows import fast_row, live_row

URLS = PostUrls()
ARTICLES = [article for article in generate(160, 3) if article.channels == {ROLLING}]


def post_of(listed: Iterable[Article], fetched: Article | None) -> tuple[str, str]:
    (row,) = listed
    assert fetched
    article = derive(merge(row, fetched), URLS).article
    return post_name(article), render_post(article, URLS)


def by_2022(article: OriginArticle) -> tuple[str, str]:
    body = to_json({"records": [rolling_row(article)]})
    rows = CHANNELS["rolling"].parse(body, CHANNELS["rolling"]).articles
    return post_of(rows, parse_news_text(news_text(article), article.info_code).article)


def by_today(article: OriginArticle, channel: str) -> tuple[str, str]:
    lists = {
        "fast": {"code": "1", "data": {"fastNewsList": [fast_row(article)]}},
        "fast_js": {"rc": 1, "LivesList": [live_row(article)]},
    }
    rows = CHANNELS[channel].parse(to_json(lists[channel]), CHANNELS[channel]).articles
    fetched = parse_web_article(to_json({"data": article_data(article)}), article.info_code).article
    return post_of(rows, fetched)


@pytest.mark.parametrize("channel", ["fast", "fast_js"])
def test_posts_of_the_rolling_list_are_the_same_today(channel: str) -> None:
    assert len(ARTICLES) > 20
    for article in ARTICLES:
        assert by_today(article, channel) == by_2022(article)

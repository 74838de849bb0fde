"""GetNewsText.do: one article as JSON. Source: upstream.md, "GetNewsText.do"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finews_crawler.content.decoding import decode_bytes, replace_lone_surrogates
from finews_crawler.exceptions import InvalidJson
from finews_crawler.items import Article, article_from
from finews_crawler.sources.eastmoney import fields
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import Outcome, ParsedArticle
from finews_crawler.sources.source import UPSTREAM_FIELDS, ArticleSurface

NEWS_TEXT = "news_text"
"""Name of this surface in ``Article.origins``."""

PATH = "/NewsData/GetNewsText.do"


def parse_news_text(body: bytes, info_code: str) -> ParsedArticle:
    """Parse the response for *info_code*, which stays the article's key whatever the response has. Never raises.

    ``text`` is the plain body, ``content`` the same with inline tickers. Upstream answers 200 without either for an
    article that is gone, blocked or unknown: the outcome is ``missing``, with the other fields of the article.

    >>> read = parse_news_text(b'{"text": "<p>A</p>", "from": "B"}', "NW202205182383638060")
    >>> read.outcome.value, read.article.text_html
    ('articles', '<p>A</p>')
    >>> parse_news_text(b'{"text": ""}', "NW202205182383638060").outcome.value
    'missing'
    """
    payload = replace_lone_surrogates(decode_bytes(body))
    try:
        answer = load_object(body)
    except InvalidJson as error:
        outcome = Outcome.BLOCKED if error.is_page else Outcome.CHANGED_SHAPE
        return ParsedArticle(outcome, detail=str(error), payload=payload)
    article = _read_article(answer, info_code)
    article.payload = payload
    if not article.has_body:
        return ParsedArticle(Outcome.MISSING, article, "neither 'text' nor 'content' holds a body", payload)
    return ParsedArticle(Outcome.ARTICLES, article, payload=payload)


def _read_article(answer: Mapping[str, Any], info_code: str) -> Article:
    return article_from(
        NEWS_TEXT,
        info_code,
        title=fields.line(answer, fields.TITLE),
        published_at=fields.moment(answer, fields.PUBLISHED_AT),
        media_name=fields.line(answer, fields.MEDIA_NAME),
        digest=fields.line(answer, fields.DIGEST),
        public_url=fields.line(answer, fields.PUBLIC_URL),
        text_html=fields.raw_value(answer, fields.TEXT),
        content_html=fields.raw_value(answer, fields.CONTENT),
    )


SURFACE = ArticleSurface(
    name=NEWS_TEXT,
    host_setting="FINEWS_SHARE_URL",
    path=f"{PATH}?id={{info_code}}",
    parse=parse_news_text,
    gives=UPSTREAM_FIELDS,
    # Behind the lists, which the archive was written from; before any copy of a body.
    precedence=dict.fromkeys(UPSTREAM_FIELDS, 4),
)

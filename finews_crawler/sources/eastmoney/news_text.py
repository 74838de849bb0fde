"""GetNewsText.do: one article as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finews_crawler.content.decoding import decode_bytes, replace_lone_surrogates
from finews_crawler.exceptions import InvalidJson
from finews_crawler.items import Article, article_from
from finews_crawler.sources.eastmoney import fields
from finews_crawler.sources.eastmoney.json_response import load_object
from finews_crawler.sources.outcome import Outcome

NEWS_TEXT = "news_text"
"""Name of this surface in ``Article.origins``."""

PATH = "/NewsData/GetNewsText.do"


@dataclass
class NewsText:
    """What GetNewsText said: an article, or why there is none."""

    outcome: Outcome
    article: Article | None = None
    detail: str = ""
    payload: str = ""


def news_text_url(share_host: str, info_code: str) -> str:
    """The address of an article's JSON.

    >>> news_text_url("http://127.0.0.1:8000", "NW202205182383638060")
    'http://127.0.0.1:8000/NewsData/GetNewsText.do?id=NW202205182383638060'
    """
    return f"{share_host.rstrip('/')}{PATH}?id={info_code}"


def parse_news_text(body: bytes, info_code: str) -> NewsText:
    """Read the answer for *info_code*. The key asked for is the article's key, whatever the answer calls itself.

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
        return NewsText(outcome, detail=str(error), payload=payload)
    article = _read_article(answer, info_code)
    article.payload = payload
    if not article.has_body:
        return NewsText(Outcome.MISSING, article, "neither 'text' nor 'content' holds a body", payload)
    return NewsText(Outcome.ARTICLES, article, payload=payload)


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

"""GetNewsText.do: one article as JSON. Source: upstream.md, "GetNewsText.do"."""

from __future__ import annotations

from finews_crawler.exceptions import InvalidJson
from finews_crawler.items import article_from
from finews_crawler.sources.eastmoney import fields
from finews_crawler.sources.json_response import load_object, text_of
from finews_crawler.sources.outcome import OTHER_ARTICLE, Outcome, ParsedArticle, outcome_of
from finews_crawler.sources.source import UPSTREAM_FIELDS, ArticleSurface

NEWS_TEXT = "news_text"
"""Name of this surface in ``Article.origins``."""

PATH = "/NewsData/GetNewsText.do"


def parse_news_text(body: bytes, info_code: str) -> ParsedArticle:
    """Parse the response for *info_code*, which stays the article's key whatever the response has. Never raises.

    ``text`` is the plain body, ``content`` the same with inline tickers. Upstream answers 200 without either for an
    article that is gone, blocked or unknown: the outcome is ``missing``, with the other fields of the article. A
    response that names another article is a refusal: a cache has it under the wrong key.

    >>> read = parse_news_text(b'{"text": "<p>A</p>", "from": "B"}', "NW202205182383638060")
    >>> read.outcome.value, read.article.text_html
    ('articles', '<p>A</p>')
    >>> parse_news_text(b'{"text": ""}', "NW202205182383638060").outcome.value
    'missing'
    """
    payload = text_of(body)
    try:
        answer = load_object(body)
    except InvalidJson as error:
        return ParsedArticle(outcome_of(error), detail=str(error), payload=payload)
    if other := fields.other_article((fields.raw_value(answer, name) for name in fields.INFO_CODE), info_code):
        return ParsedArticle(Outcome.BLOCKED, detail=f"{OTHER_ARTICLE}, {other}", payload=payload)
    bodies = {f"{name}_html": fields.raw_value(answer, name) for name in ("text", "content")}
    article = article_from(NEWS_TEXT, info_code, **fields.list_fields(answer), **bodies)
    article.payload = payload
    if not article.has_body:
        return ParsedArticle(Outcome.MISSING, article, "neither 'text' nor 'content' holds a body", payload)
    return ParsedArticle(Outcome.ARTICLES, article, payload=payload)


SURFACE = ArticleSurface(
    name=NEWS_TEXT,
    host_setting="FINEWS_SHARE_URL",
    path=f"{PATH}?id={{info_code}}",
    parse=parse_news_text,
    gives=UPSTREAM_FIELDS,
    # Behind the lists, which the archive was written from; before any copy of a body.
    precedence=dict.fromkeys(UPSTREAM_FIELDS, 4),
)

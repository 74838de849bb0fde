"""One article as JSON. Source: upstream-today.md, "Articles"."""

from __future__ import annotations

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import decode_bytes, one_line, replace_lone_surrogates
from finews_crawler.exceptions import InvalidJson
from finews_crawler.items import article_from
from finews_crawler.sources.eastmoney.fields import raw_value
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import Outcome, ParsedArticle
from finews_crawler.sources.source import UPSTREAM_FIELDS, ArticleSurface

WEB_ARTICLE = "web_article"
"""Name of this surface in ``Article.origins``."""

# guid is the time in upstream's own pages: see columns.PATH.
PATH = "/kuaixun/v2/api/article/"


def parse_web_article(body: bytes, info_code: str) -> ParsedArticle:
    """Parse the response for *info_code*, which stays the article's key whatever the response has. Never raises."""
    payload = replace_lone_surrogates(decode_bytes(body))
    try:
        answer = load_object(body)
    except InvalidJson as error:
        outcome = Outcome.BLOCKED if error.is_page else Outcome.CHANGED_SHAPE
        return ParsedArticle(outcome, detail=str(error), payload=payload)
    data = answer.get("data")
    if not isinstance(data, dict):
        return ParsedArticle(Outcome.MISSING, detail="no 'data'", payload=payload)
    article = article_from(
        WEB_ARTICLE,
        info_code,
        title=one_line(raw_value(data, "Art_Title")),
        published_at=parse_published_at(raw_value(data, "Art_ShowTime")),
        media_name=one_line(raw_value(data, "Art_Media_Name")),
        public_url=one_line(raw_value(data, "Art_UniqueUrl")),
        content_html=raw_value(data, "Art_Content"),
    )
    article.payload = payload
    if not article.has_body:
        return ParsedArticle(Outcome.MISSING, article, "'Art_Content' holds no body", payload)
    return ParsedArticle(Outcome.ARTICLES, article, payload=payload)


SURFACE = ArticleSurface(
    name=WEB_ARTICLE,
    host_setting="FINEWS_ARTICLE_URL",
    path=f"{PATH}{{digits}}?guid=1",
    parse=parse_web_article,
    gives=UPSTREAM_FIELDS,
    # Behind today's lists, before any copy of a body.
    precedence=dict.fromkeys(UPSTREAM_FIELDS, 8),
)

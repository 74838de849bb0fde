"""One article as JSON. Source: upstream-today.md, "Articles"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line, replace_lone_surrogates
from finews_crawler.exceptions import InvalidJson
from finews_crawler.items import article_from
from finews_crawler.sources.eastmoney.fields import other_article, raw_value
from finews_crawler.sources.eastmoney_web.bodies import both_bodies
from finews_crawler.sources.json_response import load_object, text_of
from finews_crawler.sources.outcome import OTHER_ARTICLE, Outcome, ParsedArticle, outcome_of
from finews_crawler.sources.source import UPSTREAM_FIELDS, ArticleSurface

WEB_ARTICLE = "web_article"
"""Name of this surface in ``Article.origins``."""

PATH = "/kuaixun/v2/api/article/"

NAMES = ("Art_Code", "Art_UniqueUrl", "Art_Url")
"""Keys of ``data`` whose values name the article."""
SUCCESS = {"success": ("", "1"), "errorcode": ("", "0")}
"""Values of a successful answer; '' for a missing one."""


def parse_web_article(body: bytes, info_code: str) -> ParsedArticle:
    """Parse the response for *info_code*, which stays the article's key. Never raises.

    Both bodies are ``Art_Content`` as sent, adverts included, with the source line that GetNewsText has; ``text_html``
    has no ticker mark-up. An article that is there counts whatever the codes beside it are, since clients read nothing
    but ``data``; without one, a code other than success is a changed shape, and anything else a missing article.

    >>> read = parse_web_article(b'{"data": {"Art_Content": "<p>A</p>"}}', "NW202609183878840472")
    >>> read.outcome.value, read.article.text_html
    ('articles', '<p>A</p>')
    >>> [parse_web_article(each, "NW202609183878840472").outcome.value for each in (b'{"data": null}', b"<html>")]
    ['missing', 'blocked']
    """
    from finews_crawler.content.body.dressing import awaits_text

    payload = replace_lone_surrogates(text_of(body))
    try:
        answer = load_object(body)
    except InvalidJson as error:
        return ParsedArticle(outcome_of(error), detail=str(error), payload=payload)
    data = answer.get("data")
    if not isinstance(data, dict):
        return _without_article(answer, payload)
    if other := other_article_in(data, info_code):
        return ParsedArticle(Outcome.BLOCKED, detail=f"{OTHER_ARTICLE}, {other}", payload=payload)
    article = article_from(WEB_ARTICLE, info_code, **_fields(data))
    article.payload = payload
    if awaits_text(article.content_html):
        return ParsedArticle(Outcome.MISSING, article, "'Art_Content' holds no body", payload)
    return ParsedArticle(Outcome.ARTICLES, article, payload=payload)


def other_article_in(data: Mapping[str, Any], info_code: str) -> str:
    """Return the infoCode that *data* names if it is another article's, else ''."""
    return other_article((raw_value(data, name) for name in NAMES), info_code)


def _without_article(answer: Mapping[str, Any], payload: str) -> ParsedArticle:
    given = {name: raw_value(answer, name) for name in SUCCESS}
    codes = [f"{name} {value}" for name, value in given.items() if value not in SUCCESS[name]]
    if not answer.get("data") and not codes:
        return ParsedArticle(Outcome.MISSING, detail="'data' is empty", payload=payload)
    reasons = [*codes, raw_value(answer, "message")] if codes else ["'data' is no object"]
    detail = f"no article in the answer: {one_line(', '.join(filter(None, reasons)))[:80]}"
    return ParsedArticle(Outcome.CHANGED_SHAPE, detail=detail, payload=payload)


def _fields(data: Mapping[str, Any]) -> dict[str, object]:
    media_name = one_line(raw_value(data, "Art_Media_Name"))
    text_html, content_html = both_bodies(raw_value(data, "Art_Content"), media_name)
    return {
        "title": one_line(raw_value(data, "Art_Title")),
        "published_at": parse_published_at(raw_value(data, "Art_ShowTime")),
        "media_name": media_name,
        # It equals the list's summary in the one pair recorded; Art_Digest and Art_Guidance are longer texts.
        "digest": one_line(raw_value(data, "Art_Description")),
        "public_url": one_line(raw_value(data, "Art_UniqueUrl")),
        "text_html": text_html,
        "content_html": content_html,
    }


SURFACE = ArticleSurface(
    name=WEB_ARTICLE,
    host_setting="FINEWS_ARTICLE_URL",
    # guid is the time in upstream's own pages: see columns.PATH.
    path=f"{PATH}{{digits}}?guid=1",
    parse=parse_web_article,
    gives=UPSTREAM_FIELDS,
    # Behind today's lists, before any copy of a body.
    precedence=dict.fromkeys(UPSTREAM_FIELDS, 8),
)

"""Content faults: lists with a new format or without rows, articles that changed or are gone."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from finews_crawler.testing.origin.empty_articles import without_bodies
from finews_crawler.testing.origin.exchange import Exchange, lists_in
from finews_crawler.testing.origin.faults.base import Number, fault
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.share_site import EMPTY_BODIES
from finews_crawler.testing.origin.web_articles import with_new_markup

BODIES = (*EMPTY_BODIES, "Art_Content")
CORRECTION = "<p>\u3000\u3000（更新：公司随后补充披露了有关情况。）</p>"


@fault("changed-shape", on=Exchange.is_list)
def changed_shape(exchange: Exchange, _: int) -> web.Response:
    """lists under another key"""
    return exchange.with_body(to_json(renamed(exchange.json_object())))


def renamed(value: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with its lists under another key.

    >>> renamed({"records": []}), renamed({"code": "1", "data": {"list": [], "page_size": 20}})
    ({'items': []}, {'code': '1', 'data': {'items': [], 'page_size': 20}})
    """
    inner = {key: renamed(part) if isinstance(part, dict) else part for key, part in value.items()}
    other = "articles" if "items" in value else "items"
    return {other if isinstance(part, list) else key: part for key, part in inner.items()}


@fault("no-news", on=Exchange.is_list)
def no_news(exchange: Exchange, _: int) -> web.Response:
    """lists without a row"""
    answer = exchange.json_object()
    for rows in lists_in(answer):
        rows.clear()
    return exchange.with_body(to_json(answer))


@fault("missing", Number(10), on=Exchange.is_article)
def missing(exchange: Exchange, every: int) -> web.Response:
    """every Nth article of the list, 10th by default, or Nth as missing=N, has no bodies"""
    if not exchange.ordinal or exchange.ordinal % every:
        return exchange.response
    return without_bodies(exchange)


@fault("changed-article", on=Exchange.is_article)
def changed_article(exchange: Exchange, _: int) -> web.Response:
    """every body has one more paragraph at its end"""
    answer = exchange.json_object()
    article = answer.get("data") if exchange.is_web_article() else answer
    if not isinstance(article, dict):
        return exchange.response
    bodies = {key: body for key, body in article.items() if key in BODIES and body}
    if not bodies or not all(isinstance(body, str) for body in bodies.values()):
        return exchange.response
    longer = article | {key: f"{body}{CORRECTION}" for key, body in bodies.items()}
    return exchange.with_body(to_json(answer | {"data": longer} if exchange.is_web_article() else longer))


@fault("json-gone", Number(1), on=Exchange.is_web_article)
def json_gone(exchange: Exchange, every: int) -> web.Response:
    """today's JSON has no data for every article, or, as json-gone=N, for those whose number N divides"""
    if number_of(exchange) % every:
        return exchange.response
    return exchange.with_body(to_json(exchange.json_object() | {"data": None}))


@fault("today-markup", Number(1), on=Exchange.is_web_article)
def today_markup(exchange: Exchange, every: int) -> web.Response:
    """today's JSON has new mark-up in every article, or, as today-markup=N, in those whose number N divides"""
    answer = exchange.json_object()
    data = answer.get("data")
    if not isinstance(data, dict) or number_of(exchange) % every:
        return exchange.response
    body = with_new_markup(data["Art_Content"], f"NW{data['Art_Code']}")
    return exchange.with_body(to_json(answer | {"data": data | {"Art_Content": body}}))


def number_of(exchange: Exchange) -> int:
    """Return the digits of the article whose JSON of today was requested; 0 for a path without a number."""
    digits = exchange.path.rpartition("/")[2]
    return int(digits) if digits.isascii() and digits.isdigit() else 0

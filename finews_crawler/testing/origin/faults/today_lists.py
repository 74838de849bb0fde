"""Faults of today's lists: no data for a moment, and a cursor that does not advance."""

from __future__ import annotations

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import Number, fault
from finews_crawler.testing.origin.json_encoding import to_json


@fault("no-data", Number(1), on=Exchange.is_fast)
def no_data(exchange: Exchange, answers: int) -> web.Response:
    """200 and data null for the first answer, or, as no-data=N, for the first N answers of the 7x24 list"""
    if exchange.nth > answers:
        return exchange.response
    return exchange.with_body(to_json(exchange.json_object() | {"data": None}))


@fault("stuck-cursor", Number(1, least=0), on=Exchange.is_fast)
def stuck_cursor(exchange: Exchange, pages: int) -> web.Response:
    """the cursor of the 7x24 list does not advance after its first page, or, as stuck-cursor=N, after N pages"""
    answer, cursor = exchange.json_object(), exchange.request.query.get("sortEnd", "")
    if exchange.nth <= pages or not cursor or not isinstance(answer.get("data"), dict):
        return exchange.response
    answer["data"]["sortEnd"] = cursor
    return exchange.with_body(to_json(answer))

"""Results of today's list parsers in the format of ``expected.json``, and checks that hold for every result."""

from __future__ import annotations

from typing import Any

from finews_crawler.sources.eastmoney_web import SOURCE
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.sources.source import ListSurface
from tests.sources.surface_cases import Case, check_origins, given_fields

SURFACES = {surface.name: surface for surface in (*SOURCE.lists, *SOURCE.others) if isinstance(surface, ListSurface)}
WITH_DETAIL = {Outcome.BLOCKED, Outcome.CHANGED_SHAPE, Outcome.NO_DATA, Outcome.CUT_OFF}


def result_of(body: bytes, channel: str) -> dict[str, Any]:
    """Return what the parser of *channel* makes of a body; empty rejections, details and pages are omitted."""
    surface = SURFACES[channel]
    read = surface.parse(body, surface)
    rejections = [{"info_code": rejection.info_code, "reason": rejection.reason} for rejection in read.rejections]
    optional = {"rejections": rejections, "next_page": read.next_page, "detail": read.detail}
    return {
        "outcome": read.outcome.value,
        "articles": [given_fields(article) for article in read.articles],
        **{name: value for name, value in optional.items() if value},
    }


def check_case(case: Case) -> None:
    """Check a recorded response against its expected result, and that every field names its surface."""
    channel = case.request["channel"]
    result = result_of(case.response.body, channel)
    assert case.detail in result.pop("detail", "")
    assert result == case.expected
    for article in SURFACES[channel].parse(case.response.body, SURFACES[channel]).articles:
        check_origins(article, channel)


def check_result(read: ParsedList) -> None:
    """Check what holds for the result of any bytes: texts can be encoded, and only a list has articles and pages."""
    texts = [read.detail, read.next_page]
    for article in read.articles:
        texts += [*(given_fields(article) or {}).values(), article.payload]
    for rejection in read.rejections:
        texts += [rejection.info_code, rejection.reason, rejection.detail, rejection.payload]
    assert "".join(texts).encode() is not None
    assert read.outcome is Outcome.ARTICLES or not (read.articles or read.rejections or read.next_page)
    assert bool(read.detail) == (read.outcome in WITH_DETAIL)

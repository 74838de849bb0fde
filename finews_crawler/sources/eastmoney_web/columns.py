"""getNewsByColumns: a column of the web site as JSON, newest rows first. Source: upstream-today.md, "Columns"."""

from __future__ import annotations

from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line
from finews_crawler.content.info_code import normalise_info_code
from finews_crawler.exceptions import InvalidInfoCode, InvalidJson
from finews_crawler.items import Article, Rejection
from finews_crawler.sources.eastmoney.fields import raw_value
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.sources.source import ListSurface, row_text

# req_trace is the time in upstream's own pages, and any value works: a constant one keeps the URL of a list the same,
# so that it can be requested conditionally, recorded and replayed.
PATH = (
    "/comm/web/getNewsByColumns?client=web&biz=web_news_col&column={column}&order=2&needInteractData=0"
    "&page_index={{page}}&page_size={{count}}&req_trace=1"
    "&fields=code,showTime,title,mediaName,summary,image,url,uniqueUrl,Np_dst"
)
SUCCESS = "1"


def parse_columns(body: bytes, channel: ListSurface) -> ParsedList:
    """Parse one page of a column. Never raises."""
    try:
        answer = load_object(body)
    except InvalidJson as error:
        return ParsedList(Outcome.BLOCKED if error.is_page else Outcome.CHANGED_SHAPE, detail=str(error))
    data = answer.get("data")
    rows = data.get("list") if isinstance(data, dict) else None
    if raw_value(answer, "code") != SUCCESS or not isinstance(rows, list):
        return ParsedList(Outcome.CHANGED_SHAPE, detail=f"no list in the answer: {row_text(answer)[:80]}")
    if not rows:
        return ParsedList(Outcome.NO_NEWS)
    result = ParsedList(Outcome.ARTICLES)
    for row in rows:
        read = _read_row(row, channel)
        if isinstance(read, Article):
            result.articles.append(read)
        else:
            result.rejections.append(read)
    return result


def _read_row(row: Any, channel: ListSurface) -> Article | Rejection:
    if not isinstance(row, dict):
        return Rejection("", "bad_row", f"a row of channel {channel.name} is no object", row_text(row))
    try:
        info_code = normalise_info_code(raw_value(row, "code"))
    except InvalidInfoCode as error:
        code = raw_value(row, "code")[:80]
        return Rejection(code, "bad_info_code", f"channel {channel.name}: {error}", row_text(row))
    return channel.article(
        row,
        info_code,
        title=one_line(raw_value(row, "title")),
        published_at=parse_published_at(raw_value(row, "showTime")),
        media_name=one_line(raw_value(row, "mediaName")),
        digest=one_line(raw_value(row, "summary")),
        public_url=one_line(raw_value(row, "uniqueUrl")),
    )

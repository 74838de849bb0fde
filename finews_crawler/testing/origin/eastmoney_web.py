"""Routes of Eastmoney's public web surfaces: columns, and articles."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from finews_crawler.sources.eastmoney_web import columns
from finews_crawler.testing.origin import web_articles
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.dataset import dataset_of
from finews_crawler.testing.origin.exchange import json_response
from finews_crawler.testing.origin.json_encoding import to_json

MOST_HITS = 5000
"""Rows that a column reaches back, and no further."""


def add_routes(app: web.Application) -> None:
    """Add every web surface to the origin."""
    app.router.add_get(urlsplit(columns.PATH).path, column_list)
    web_articles.add_routes(app)


async def column_list(request: web.Request) -> web.Response:
    """Serve a page of a column. Every column has every article that has an outlet."""
    articles = [article for article in dataset_of(request).articles if article.media_name][:MOST_HITS]
    page, size = int(request.query["page_index"]), int(request.query["page_size"])
    rows = [column_row(article) for article in articles[(page - 1) * size : page * size]]
    data = {"page_index": page, "list": rows, "totle_hits": len(articles), "page_size": size}
    return json_response(to_json({"req_trace": "1", "code": "1", "message": "success", "data": data}))


def column_row(article: OriginArticle) -> dict[str, object]:
    return {
        "summary": article.digest,
        "image": "",
        "code": article.info_code[2:],
        "np_dst": "CMS",
        "showTime": article.showtime,
        "uniqueUrl": article.url_w,
        "title": article.title,
        "mediaName": article.media_name,
        "url": article.url_w,
    }

"""Routes of Eastmoney's public web surfaces: columns, and articles as JSON."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from finews_crawler.sources.eastmoney_web import columns, web_article
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.dataset import dataset_of
from finews_crawler.testing.origin.exchange import json_response
from finews_crawler.testing.origin.json_encoding import to_json

MOST_HITS = 5000
"""Rows that a column reaches back, and no further."""


def add_routes(app: web.Application) -> None:
    """Add every web surface to the origin."""
    app.router.add_get(urlsplit(columns.PATH).path, column_list)
    app.router.add_get(web_article.PATH + "{digits}", article)


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


async def article(request: web.Request) -> web.Response:
    found = dataset_of(request).by_code.get(f"NW{request.match_info['digits']}")
    data = article_data(found) if found else None
    return json_response(to_json({"data": data, "errorcode": 0, "id": "0", "message": "", "success": 1}))


def article_data(article: OriginArticle) -> dict[str, str]:
    return {
        "Art_Code": article.info_code[2:],
        "Art_Title": article.title,
        "Art_ShowTime": article.showtime.replace("-", "/"),
        "Art_Media_Name": article.media_name,
        "Art_UniqueUrl": article.url_w,
        "Art_Content": article.content_html,
    }

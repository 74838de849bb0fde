"""Category pages of the web site: HTML, twenty rows a page, newest first, with dates without a year."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from aiohttp import web

from finews_crawler.sources.eastmoney_web.category_page import LAST_PAGE
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.dataset import dataset_of

ROWS = 20
SHOWTIME = re.compile(r"\d{4}-(\d{2})-(\d{2}) (\d{2}:\d{2}):\d{2}")
PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>证券聚焦 _ 财经频道 _ 东方财富网</title></head>
<body><div class="main"><div class="listwrap"><div class="title"><h1>证券聚焦</h1></div>
<div class="repeatList"><ul id="newsListContent">
{rows}
</ul></div><div class="pagerbox"><a href="{name}.html">1</a><a href="{name}_2.html">下一页</a></div></div></div>
</body></html>
"""
ROW = """<li id="newsTr{number}"><div class="text text-no-img">
<p class="title"><a href="{url}" target="_blank">{title}</a></p>
<p class="info" title="{digest}">{short}</p>
<p class="time">
{time}
</p></div></li>"""


def add_routes(app: web.Application) -> None:
    app.router.add_get(r"/a/{name:c[a-z0-9]+}{number:(?:_[0-9]+)?}.html", category)


async def category(request: web.Request) -> web.Response:
    """Serve a page of a category. Every category has every article that has an outlet; page 26 is 404."""
    number = int(request.match_info["number"].lstrip("_") or 1)
    listed = [article for article in dataset_of(request).articles if article.media_name]
    rows = listed[(number - 1) * ROWS : number * ROWS]
    if not 1 <= number <= LAST_PAGE or not rows:
        return web.Response(status=404, text="<h1>404</h1>", content_type="text/html")
    page = category_html(request.match_info["name"], rows)
    return web.Response(text=page, content_type="text/html", charset="utf-8")


def category_html(name: str, rows: Sequence[OriginArticle]) -> str:
    return PAGE.format(name=name, rows="\n".join(map(row, range(len(rows)), rows)))


def row(number: int, article: OriginArticle) -> str:
    digest = html.escape(article.simdigest)
    return ROW.format(
        number=number,
        url=article.url_w,
        title=html.escape(article.title),
        digest=digest,
        short=f"{digest[:60]}...",
        time=shown(article.showtime),
    )


def shown(showtime: str) -> str:
    """Return a time as a category page shows it, without year and seconds.

    >>> shown("2022-06-14 17:56:09")
    '06月14日 17:56'
    """
    return SHOWTIME.sub(r"\1月\2日 \3", showtime)

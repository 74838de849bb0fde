"""One article as today's surfaces serve it: as JSON. Source: upstream-today.md, "Articles"."""

from __future__ import annotations

import json
import re

from aiohttp import web

from finews_crawler.sources.eastmoney_web import web_article
from finews_crawler.testing.origin.articles import ROLLING, OriginArticle
from finews_crawler.testing.origin.dataset import dataset_of
from finews_crawler.testing.origin.exchange import json_response
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.seeded_random import seeded_random

# The first two are the column whose number is in an article's address, and one that pages show no list of.
COLUMNS = ("345", "1379", "344", "350", "353", "1059")
HIDDEN = re.compile(r'<p style="display:none;[^"]*">.{0,9}?</p>', re.DOTALL)
SOURCE_LINE = re.compile(r'<p class="em_media">.*?</p>\s*\Z', re.DOTALL)
START_CHART, END_CHART = "<!-- EM_StockImg_Start -->", "<!-- EM_StockImg_End -->"
INDEX_CHART = (
    '<p style="text-align:center;"><a href="http://quote.eastmoney.com/unify/r/100.DJIA" data-code="DJIA|100|_UI" '
    'data-code2="DJIA|100|0|" class="EmImageRemark" target="_blank"><img '
    'src="https://webquotepic.eastmoney.com/GetPic.aspx?nid=100.DJIA&imageType=r&token=0000000000000000000000000000" '
    'border="0" alt="R图 DJIA_0" data-code="R DJIA|100|_UI" data-code2="R DJIA|100|0|" '
    'style="border:#d1d1d1 1px solid;" width="578" height="276" /></a></p>'
)
LINE_ADVERT = "<p>\u3000\u3000在东方财富看资讯行情，选东方财富证券一站式开户交易&gt;&gt;</p>"


def add_routes(app: web.Application) -> None:
    app.router.add_get(web_article.PATH + "{digits}", article_json)


async def article_json(request: web.Request) -> web.Response:
    """Serve an article; ``data`` is null for one that is unknown or not published yet."""
    found = dataset_of(request).by_code.get(f"NW{request.match_info['digits']}")
    data = article_data(found) if found else None
    return json_response(to_json({"data": data, "errorcode": 0, "id": "0", "message": "", "success": 1}))


def article_data(article: OriginArticle) -> dict[str, str]:
    """Return ``data`` of an article's JSON: every value is a string."""
    showtime = article.showtime.replace("-", "/")
    digits = article.info_code[2:]
    summary = article.digest if ROLLING in article.channels else article.simdigest
    return {
        "Art_Code": digits,
        "Art_Title": article.title,
        "Art_SimTitle": article.simtitle,
        "Art_ShowTime": showtime,
        "Art_OrderTime": showtime,
        "Art_Media_Name": article.media_name,
        "Art_Description": summary,
        "Art_Digest": f"{summary}{article.simdigest}",
        "Art_Guidance": f"{summary}{article.simdigest}",
        "Art_UniqueUrl": article.url_w,
        "Art_Url": f"http://finance.eastmoney.com/news/1{COLUMNS[0]},{digits}.html",
        "Art_Column_List": ",".join(COLUMNS),
        "Art_Tip_Info": json.dumps([{"Type": 1005, "Code": "105.NVDA"}, {"Type": 1001, "Code": "90.BK0800"}]),
        "Art_EnableCrawl": "1",
        "Art_Original": "1",
        "Art_Content": with_adverts(SOURCE_LINE.sub("", article.content_html), article.info_code),
    }


def with_adverts(body: str, info_code: str) -> str:
    """Return a body with an advert at its end, except for every fourth one; every fifth one has another at its top."""
    serial = int(info_code[-6:])
    if serial % 5 == 0:
        hidden = HIDDEN.match(body)
        start = hidden.end() if hidden else 0
        body = body[:start] + LINE_ADVERT + body[start:]
    return body + image_advert(serial) if serial % 4 != 1 and body else body


def with_new_markup(body: str, info_code: str) -> str:
    """Return a body with the mark-up that GetNewsText did not have: charts of an index, the comments of one of them
    astride a paragraph, and a heading over a link to another article.

    Only the fault ``today-markup`` does this, so that both generations of surfaces have the same articles otherwise.
    """
    first, end, rest = body.partition("</p>")
    astride = f"{first}{START_CHART}{end}{INDEX_CHART}{END_CHART}{START_CHART}{INDEX_CHART}{END_CHART}{rest}"
    link = f'<a href="http://finance.eastmoney.com/a/{info_code[2:]}.html" textvalue="订单饱满">订单饱满</a>'
    return f'{astride}<h3 class="emh3">\u3000\u3000公司新闻</h3><p>\u3000\u3000{link}</p>'


def image_advert(serial: int) -> str:
    drawn = seeded_random("advert", serial).randrange(10**19, 10**20)
    return (
        f'<p style="text-align:center;"><a href="https://acttg.eastmoney.com/pub/xxlout_app_random_{serial:08x}">'
        f'<img src="https://np-newspic.dfcfw.com/download/D{drawn}_w690h389.jpg" class="em_handle_adv_close" /></a></p>'
    )

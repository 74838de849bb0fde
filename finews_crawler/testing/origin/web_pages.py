"""The page of an article in three templates, by the article. Source: upstream-today.md, "Articles".

The templates put comments, a digest, the editor's name and advice on sharing around the article in its container.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

from aiohttp import web

from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.dataset import dataset_of
from finews_crawler.testing.origin.timestamps import SHOWTIME
from finews_crawler.testing.origin.web_articles import SOURCE_LINE, with_adverts
from finews_crawler.utils.timezone import BEIJING

NOT_FOUND = "<!DOCTYPE html><html><head><title>404</title></head><body><p>抱歉，您访问的页面不存在。</p></body></html>"


def add_routes(app: web.Application) -> None:
    app.router.add_get("/a/{digits:[0-9]+}.html", article_page)
    app.router.add_get("/news/{channel:[0-9]+},{digits:[0-9]+}.html", article_page)


async def article_page(request: web.Request) -> web.Response:
    """Serve an article under both of its addresses; 404 for one that is unknown or not published yet."""
    found = dataset_of(request).by_code.get(f"NW{request.match_info['digits']}")
    page = page_of(found) if found else NOT_FOUND
    return web.Response(
        status=200 if found else 404, body=page.encode("utf-8", "replace"), content_type="text/html", charset="utf-8"
    )


def page_of(article: OriginArticle) -> str:
    """Return the page of an article: today's template, the one until 2024, or the third one."""
    section = (today, until_2024, third)[int(article.info_code[-1]) % 3](article)
    head = f'<meta charset="utf-8">\n<title>{escape(article.title, quote=False)}_东方财富网</title>'
    return f"<!DOCTYPE html>\n<html>\n<head>\n{head}\n</head>\n<body>\n{section}\n</body>\n</html>\n"


def shown_time(article: OriginArticle) -> str:
    """Return the time without seconds, as pages have it."""
    moment = datetime.strptime(article.showtime, SHOWTIME).replace(tzinfo=BEIJING)
    return f"{moment:%Y年%m月%d日 %H:%M}"


def today(article: OriginArticle) -> str:
    source = f'<div class="item">来源：{escape(article.media_name)}</div>' if article.media_name else ""
    return f"""<div class="contentwrap">
<div class="title">{escape(article.title, quote=False)}</div>
<div class="tipbox"><div class="infos"><div class=" item">{shown_time(article)}</div>{source}</div></div>
<div class="zwinfos"><div class="abstract"><div class="txt">{escape(article.digest)}</div></div>
<div class="txtinfos" id="ContentBody" style="margin-top:0;">
<!--文章主体-->
{body_of(article)}
<p>（责任编辑：编辑七）</p><p>打开微信，</p><p>点击底部的“发现”</p>
</div></div></div>"""


def until_2024(article: OriginArticle) -> str:
    medium = escape(article.media_name)
    return f"""<div class="newsContent">
<h1>{escape(article.title, quote=False)}</h1>
<div class="time-source"><div class="time">{shown_time(article)}</div>
<div class="source data-source" data-source="{medium}">来源：<span>{medium}</span></div></div>
<div id="ContentBody" class="Body">
<div class="b-review">{escape(article.digest)}</div>
<!--文章主体-->
{body_of(article)}
<!--原文标题-->
<p class="res-edit">（责任编辑：编辑七）</p>
<div class="BodyEnd" id="comBodyEnd"></div>
</div></div>"""


def body_of(article: OriginArticle) -> str:
    """Return the body with its source line, which follows the adverts."""
    line = SOURCE_LINE.search(article.content_html)
    return with_adverts(SOURCE_LINE.sub("", article.content_html), article.info_code) + (line[0] if line else "")


def third(article: OriginArticle) -> str:
    source = f"来源：{escape(article.media_name)}" if article.media_name else ""
    body = with_adverts(SOURCE_LINE.sub("", article.content_html), article.info_code)
    return f"""<h1>{escape(article.title, quote=False)}</h1>
<div class="info"><span class="time">{shown_time(article)}</span> <span class="source">{source}</span></div>
<div class="content_text">{body}</div>"""

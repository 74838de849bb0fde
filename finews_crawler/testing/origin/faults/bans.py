"""Faults of a server that turns a client away: by a status, a page, a login, or an article without a body."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import format_datetime

from aiohttp import web

from finews_crawler.testing.origin.empty_articles import without_bodies
from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH, Exchange
from finews_crawler.testing.origin.faults.base import Number, fault
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.share_site import EMPTY_BODIES
from finews_crawler.utils import clock

VERIFICATION = "<html><head><title>访问验证</title></head><body>请完成验证后继续访问</body></html>"

CHALLENGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>安全检查</title>
<script>
(function () {
  document.cookie = "passed=" + Date.now().toString(36) + "; path=/";
  setTimeout(function () { location.reload(); }, 3000);
})();
</script>
</head>
<body>
<h1>请完成验证</h1>
<p>您的访问过于频繁，请按住滑块拖到最右边，验证通过后页面会自动刷新。</p>
<noscript>请打开浏览器的脚本功能。</noscript>
</body>
</html>
"""

LOGIN = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>用户登录</title>
</head>
<body>
<form method="post" action="/login">
<label>手机号 <input name="phone"></label>
<label>密码 <input name="password" type="password"></label>
<button>登录后查看全文</button>
</form>
</body>
</html>
"""


EMPTY_PAGE = b"<!DOCTYPE html>\n<html>\n<head></head>\n<body></body>\n</html>\n"
LOGIN_PATH = "/login"


@fault("429", Number(1, least=0), on=Exchange.is_first)
def too_many_requests(exchange: Exchange, seconds: int) -> web.Response:
    """429 and Retry-After 1, or N as 429=N, for the first request of each path"""
    return web.Response(status=429, headers={"Retry-After": str(seconds)})


@fault("429-date", Number(2), on=Exchange.is_first)
def too_many_requests_until(exchange: Exchange, seconds: int) -> web.Response:
    """429 and a Retry-After that is a date, 2 or, as 429-date=N, N seconds ahead, for the first request of each path"""
    # An HTTP date has whole seconds: one more, so that the wait is never shorter than N.
    until = clock.now().astimezone(UTC) + timedelta(seconds=seconds + 1)
    return web.Response(status=429, headers={"Retry-After": format_datetime(until, usegmt=True)})


@fault("refused", Number(403, least=400, most=599), on=Exchange.is_article)
def refused(exchange: Exchange, status: int) -> web.Response:
    """403, or the status N of refused=N, for every article after ten responses"""
    return web.Response(status=status) if exchange.nth_article > 10 else exchange.response


@fault("soft-ban", Number(0, least=0), on=Exchange.is_article)
def soft_ban(exchange: Exchange, after: int) -> web.Response:
    """200 and empty bodies for every article, or, as soft-ban=N, for all after N responses"""
    if exchange.nth_article <= after:
        return exchange.response
    if exchange.path == NEWS_TEXT_PATH:
        return exchange.with_body(to_json(EMPTY_BODIES))
    return without_bodies(exchange) if exchange.is_web_article() else exchange.with_body(EMPTY_PAGE, "text/html")


@fault("challenge", Number(0, least=0), on=Exchange.is_article)
def challenge(exchange: Exchange, after: int) -> web.Response:
    """200 and a page with a challenge for every article, or, as challenge=N, for all after N responses"""
    return exchange.with_body(CHALLENGE.encode(), "text/html") if exchange.nth_article > after else exchange.response


@fault("login", Number(0, least=0))
def login(exchange: Exchange, after: int) -> web.Response:
    """302 to a login form for every article, or, as login=N, for all after N responses"""
    if exchange.path == LOGIN_PATH:
        return web.Response(text=LOGIN, content_type="text/html")
    banned = exchange.is_article() and exchange.nth_article > after
    return web.Response(status=302, headers={"Location": LOGIN_PATH}) if banned else exchange.response


@fault("html-list", on=Exchange.is_list)
def html_list(exchange: Exchange, _: int) -> web.Response:
    """an HTML page with a verification instead of every list"""
    return exchange.with_body(VERIFICATION.encode(), "text/html")

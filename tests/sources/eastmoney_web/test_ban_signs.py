"""Ban signs of today's surfaces: a page instead of JSON is one, `data: null` and empty lists are none."""

from __future__ import annotations

import pytest

from finews_crawler.sources import HOST_DEFAULTS, ban_sign, ban_signs_at
from finews_crawler.sources.eastmoney_web.channels import CHANNELS

COLUMN = CHANNELS["columns:345"].url("https://np-listapi.eastmoney.com", 100)
FAST = CHANNELS["fast"].url("https://np-weblist.eastmoney.com", 100)
ARTICLE = "https://newsinfo.eastmoney.com/kuaixun/v2/api/article/202205182383638060?guid=1"
ROBOTS = "https://newsinfo.eastmoney.com/robots.txt"
PAGE = b"<html><title>\xe8\xae\xbf\xe9\x97\xae\xe9\xaa\x8c\xe8\xaf\x81</title></html>"


def sign_of(requested: str, responded: str, status: int, body: bytes) -> str | None:
    return ban_sign(ban_signs_at(requested, HOST_DEFAULTS), requested, responded, status, body)


@pytest.mark.parametrize("url", [COLUMN, FAST, ARTICLE])
@pytest.mark.parametrize(
    ("status", "body", "sign"),
    [
        (200, b'{"code":"1","data":{"list":[]}}', ""),
        (200, b'{"code":"1","message":"success","data":null}', ""),
        (200, b'var ajaxResult={"rc":1,"LivesList":[]};', ""),
        (200, b"callback({});", ""),
        (200, b'{"code":"1","da', None),
        (200, b"", "an empty answer"),
        (200, PAGE, "a page where JSON was promised: '<html><title>访问验证</title></html>'"),
        (403, b"", "HTTP status 403"),
        (429, b"", "HTTP status 429"),
        (302, b"", "HTTP status 302 that cannot be followed"),
        (304, b"", None),
        (404, b"", None),
        (503, PAGE, None),
    ],
)
def test_ban_signs_of_json_surfaces(url: str, status: int, body: bytes, sign: str | None) -> None:
    # An article without data is neither: it may be gone, and the host has not shown that it serves this client.
    expected = None if url == ARTICLE and sign == "" and b'"list"' not in body else sign
    assert sign_of(url, url, status, body) == expected


@pytest.mark.parametrize(
    ("status", "body", "sign"),
    [
        (200, b'<div id="ContentBody"><p>A</p></div>', ""),
        (200, '<div class="content_text"><p>验证</p></div>'.encode(), ""),
        (200, PAGE, "a challenge in place of the article: '访问验证'"),
        (200, b"", "a page without text"),
        (200, "<title>404</title><p>抱歉，您访问的页面不存在。</p>".encode(), None),
        (200, b"<html><p>A new template</p></html>", None),
        (403, b"", "HTTP status 403"),
        (302, b"", "HTTP status 302 that cannot be followed"),
        (404, PAGE, None),
    ],
)
@pytest.mark.parametrize("path", ["/a/202205182383638060.html", "/news/1345,202205182383638060.html"])
def test_ban_signs_of_article_pages(path: str, status: int, body: bytes, sign: str | None) -> None:
    url = f"https://finance.eastmoney.com{path}"
    assert sign_of(url, url, status, body) == sign


@pytest.mark.parametrize(
    ("path", "sign"),
    [
        ("/a/202205182383638060.html", ""),
        ("/a/202205182383638061.html", "another page, '/a/202205182383638061.html'"),
        ("/verify.html", "another page, '/verify.html'"),
    ],
)
def test_an_article_page_may_be_on_another_host_of_the_site(path: str, sign: str) -> None:
    url, body = "https://finance.eastmoney.com/a/202205182383638060.html", b'<div id="ContentBody">A</div>'
    assert sign_of(url, f"https://stock.eastmoney.com{path}", 200, body) == sign


def test_a_redirect_to_another_page_is_a_ban_sign() -> None:
    login = "https://np-listapi.eastmoney.com/login"
    assert sign_of(COLUMN, login, 200, b"{}") == "another page, '/login'"


def test_a_page_is_no_sign_where_no_json_was_promised() -> None:
    assert sign_of(ROBOTS, ROBOTS, 200, PAGE) == ""

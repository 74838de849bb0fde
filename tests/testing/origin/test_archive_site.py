from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from finews_crawler.content.slug import slug
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.http_client import fetch

ROW = re.compile(r'<li><a href="([^"]+)">([^<]+)</a></li>')
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def origin() -> Iterator[RunningOrigin]:
    with running_origin(120) as running:
        yield running


def escaped(title: str) -> str:
    return title.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#x27;")


def of_medium(origin: RunningOrigin, media_name: str) -> list[OriginArticle]:
    return [a for a in origin.articles if a.media_name == media_name]


def post_path(article: OriginArticle) -> str:
    day = article.showtime[:10].replace("-", "/")
    return f"/{quote(slug(article.media_name).lower())}/{day}/{article.info_code}.html"


def section(text: str) -> str:
    return text.partition("<section>")[2].partition("</section>")[0]


@pytest.mark.parametrize("media_name", ["长江商报", "21世纪经济报道  南财理财通", "Career In 投行PEVC", "Techweb"])
def test_a_category_lists_its_posts_newest_first(origin: RunningOrigin, media_name: str) -> None:
    answer = fetch(f"{origin.url}/category/{quote(slug(media_name))}.html")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = section(answer.text)
    assert page.strip().startswith(f'<h2 id="{media_name}新闻">{media_name}新闻</h2>\n<ul>\n')
    rows = [(post_path(a), escaped(a.title)) for a in of_medium(origin, media_name)]
    assert ROW.findall(page) == rows
    assert all(fetch(origin.url + path).status == 200 for path, _ in rows)


def test_spaces_in_a_post_url_are_percent_encoded(origin: RunningOrigin) -> None:
    page = fetch(f"{origin.url}/category/21shijijingjibaodao%20%20nancailicaitong.html").text
    assert ROW.findall(page)[0][0].startswith("/21shijijingjibaodao%20%20nancailicaitong/2022/05/26/NW20220526")


def test_category_names_differ_in_case(origin: RunningOrigin) -> None:
    pages = [fetch(f"{origin.url}/category/{name}.html") for name in ("TechWeb", "Techweb", "techweb")]
    assert [page.status for page in pages] == [200, 200, 404]
    first, second = (dict(ROW.findall(page.text)) for page in pages[:2])
    assert not set(first) & set(second)
    assert all(path.startswith("/techweb/") for path in [*first, *second])


def test_the_rolling_category_leaves_out_the_post_jekyll_ignored(origin: RunningOrigin) -> None:
    stems = re.findall(r"/emnews/2022/05/\d\d/(\d{18})\.html", fetch(f"{origin.url}/category/emnews.html").text)
    assert stems == [a.info_code[2:] for a in origin.articles if "rolling" in a.channels and not a.blank_row]


def test_the_rolling_category_has_the_path_in_its_footers(origin: RunningOrigin) -> None:
    assert fetch(f"{origin.url}/emnews/").body == fetch(f"{origin.url}/category/emnews.html").body


def test_home_lists_the_newest_five_of_each_tag(origin: RunningOrigin) -> None:
    page = section(fetch(f"{origin.url}/").text)
    lists = dict(re.findall(r'<h2 id="([^"]+)">.*?</h2>\n<ul>\n(.*?)</ul>', page, re.DOTALL))
    assert set(lists) == {f"{a.media_name}新闻" for a in origin.articles if a.media_name} | {"东财滚动新闻"}
    assert len(ROW.findall(lists["东财滚动新闻"])) == 5
    newest = [post_path(a) for a in of_medium(origin, "长江商报")[:5]]
    assert [path for path, _ in ROW.findall(lists["长江商报新闻"])] == newest


def test_post_page_of_an_outlet(origin: RunningOrigin) -> None:
    article = of_medium(origin, "Career In 投行PEVC")[0]
    share = f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={article.info_code}"
    page = section(fetch(origin.url + post_path(article)).text)
    assert page.strip().startswith(
        f"<small>(GMT+8, Asia/Shanghai, CST) {article.showtime}</small>\n<h1>{article.title}</h1>\n\n<p style="
    )
    assert f"（文章来源：{article.media_name}）</p>\n\n" in page
    assert page.rstrip().endswith(
        f'<p><a href="{share}">{share}</a></p>\n\n'
        f'<p><a href="//finews.withounder.com/category/Career In touxingPEVC.html">返回{article.media_name}新闻</a>｜'
        '<a href="//finews.withounder.com/">返回首页</a></p>\n\n\n'
        f"  <small>tags: <em>{article.media_name}新闻</em></small>"
    )
    assert "\u3000\u3000" not in page
    assert article.text_html.count("<p") + 4 >= page.count("<p")


def test_a_rolling_post_begins_with_its_digest(origin: RunningOrigin) -> None:
    article = next(a for a in origin.articles if a.channels == {"rolling", "media"} and "【" in a.digest)
    page = section(fetch(f"{origin.url}/emnews/2022/05/26/{article.info_code[2:]}.html").text)
    quoted = article.digest.rpartition("】")[2]
    assert f"</h1>\n\n<blockquote>\n  <p>{quoted}</p>\n</blockquote>\n\n<p style=" in page
    assert 'class="keytip"' in page
    assert f'<p><a href="{article.url_w}">{article.url_w}</a></p>' in page
    assert '<a href="//finews.withounder.com/emnews/">返回东财滚动新闻</a>｜' in page
    assert "<em>东财滚动新闻</em>" in page


def test_a_body_is_rendered_as_kramdown_does(origin: RunningOrigin) -> None:
    article = next(a for a in origin.articles if "EM_StockImg" in a.text_html and a.media_name)
    page = fetch(origin.url + post_path(article)).text
    assert "&amp;imageType=k&amp;token=" in page
    assert "\n<!-- EM_StockImg_Start -->\n" in page


def test_unknown_paths_are_404(origin: RunningOrigin) -> None:
    blank = next(a for a in origin.articles if a.blank_row)
    gone = ["/category/", "/category/nobody.html", "/nothing", f"/emnews/2022/05/26/{blank.info_code[2:]}.html"]
    assert [fetch(origin.url + path).status for path in gone] == [404] * len(gone)


def test_the_feed_is_atom_with_the_newest_ten(origin: RunningOrigin) -> None:
    answer = fetch(f"{origin.url}/feed.xml")
    assert answer.headers.get_content_type() == "application/xml"
    entries = ET.fromstring(answer.body).findall(f"{ATOM}entry")
    links = [entry.find(f"{ATOM}link") for entry in entries]
    assert len(entries) == 10
    assert links[0] is not None
    assert links[0].get("href") == f"https://finews.withounder.com{post_path(origin.articles[0])}"
    assert entries[0].findtext(f"{ATOM}published") == "2022-05-26T23:59:58+08:00"
    assert "返回首页" in (entries[0].findtext(f"{ATOM}content") or "")

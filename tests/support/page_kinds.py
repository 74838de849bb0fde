"""A site with a page of every kind, for the tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from finews_crawler.items import Article, Ticker
from finews_crawler.site import listings
from finews_crawler.site.theme_install import install_theme
from tests.support.searches import ordinary_articles, store
from tests.support.shared_folder import shared_folder
from tests.support.site_fixtures import require_jekyll
from tests.support.sites import POSTS_A_PAGE, Site, article, many, serving

DAY = "2022-05-26"
LONG_TITLE = (
    "江城重工与海棠微电就车规芯片、储能电池及冷链物流等多个项目达成合作意向并拟于年内在长沙珠海宁波三地分期投产" * 2
)
ORDINARY, MONTHS = 90, 2
FORMER_OUTLET, OUTLET = "海港晨报", "河岸日报"
IMAGES = """<p>江城重工<span data-code="1,600050">中国联通</span>公告。</p>
<center><img src="https://dfscdn.dfcfw.com/download/D24000000000000000001_w800h555.jpg" alt="Image" width="580"
 style="border:#d1d1d1 1px solid;padding:3px;margin:5px 0;" /></center>
<p>第二段。<img src="https://dfscdn.dfcfw.com/download/D24000000000000000002_w400h900.jpg" alt="Image" /></p>
<p><img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=1.600050&amp;imageType=k" border="0" alt="K图"
 data-code="K 600050|1|1" style="border:#d1d1d1 1px solid;" width="578" height="276" /></p>
<table><tr><th>名称</th><th>代码</th><th>收盘价</th><th>涨跌幅</th><th>成交额</th><th>换手率</th></tr>
<tr><td>中国联通</td><td>600050.SH</td><td>3.45</td><td>1.2%</td><td>8.5亿元</td><td>0.8%</td></tr></table>
<p>正文结束。</p>"""


class PageKinds(NamedTuple):
    """A served site, and the paths of its pages by kind."""

    url: str
    folder: Path
    paths: dict[str, str]


def articles() -> list[Article]:
    """Return articles that need a page of every kind, a full day, and long titles."""
    full = [
        article(2000 + n, DAY, f"第{n % 12}家财经媒体", title=f"{LONG_TITLE}（{n}）", digest=f"{LONG_TITLE}。" * 2)
        for n in range(60)
    ]
    unicom = [Ticker("600050.SH", "中国联通", "inline")]
    pictured = article(3000, DAY, "证券时报", title="中国联通公告", body_html=IMAGES, tickers=unicom)
    return [*many(), *full, pictured, *ordinary_articles(ORDINARY, MONTHS)]


def build(data: Path) -> None:
    with closing(Site(data)) as site, pytest.MonkeyPatch.context() as patch:
        patch.setattr(listings, "POSTS_A_PAGE", POSTS_A_PAGE)
        store(site.archive, [*articles(), article(90, DAY, FORMER_OUTLET)])
        install_theme(site.directory.site)
        site.build()
        store(site.archive, [article(90, DAY, OUTLET, is_refetched=True)])
        site.build()


def paths_of(folder: Path) -> dict[str, str]:
    """Return the paths of pages of a built site by kind, without a leading slash."""

    def first(pattern: str, *texts: str) -> str:
        pages = (path for path in sorted(folder.glob(pattern)) if path.is_file())
        return next(
            path.relative_to(folder).as_posix()
            for path in pages
            if all(text in path.read_text("utf-8") for text in texts)
        )

    return {
        **{"home": "", "post": first("zhengquanshibao/2022/05/26/*.html", "_w400h900", "<table")},
        **{"rolling post": first("emnews/2022/*/*/*.html"), "rolling": "emnews/"},
        **{"ticker": "ticker/600050.SH.html", "ticker month": first("ticker/600050.SH/*.html")},
        **{"tickers": "tickers.html", "exchange": "tickers/sh.html"},
        **{"outlet": "category/zhengquanshibao.html", "outlet month": first("category/zhengquanshibao/*.html")},
        **{"day": "2022/05/26.html", "month": "2022/05.html", "archive": "archive.html", "media": "media.html"},
        **{"search": "search.html", "found": f"search.html?q={quote('公司')}"},
        **{"nothing found": f"search.html?q={quote('中国联通没有的词')}&from=2022-05-01", "missing": "nothing.html"},
        "redirect": first("haigangchenbao/2022/*/*/*.html", "http-equiv"),
    }


def serve(factory: pytest.TempPathFactory) -> Iterator[PageKinds]:
    """Build the site, once in a test run, and serve it."""
    require_jekyll()
    folder = (shared_folder(factory, "every-kind", build) / "_site").resolve()
    with serving(folder) as url:
        yield PageKinds(f"{url}/", folder, paths_of(folder))

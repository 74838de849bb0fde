"""Pages for readers: home by day, index of tickers, feeds, days and months that lead to each other."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from xml.etree.ElementTree import Element, fromstring

import pytest

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.slug import slug
from finews_crawler.exporters.jekyll_post import post_name
from finews_crawler.items import Ticker
from finews_crawler.site import index_stage, listings, sitemaps
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.sites import Site, article, links

pytestmark = NEEDS_JEKYLL

ATOM = "{http://www.w3.org/2005/Atom}"
UNICOM = Ticker("600050.SH", "中国联通", "inline")
NIO = Ticker("NIO.US", "蔚来", "inline")


def feed(site: Site, path: str) -> Element:
    return fromstring(site.page(path))


def test_the_home_page_has_the_newest_posts_of_all_outlets_by_day(site: Site) -> None:
    old = [article(number, "2022-05-25", "证券时报") for number in range(30)]
    new = [
        article(number, "2022-05-26", f"媒体{number}", digest="公司公告。", tickers=[UNICOM]) for number in range(20)
    ]
    site.store(*old, *new)
    site.build()
    home = site.page("index.html")
    assert re.findall(r'<h2><a href="(/2022/05/..\.html)">(.*?)</a> <small>(\d+) 篇', home) == [
        ("/2022/05/26.html", "2022-05-26", "20"),
        ("/2022/05/25.html", "2022-05-25", "30"),
    ]
    expected = [f"{one.info_code}.html" for one in (*reversed(new), *reversed(old))][:40]
    assert [link.rpartition("/")[2] for link in links(home)] == expected
    assert home.count('<span class="digest">公司公告。</span>') == 20
    assert '<span class="about"><a href="/ticker/600050.SH.html">中国联通</a> </span>' in home
    assert re.search(r'<a href="/ticker/600050.SH.html">中国联通 <small>20</small></a>', home)
    assert len(home.encode()) < 60_000


def test_an_outlet_is_shown_with_its_own_name(site: Site) -> None:
    site.store(article(1, "2022-05-26", "每日经济新闻"))
    site.build()
    for path in ("index.html", "media.html", "category/meirijingjixinwen.html"):
        assert ">每日经济新闻<" in site.page(path).replace(" <small>1</small></a>", "<"), path
        assert "新闻新闻<" not in site.page(path), path


def test_the_index_of_tickers_is_by_count_and_by_exchange(site: Site) -> None:
    board = Ticker("BK0493", "新能源", "inline")
    site.store(article(1, "2022-05-25", tickers=[UNICOM, NIO]), article(2, "2022-05-26", tickers=[NIO]))
    site.build()
    index = site.page("tickers.html")
    assert re.findall(r'<li><a href="([^"]*)">([^<]*)</a> <small>(\d) 篇', index) == [
        ("/ticker/NIO.US.html", "蔚来 NIO.US", "2"),
        ("/ticker/600050.SH.html", "中国联通 600050.SH", "1"),
    ]
    assert '<a href="/tickers/us.html">美国 <small>1</small></a>' in index
    assert links(site.page("tickers/sh.html")) == ["/ticker/600050.SH.html"]
    assert json.loads(site.page("tickers/all.json")) == [
        ["600050.SH", "中国联通", 1, "/ticker/600050.SH.html"],
        ["NIO.US", "蔚来", 2, "/ticker/NIO.US.html"],
    ]
    assert board.symbol not in index
    for number, day in ((1, "2022-05-25"), (2, "2022-05-26")):
        (site.directory.posts / post_name(article(number, day))).unlink()
    site.store(article(3, "2022-05-27"))
    site.build()
    assert [path for path in site.served() if path.startswith("tickers/")] == []


def test_the_page_of_a_ticker_has_its_name_a_chart_and_a_feed(site: Site) -> None:
    site.store(*(article(number, "2022-05-26", digest="公告。", tickers=[UNICOM]) for number in range(3)))
    site.store(article(4, "2022-05-20", tickers=[UNICOM]))
    site.build()
    page = site.page("ticker/600050.SH.html")
    assert "<h1>中国联通 <small>600050.SH</small></h1>" in page
    assert "共 4 篇，最多一天 3 篇（2022-05-26）" in page
    assert re.findall(r"M\d+ 48v-(\d+)h3", page) == ["16", "48"]
    assert 'href="https://quote.eastmoney.com/unify/r/1.600050"' in page
    assert '<link rel="alternate" type="application/atom+xml" href="/ticker/600050.SH.xml"' in page
    found = feed(site, "ticker/600050.SH.xml")
    assert found.findtext(f"{ATOM}title") == "中国联通 600050.SH · 金融消息"
    assert found.findtext(f"{ATOM}updated") == "2022-05-26T10:02:00+08:00"
    entries = found.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [f"江城重工第{n}次公告" for n in (2, 1, 0, 4)]
    assert entries[0].findtext(f"{ATOM}id") == article(2, "2022-05-26").share_url
    assert entries[0].findtext(f"{ATOM}summary") == "公告。"


def test_a_feed_is_xml_whatever_a_title_has(site: Site) -> None:
    site.store(article(1, "2022-05-26", title='<b>&"]]>\x0b\ufffe', digest="<&"))
    site.build()
    (entry,) = feed(site, "category/zhengquanshibao.xml").findall(f"{ATOM}entry")
    assert str(entry.findtext(f"{ATOM}title")).startswith('<b>&"]]>')


def test_a_feed_goes_with_the_last_post_of_its_outlet(site: Site) -> None:
    one, other = article(1, "2022-05-26", "第一财经"), article(2, "2022-05-26")
    site.store(one, other)
    site.build()
    assert "category/diyicaijing.xml" in site.served()
    (site.directory.posts / post_name(one)).unlink()
    site.build()
    assert "category/diyicaijing.xml" not in site.served()
    assert "category/zhengquanshibao.xml" in site.served()


def test_a_day_is_by_hour_and_days_and_months_lead_to_each_other(site: Site) -> None:
    first, last = article(1, "2022-04-30"), article(2, "2022-05-26")
    site.store(first, last)
    site.build()
    assert '<a rel="next" href="/2022/05/26.html">后一天 2022-05-26</a>' in site.page("2022/04/30.html")
    site.store(article(3, "2022-05-02"))
    assert site.build().rendered == 1
    assert '<a rel="next" href="/2022/05/02.html">后一天 2022-05-02</a>' in site.page("2022/04/30.html")
    assert '<a rel="prev" href="/2022/05/02.html">前一天 2022-05-02</a>' in site.page("2022/05/26.html")
    assert '<h2 class="hour" id="h10">10 时 <small>1 篇</small></h2>' in site.page("2022/05/26.html")
    assert 'href="#h10"' not in site.page("2022/05/26.html"), "the only hour"
    assert '<a rel="next" href="/2022/05.html">下月 2022-05</a>' in site.page("2022/04.html")
    assert '<a rel="prev" href="/2022/04.html">上月 2022-04</a>' in site.page("2022/05.html")


def test_a_day_of_several_hours_has_links_to_them(site: Site) -> None:
    late = article(2, "2022-05-26", published_at=parse_published_at("2022-05-26 23:01:00"))
    site.store(article(1, "2022-05-26"), late, article(3, "2022-05-26"))
    site.build()
    day = site.page("2022/05/26.html")
    assert re.findall(r'<a href="#(h\d\d)">(.*?)</a>', day) == [("h23", "23 时"), ("h10", "10 时")]
    assert re.findall(r'id="(h\d\d)"', day) == ["h23", "h10"]
    assert len(links(day)) == 3


def test_lists_name_a_ticker_of_which_an_article_has_only_the_code(site: Site) -> None:
    chart = Ticker("600050.SH", "", "kline")
    site.store(article(1, "2022-05-25", tickers=[UNICOM]), article(2, "2022-05-26", tickers=[chart]))
    site.build()
    assert (
        site.page("index.html").count('<span class="about"><a href="/ticker/600050.SH.html">中国联通</a> </span>') == 2
    )


def test_lists_lead_to_a_search_in_them(site: Site) -> None:
    medium = "Career In投行PEVC"
    site.store(article(1, "2022-05-26", medium, tickers=[UNICOM]))
    site.build()
    assert '<a href="/search.html?media=Career+In%E6%8A%95%E8%A1%8CPEVC">搜索</a>' in site.page(
        f"category/{slug(medium)}.html"
    )
    assert '<a href="/search.html?ticker=600050.SH">搜索</a>' in site.page("ticker/600050.SH.html")


def test_the_calendars_have_a_level_for_each_day(site: Site) -> None:
    site.store(article(1, "2022-05-25"), *(article(number, "2022-05-26") for number in range(4)))
    site.build()
    month = site.page("2022/05.html")
    assert '<td class="l1"><a href="/2022/05/25.html">25<small> 1 篇</small></a></td>' in month
    assert '<td class="l4"><a href="/2022/05/26.html">26<small> 4 篇</small></a></td>' in month
    assert month.count("<tr>") == 7, "the head and six weeks: May 2022 begins on a Sunday"
    levels = re.findall(r'<a href="/2022/05.html">.*?<span class="days"[^>]*>(.*?)</span>', site.page("archive.html"))
    assert re.findall(r"l(\d)", levels[0]) == ["0"] * 24 + ["1", "4"] + ["0"] * 5


@pytest.mark.parametrize(
    "path", ["index.html", "2022/05/26.html", "zhengquanshibao/2022/05/26/NW202205260000000001.html"]
)
def test_pages_describe_themselves(site: Site, path: str) -> None:
    site.store(article(1, "2022-05-26", digest="江城重工公告。"))
    site.build()
    page = site.page(path)
    url = f"https://finews.withounder.com/{path.removesuffix('index.html')}"
    assert f'<link rel="canonical" href="{url}">' in page
    assert f'<meta property="og:url" content="{url}">' in page
    assert ('<meta name="description" content="江城重工公告。">' in page) == ("NW" in path)
    assert len(re.findall("<h1", page)) == 1
    assert ('<meta name="author" content="证券时报">' in page) == ("NW" in path)


def test_links_to_other_posts_are_in_a_footer_for_reader_views(site: Site) -> None:
    site.store(article(1, "2022-05-25"), article(2, "2022-05-26"))
    site.build()
    page = site.page("zhengquanshibao/2022/05/26/NW202205260000000002.html")
    footer = re.findall("<footer>(.*?)</footer>", page, re.DOTALL)[0]
    assert "上一篇" in footer
    assert "全部消息" in footer
    assert footer.count("<article") == 0


def test_the_totals_of_lists_are_the_numbers_of_their_posts(site: Site) -> None:
    site.store(*(article(number, f"2022-05-2{number % 3}", tickers=[UNICOM]) for number in range(5)))
    site.store(article(9, "2022-04-20", "第一财经", tickers=[Ticker("600050.SH", "联通", "inline")]))
    site.build()
    (site.directory.posts / post_name(article(1, "2022-05-21"))).unlink()
    site.store(article(7, "2022-05-23"))
    site.build()
    periods = ("''", "month", "substr(date, 1, 10)")
    counted = " UNION ALL ".join(
        f"SELECT kind, key, {period}, COUNT(*) FROM mention GROUP BY 1, 2, 3" for period in periods
    )
    names = "SELECT key, name, COUNT(*) FROM mention WHERE kind = 'ticker' GROUP BY 1, 2"
    with closing(sqlite3.connect(site.directory.site_build / "state.sqlite")) as state:
        assert set(state.execute("SELECT * FROM total")) == set(state.execute(counted))
        assert set(state.execute("SELECT * FROM ticker_name")) == set(state.execute(names))
        assert state.execute("SELECT COUNT(*) FROM ticker_name").fetchone() == (2,)


def test_a_large_month_has_a_sitemap_for_each_day(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_OF_A_MONTH", 2)
    site.store(article(1, "2022-05-25"), article(2, "2022-05-26"), article(3, "2022-04-26"))
    site.build()
    assert {"sitemaps/2022-05.xml", "sitemaps/2022-04.xml"} <= site.served().keys()
    site.store(article(4, "2022-05-27"))
    site.build()
    files = site.served()
    assert sorted(path for path in files if "2022" in path and path.startswith("sitemaps/")) == [
        *(f"sitemaps/{period}.xml" for period in ("2022-04", "2022-05-25", "2022-05-26", "2022-05-27")),
    ]
    assert [files[f"sitemaps/2022-05-{day}.xml"].count(b"<loc>") for day in (25, 26, 27)] == [1, 1, 1]
    assert files["sitemap.xml"].count(b"<loc>") == 5
    (site.directory.posts / post_name(article(4, "2022-05-27"))).unlink()
    site.build()
    assert site.served()["sitemaps/2022-05.xml"].count(b"<loc>") == 2
    assert "sitemaps/2022-05-25.xml" not in site.served()


def test_pages_of_all_months_have_the_present_names_of_a_ticker_and_outlets_of_a_slug(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They changed only with posts of their own month."""
    monkeypatch.setattr(listings, "POSTS_A_PAGE", 2)
    before = [Ticker("600050.SH", "*ST联通", "inline")]
    site.store(*(article(number, "2022-05-26", "重庆在线", tickers=before) for number in range(3)))
    site.build()
    assert "*ST联通" in site.page("ticker/600050.SH/2022-05.html")
    site.store(*(article(number, "2022-06-01", "中青在线", tickers=[UNICOM]) for number in range(10, 15)))
    site.build()
    served = site.served()
    assert "<h1>中国联通 <small>600050.SH</small> 2022-05</h1>" in served["ticker/600050.SH/2022-05.html"].decode()
    assert '<span class="by">重庆在线</span>' in served["category/zhongqingzaixian/2022-05.html"].decode()
    site.build(full=True)
    full = site.served()
    assert {path for path in served.keys() | full.keys() if served.get(path) != full.get(path)} == set()


def test_a_post_that_leaves_the_sitemap_leaves_it_at_once(site: Site) -> None:
    site.store(article(1, "2022-05-26"))
    note = "---\nlayout: post\ntitle: 通知\ndate: 2022-05-26 09:00:00 +0800\ncategories: a\n{}---\n\n文\n"
    path = site.directory.posts / "2022-05-26-note.md"
    path.write_text(note.format(""), "utf-8")
    site.build()
    assert "note.html" in site.page("sitemaps/2022-05.xml")
    path.write_text(note.format("sitemap: false\n"), "utf-8")
    site.build()
    assert "note.html" not in site.page("sitemaps/2022-05.xml")


def test_a_build_where_nothing_has_changed_looks_at_no_list(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.store(article(1, "2022-05-26"))
    site.build()
    monkeypatch.setattr(index_stage, "IndexPages", None)
    assert site.build().files == 0
    own = site.directory.site / "about.md"
    own.write_text("---\ntitle: 关于\n---\n文\n", "utf-8")
    with pytest.raises(TypeError):
        site.build()


def test_rows_of_a_theme_of_the_first_edition_do_not_show_data(site: Site) -> None:
    site.store(article(1, "2022-05-26", title="<b>&"))
    rows = site.directory.site / "_plugins" / "post_rows.rb"
    rows.write_text(
        "module PostRows\n  def post_rows(entries, base, media)\n"
        "    entries.map { |entry| CGI.escapeHTML(entry['title']) }.join\n"
        "  end\nend\nLiquid::Template.register_filter(PostRows)\n",
        "utf-8",
    )
    site.build()
    for path in ("2022/05/26.html", "category/zhengquanshibao.html"):
        assert "&lt;b&gt;&amp;" in site.page(path), path
        assert "=&gt;" not in site.page(path) and "=>" not in site.page(path), path

"""Links from a post to the ones before and after it of its outlet, and to earlier ones about its tickers."""

from __future__ import annotations

import re

import pytest

from finews_crawler.exporters.jekyll_post import post_name
from finews_crawler.items import Article, Ticker
from finews_crawler.site import neighbours
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.sites import Site, article

pytestmark = NEEDS_JEKYLL

UNICOM = Ticker("600050.SH", "中国联通", "inline")
NEIGHBOUR = re.compile(r'<a rel="(prev|next)" href="([^"]*)"><span>[^<]*</span> ([^<]*)</a>')
EARLIER = re.compile(r'<aside class="related">(.*?)</aside>', re.DOTALL)


def page_of(site: Site, one: Article) -> str:
    return site.page(f"{one.slug}/{one.info_code[2:6]}/{one.info_code[6:8]}/{one.info_code[8:10]}/{one.info_code}.html")


def around(site: Site, one: Article) -> dict[str, str]:
    """Return the titles of the posts that a post leads to, by ``prev`` and ``next``."""
    return {rel: title for rel, _, title in NEIGHBOUR.findall(page_of(site, one))}


def earlier(site: Site, one: Article) -> list[str]:
    return re.findall(r'<li><a href="[^"]*">([^<]*)</a>', "".join(EARLIER.findall(page_of(site, one))))


def test_a_post_leads_to_the_ones_before_and_after_it_of_its_outlet(site: Site) -> None:
    first, other, last = article(1, "2022-05-25"), article(2, "2022-05-25", "第一财经"), article(3, "2022-05-26")
    site.store(first, other, last)
    site.build()
    assert around(site, first) == {"next": last.title}
    assert around(site, last) == {"prev": first.title}
    assert around(site, other) == {}


def test_a_post_between_two_others_changes_their_pages_without_jekyll(site: Site) -> None:
    first, between, last = (article(number, f"2022-05-2{number}") for number in (1, 2, 3))
    site.store(first, last)
    site.build()
    site.store(between)
    assert site.build().rendered == 1
    assert around(site, first) == {"next": between.title}
    assert around(site, between) == {"prev": first.title, "next": last.title}
    assert around(site, last) == {"prev": between.title}
    (site.directory.posts / post_name(between)).unlink()
    assert site.build().rendered == 0
    assert (around(site, first), around(site, last)) == ({"next": last.title}, {"prev": first.title})


def test_posts_of_one_second_are_in_one_order_in_every_build(site: Site) -> None:
    posts = [article(number, "2022-05-25") for number in (1, 61, 121)]  # all of them at 10:01
    site.store(posts[1])
    site.build()
    site.store(posts[0], posts[2])
    site.build()
    found = [around(site, one) for one in posts]
    assert found == [
        {"next": posts[1].title},
        {"prev": posts[0].title, "next": posts[2].title},
        {"prev": posts[1].title},
    ]
    site.build(full=True)
    assert [around(site, one) for one in posts] == found


def test_outlets_with_one_slug_do_not_lead_to_each_other(site: Site) -> None:
    first, other, last = (
        article(number, f"2022-05-2{number}", name) for number, name in enumerate(("重庆在线", "中青在线", "重庆在线"))
    )
    site.store(first, last)
    site.build()
    site.store(other)
    site.build()
    assert around(site, first) == {"next": last.title}
    assert around(site, other) == {}


def test_a_post_lists_the_three_earlier_ones_about_its_ticker(site: Site) -> None:
    posts = [article(number, f"2022-05-1{number}", f"媒体{number}", tickers=[UNICOM]) for number in range(6)]
    site.store(*posts)
    site.build()
    assert earlier(site, posts[0]) == []
    assert earlier(site, posts[5]) == [posts[number].title for number in (4, 3, 2)]
    assert '<h2><a href="/ticker/600050.SH.html">中国联通 600050.SH</a> 此前的消息</h2>' in page_of(site, posts[5])
    (site.directory.posts / post_name(posts[3])).unlink()
    site.build()
    assert earlier(site, posts[5]) == [posts[number].title for number in (4, 2, 1)]


def test_a_title_is_text_and_a_comment_in_a_body_is_no_place_for_links(site: Site) -> None:
    odd = '<b>"&amp;</b><!--/neighbours-->'
    body = "<p>一<!--neighbours--><!--/neighbours-->二</p>"
    first, last = article(1, "2022-05-25", title=odd), article(2, "2022-05-26", body_html=body)
    site.store(first, last)
    site.build()
    page = page_of(site, last)
    assert page.index("</article>") < page.index('class="neighbours"')
    assert "<b>" not in page.partition("</article>")[2]
    before = page
    site.store(article(0, "2022-05-24"))
    site.build()
    assert page_of(site, last) == before


def test_a_layout_without_a_place_for_links_is_left_as_it_is(site: Site) -> None:
    site.store(article(1, "2022-05-25"))
    layout = site.directory.site / "_layouts" / "post.html"
    layout.write_text(layout.read_text("utf-8").replace("<!--neighbours--><!--/neighbours-->", ""), "utf-8")
    site.store(article(2, "2022-05-26"))
    site.build()
    assert around(site, article(1, "2022-05-25")) == {}
    assert site.build().files == 0


def test_a_body_with_the_comments_of_a_layout_without_them_stays_whole(site: Site) -> None:
    site.store(article(1, "2022-05-25"))
    body = "一 <!--/neighbours--> 二 <!--neighbours--><!--/neighbours--> 三"
    note = (
        f"---\nlayout: post\ntitle: 通知\ndate: 2022-05-25 09:00:00 +0800\ncategories: zhengquanshibao\n---\n\n{body}\n"
    )
    (site.directory.posts / "2022-05-25-note.md").write_text(note, "utf-8")
    layout = site.directory.site / "_layouts" / "post.html"
    layout.write_text(layout.read_text("utf-8").replace("<!--neighbours--><!--/neighbours-->", ""), "utf-8")
    site.build()
    before = site.page("zhengquanshibao/2022/05/25/note.html")
    assert body in before
    site.store(article(2, "2022-05-25"))
    site.build()
    assert site.page("zhengquanshibao/2022/05/25/note.html") == before


def test_links_are_written_in_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "PAGES_AT_ONCE", 2)
    posts = [article(number, f"2022-05-1{number}") for number in range(5)]
    site.store(*posts)
    site.build()
    assert [around(site, one).get("prev") for one in posts] == [None, *(one.title for one in posts[:-1])]

"""Repeated builds with the real Jekyll: what the next build does after changes and failures."""

from __future__ import annotations

import re
from shutil import rmtree
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site import post_stage, search_bundles
from finews_crawler.site.build_context import BuildReport
from finews_crawler.sources.finews_site.post_lists import parse_feed, post_link
from tests.slow.test_pages import assert_quiet
from tests.support.browser import Reader
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.sites import POSTS_A_PAGE, Site, article, links, serving

pytestmark = NEEDS_JEKYLL


def test_a_second_build_does_nothing(built: Site) -> None:
    before, target = built.served(), built.directory.built_site.resolve()
    assert built.build() == BuildReport(posts=38)
    assert built.directory.built_site.resolve() == target
    assert built.served() == before


def test_a_build_renders_only_the_posts_that_changed(built: Site) -> None:
    built.store(article(7, "2022-03-01"), *(article(n, "2022-05-28") for n in range(12)))
    assert built.build().rendered == 13


def test_a_full_build_rebuilds_what_has_not_changed(small: Site) -> None:
    before = small.served()
    assert small.build(full=True).rendered == 6
    assert small.served() == before


def test_the_feed_has_the_newest_ten_posts_and_the_sitemaps_have_all(built: Site) -> None:
    home = "https://finews.withounder.com"
    rows = built.archive.index.select("SELECT info_code FROM article ORDER BY published_at, info_code")
    codes = [code for (code,) in rows]
    feed = parse_feed(f"{home}/feed.xml", (built.directory.built_site / "feed.xml").read_bytes())
    assert {post.info_code for post in feed.posts} == set(codes[-10:])
    assert all(post.url.startswith(f"{home}/") for post in feed.posts)
    sitemaps = re.findall(r"<loc>([^<]*)</loc>", built.page("sitemap.xml"))
    assert all(url.startswith(f"{home}/sitemaps/") for url in sitemaps)
    locations = [re.findall(r"<loc>([^<]*)</loc>", built.page(url.removeprefix(f"{home}/"))) for url in sitemaps]
    listed = [link.info_code for urls in locations for url in urls if (link := post_link(url))]
    assert sorted(listed) == sorted(codes)


def test_an_outlet_with_many_posts_has_a_page_for_each_month_and_no_post_is_missing(built: Site) -> None:
    page = built.page("category/zhengquanshibao.html")
    assert len(links(page)) == POSTS_A_PAGE
    months = re.findall(r'href="(/category/zhengquanshibao/[^"]*)"', page)
    assert months == [f"/category/zhengquanshibao/{month}.html" for month in ("2022-05", "2022-04", "2022-03")]
    listed = [link for month in months for link in links(built.page(month[1:]))]
    assert len(listed) == len(set(listed)) == 30
    assert listed[:POSTS_A_PAGE] == links(page)
    assert len(links(built.page("ticker/600050.SH/2022-04.html"))) == 6


def test_a_build_after_failed_ones_builds_what_they_did_not(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_stage, "POSTS_A_RUN", 1)
    before = built.served()
    built.store(article(8, "2022-05-26"), article(8, "2022-04-30"))
    bad = built.directory.posts / "2022-05-26-NW202205269999999999.md"
    bad.write_text('---\ntitle: "a" b\n---\n')
    for _ in range(2):
        with pytest.raises(BuildFailed, match=bad.name):
            built.build()
        assert built.served() == before
    bad.unlink()
    assert built.build().rendered == 0, "the others were rendered meanwhile"
    assert "NW202205260000000008.html" in built.page("2022/05/26.html")
    assert "NW202204300000000008.html" in built.page("2022/04/30.html")


def test_posts_rendered_before_a_failure_are_kept(small: Site) -> None:
    small.store(article(8, "2022-05-26"))
    page = small.directory.site / "about.md"
    page.write_text("---\nlayout: default\n---\n{% nonsense %}\n")
    with pytest.raises(BuildFailed, match=r"about\.md"):
        small.build()
    page.unlink()
    assert small.build().rendered == 0
    assert "NW202205260000000008.html" in small.page("2022/05/26.html")


def test_an_unreadable_build_state_is_replaced(small: Site) -> None:
    before = small.served()
    state = small.directory.site_build / "state.sqlite"
    state.write_bytes(b"nonsense" * 1000)
    assert small.build().rendered == 6
    assert small.served() == before
    state.write_bytes(state.read_bytes()[:4096] + b"nonsense" * 10_000)  # only its header is valid
    assert small.build().rendered == 6
    assert small.served() == before


def test_a_post_without_a_layout_is_built_but_not_searchable(small: Site) -> None:
    (small.directory.posts / "2020-01-01-note.md").write_text("---\ntitle: note\ncategories: [2022]\n---\nhello\n")
    small.store(*(article(n, "2022-05-25") for n in range(9)))
    small.build()
    assert "hello" in small.page("2022/2020/01/01/note.html")
    assert "2020-01" not in small.page("search.html")


def test_of_two_posts_with_one_url_the_one_with_the_later_name_is_served(built: Site) -> None:
    post = built.directory.posts / "2022-04-30-NW202204300000000001.md"
    copy = post.with_name("2022-03-30-NW202204300000000001.md")  # its front matter has the date of the first
    copy.write_text(post.read_text("utf-8").replace("投产", "停产"), "utf-8")
    built.build()
    page = "zhengquanshibao/2022/04/30/NW202204300000000001.html"
    assert "投产" in built.page(page)
    post.unlink()
    assert built.build().rendered == 1
    assert "停产" in built.page(page)
    copy.unlink()
    built.build()
    assert page not in built.served()


def test_a_category_of_a_handwritten_post_that_differs_from_another_only_in_case(built: Site) -> None:
    """The index does not know the handwritten post, so the build learns of its category while it is running."""
    twin = built.directory.posts / "2022-03-01-notice.md"
    twin.write_text("---\nlayout: post\ntitle: notice\ncategories: TECHWEB\ntags: TECHWEB\n---\nhi\n")
    built.build()
    assert links(built.page("category/TECHWEB.html")) == ["/techweb/2022/03/01/notice.html"]
    assert len(links(built.page("category/!tech!web/index.html"))) == 2
    post = "techweb/2022/05/26/NW202205260000000050.html"
    assert '/category/!tech!web/">返回TechWeb新闻' in built.page(post)
    assert built.build().rendered == 0
    # Techweb comes after TechWeb, so now it is the handwritten post whose page moves.
    twin.write_text(twin.read_text().replace("TECHWEB", "Techweb"))
    built.build()
    assert len(links(built.page("category/TechWeb.html"))) == 2
    assert '<a href="/category/!techweb/">' in built.page("techweb/2022/03/01/notice.html")
    assert '/category/TechWeb.html">返回TechWeb新闻' in built.page(post)
    assert built.build().rendered == 0


def test_other_files_in_the_site_folder_are_built(small: Site) -> None:
    folder = small.directory.site
    (folder / "category" / "about.md").write_text("---\nlayout: default\n---\nabout the media\n")
    (folder / "category" / "logos").mkdir()
    (folder / "category" / "logos" / "one.txt").write_text("one")
    (folder / ".htaccess").write_text("Options +FollowSymLinks")
    (folder / ".well-known").mkdir()
    (folder / ".well-known" / "security.txt").write_text("mail us")
    small.build()
    assert "about the media" in small.page("category/about.html")
    assert small.page("category/logos/one.txt") == "one"
    assert ".htaccess" in small.served()
    assert ".well-known/security.txt" not in small.served()
    configuration = folder / "_config.yml"
    configuration.write_text(configuration.read_text("utf-8") + "\ninclude: [.well-known]\n", "utf-8")
    small.build()
    assert small.page(".well-known/security.txt") == "mail us"
    assert ".htaccess" not in small.served()


def test_search_by_month_goes_by_publication_time_not_by_file_name(reader: Reader, built: Site) -> None:
    post = built.directory.posts / "2022-04-30-NW202204300000000001.md"
    post.rename(post.with_name("2022-02-28-NW202204300000000001.md"))  # its front matter still has April
    built.build()
    with serving(built.directory.built_site) as url:
        reader.goto(f"{url}/search.html?month=2022-04")
        results = reader.page.locator("#results a")
        expect(results).to_have_count(6)
        paths = [urlsplit(str(link.get_attribute("href"))).path for link in results.all()]
        assert "/zhengquanshibao/2022/04/30/NW202204300000000001.html" in paths
        days = [reader.page.locator(f"input[name={name}]").input_value() for name in ("from", "to")]
        assert days == ["2022-04-01", "2022-04-30"], "links to a month, as an earlier search page made them"
    assert_quiet(reader)


def test_an_open_search_page_searches_what_is_built_later(reader: Reader, built: Site) -> None:
    with serving(built.directory.built_site) as url:
        reader.goto(f"{url}/search.html")
        built.store(article(70, "2022-05-26", title="江城重工复产"))
        built.build()
        reader.page.get_by_role("searchbox").fill("复产")
        expect(reader.page.locator("#results a")).to_have_text("江城重工复产")
    assert [complaint for complaint in reader.complaints if "404" not in complaint] == []


def test_the_search_goes_on_without_an_index_that_is_missing(
    reader: Reader, built: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_bundles, "OPEN_POSTS", 8)
    monkeypatch.setattr(search_bundles, "MOST_OF_MONTHS", 8)
    monkeypatch.setattr(search_bundles, "MOST_POSTS", 8)
    built.build(full=True)
    (folder,) = built.directory.built_site.glob("search-index/2022-04-*")
    rmtree(folder)
    with serving(built.directory.built_site) as url:
        reader.goto(f"{url}/search.html?q=投产")
        results, more = reader.page.locator("#results a"), reader.page.get_by_role("button", name="更多")
        for shown in (10, 20, 30):
            expect(results).to_have_count(shown)
            more.click()
        expect(reader.page.locator("#failure")).to_contain_text("2022-04")
        expect(results).to_have_count(32)

"""Builds with the real Jekyll and Pagefind: what is served equals a full build, and each list is right."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from finews_crawler.articles.links import PostUrls
from finews_crawler.content.slug import slug
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.site import listings
from finews_crawler.site.build import Report
from finews_crawler.site.theme_install import install_theme
from finews_crawler.sources.finews_site.post_lists import parse_feed, post_link
from finews_crawler.utils.files import write_whole
from tests.site.changes import Changes
from tests.site.sites import Site, article, links, many
from tests.support.jekyll_site import NEEDS_JEKYLL

pytestmark = NEEDS_JEKYLL


def test_nothing_changed_is_nothing_built(site: Site) -> None:
    site.store(*many(site))
    first = site.build()
    assert (first.posts, first.parts) == (36, 4)
    before, target = site.served(), site.directory.built_site.resolve()
    assert site.build() == Report(posts=36)
    assert site.directory.built_site.resolve() == target
    assert site.served() == before


def test_changes_one_after_another_give_the_site_that_a_full_build_gives(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(listings, "NEWEST", 10)  # so that months have pages of their own
    site.store(*many(site))
    site.build()
    for number, changes in enumerate(Changes(site).rounds()):
        for change in changes:
            change()
        assert site.build().files > 0
        other = Site(tmp_path / str(number))
        shutil.copytree(site.directory.site, other.directory.site, copy_function=shutil.copy2)
        for file in site.directory.root.glob("index.sqlite*"):  # what is not in it yet lies beside it
            shutil.copy2(file, other.directory.root)
        other.build()
        served, full = site.served(), other.served()
        assert served.keys() == full.keys()
        assert {path for path in served if served[path] != full[path]} == set()
        other.archive.close()


def test_only_the_part_that_changed_is_built(site: Site) -> None:
    site.store(*many(site))
    site.build()
    site.store(article(7, "2022-05-26"))
    assert site.build().parts == 1
    site.store(article(7, "2022-03-01"))
    assert site.build().parts == 1
    # The window moves on: what leaves it is in its month's part.
    site.store(*(article(n, "2022-05-28") for n in range(12)))
    assert site.build().parts == 2


def test_an_empty_archive_has_a_site(site: Site) -> None:
    install_theme(site.directory.site)
    assert site.build().posts == 0
    assert "index.html" in site.served()


def test_the_feed_has_the_newest_ten_and_the_sitemaps_every_post(site: Site) -> None:
    site.store(*many(site))
    site.build()
    home = "https://finews.withounder.com"
    feed = parse_feed(f"{home}/feed.xml", (site.directory.built_site / "feed.xml").read_bytes())
    newest = sorted((f"{one.published_at:%Y-%m-%d %H:%M}", one.info_code) for one in many(site))[-10:]
    assert {post.info_code for post in feed.posts} == {code for _, code in newest}
    assert all(post.url.startswith(f"{home}/") for post in feed.posts)
    sitemaps = re.findall(r"<loc>([^<]*)</loc>", site.page("sitemap.xml"))
    assert all(url.startswith(f"{home}/sitemaps/") for url in sitemaps)
    locations = [re.findall(r"<loc>([^<]*)</loc>", site.page(url.removeprefix(f"{home}/"))) for url in sitemaps]
    codes = [link.info_code for urls in locations for url in urls if (link := post_link(url))]
    assert sorted(codes) == sorted(one.info_code for one in many(site))


def test_old_posts_whose_slug_holds_spaces_are_listed_under_their_own_medium(site: Site) -> None:
    """Without quotes, as older posts have it, Jekyll makes several categories of such a slug."""
    media = {"21世纪经济报道  南财理财通": [], "21世纪经济报道 21财经APP": []}
    for at, name in enumerate(media):
        one = article(at, "2022-05-26", name)
        written = render_post(one, PostUrls())
        spelt = b"\n".join(
            f"categories: {one.slug}".encode() if line.startswith(b"categories:") else line
            for line in written.split(b"\n")
        )
        assert spelt != written
        write_whole(site.directory.posts / post_name(one), spelt)
        media[name].append(one.info_code)
        site.store(one)
    site.build()
    for name, codes in media.items():
        page = site.page(f"category/{slug(name)}.html")
        assert [link.rpartition("/")[2] for link in links(page)] == [f"{code}.html" for code in codes]
        assert f'<h2 id="{name}新闻">' in page


def test_full_builds_everything(site: Site) -> None:
    site.store(*many(site))
    site.build()
    before = site.served()
    assert site.build(full=True).parts == 4
    assert site.served() == before


def test_a_medium_of_many_posts_has_a_page_a_month_and_all_its_posts_are_on_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "NEWEST", 10)
    site.store(*many(site))
    site.build()
    newest = links(site.page("category/zhengquanshibao.html"))
    assert len(newest) == 10
    months = re.findall(r'href="(/category/zhengquanshibao/[^"]*)"', site.page("category/zhengquanshibao.html"))
    assert months == [f"/category/zhengquanshibao/{month}.html" for month in ("2022-05", "2022-04", "2022-03")]
    listed = [link for month in months for link in links(site.page(month[1:]))]
    assert len(listed) == len(set(listed)) == 30
    assert listed[:10] == newest
    assert len(links(site.page("ticker/600050.SH/2022-04.html"))) == 6


def test_slugs_that_differ_in_case_or_hold_spaces_list_their_posts_and_no_others(site: Site) -> None:
    media = ["TechWeb", "Techweb", "Career In投行PEVC", "21世纪经济报道  南财理财通", "安信国际证券(香港)", ""]
    stored = {name: [article(10 * at + n, "2022-05-26", name) for n in range(3)] for at, name in enumerate(media)}
    site.store(*(one for articles in stored.values() for one in articles))
    site.build()
    pages = {
        "TechWeb": "category/TechWeb.html",
        "Techweb": "category/!techweb/index.html",
        "Career In投行PEVC": "category/Career IntouxingPEVC.html",
        "21世纪经济报道  南财理财通": "category/21shijijingjibaodao  nancailicaitong.html",
        "安信国际证券(香港)": "category/anxinguojizhengquan(xianggang).html",
        "": "emnews/index.html",
    }
    for name, page in pages.items():
        codes = {link.rpartition("/")[2].removesuffix(".html")[-10:] for link in links(site.page(page))}
        assert codes == {one.info_code[-10:] for one in stored[name]}, name
    files = site.served()
    assert len({path.casefold() for path in files}) == len(files)
    # The footer of the second leads to its own page, not to the first's.
    post = site.page(f"techweb/2022/05/26/{stored['Techweb'][0].info_code}.html")
    assert '<a href="//finews.withounder.com/category/!techweb/">返回Techweb新闻</a>' in post
    assert '"/category/!techweb/"' in site.page("404.html")

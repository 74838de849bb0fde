"""Pages, feed and sitemaps of a site, as validators read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.support.jekyll_site import NEEDS_JEKYLL, build_site
from tests.support.sites import Site, article
from tests.support.valid_site import ATOM, problems_of_site

pytestmark = NEEDS_JEKYLL
NAMES = ["21世纪经济报道  南财理财通", "Career In投行PEVC", "Ａ股", "重庆在线", "中青在线", "TechWeb", "Techweb", ""]
ODD = "甲\ufffe乙 <b>&\"'"


@pytest.fixture
def valid(site: Site) -> Site:
    site.store(*(article(at, f"2022-{4 + at % 2:02}-26", name, title=f"{ODD}{at}") for at, name in enumerate(NAMES)))
    note = site.directory.posts / "2022-05-27-note.md"
    note.write_text("---\nlayout: post\ntitle: 通知\ncategories: Career\n---\n\n<!-- ]]> -->\n\n<p>丙</p>\n")
    (site.directory.site / "about.md").write_text("---\nlayout: default\n---\n关于\n", "utf-8")
    (site.directory.site / "draft.md").write_text("---\nlayout: default\nsitemap: false\n---\n", "utf-8")
    return site


def test_pages_feed_and_sitemaps_are_valid(valid: Site) -> None:
    valid.build()
    folder = valid.directory.built_site.resolve()
    assert problems_of_site(folder) == ["sitemap.xml: draft.html is missing"]
    authors = {name.text for name in etree.parse(folder / "feed.xml").iter(f"{ATOM}name")}
    assert authors == {*NAMES, "东财滚动", "金融消息"} - {""}


def test_pages_and_feed_of_jekyll_alone_are_valid(valid: Site, tmp_path: Path) -> None:
    built = build_site(valid.directory.site, tmp_path)
    assert problems_of_site(built) == ["sitemap.xml: draft.html is missing"]


def test_a_new_page_is_in_the_sitemap_and_a_removed_one_is_not(valid: Site) -> None:
    valid.build()
    valid.store(article(20, "2022-03-01", "证券时报"))
    (valid.directory.site / "about.md").unlink()
    valid.build()
    assert problems_of_site(valid.directory.built_site.resolve()) == ["sitemap.xml: draft.html is missing"]
    pages = valid.page("sitemaps/pages-1.xml")
    assert "/category/zhengquanshibao.html<" in pages
    assert "/2022/03/01.html<" in pages
    assert "about" not in pages

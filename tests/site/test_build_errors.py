"""Builds that fail, or of what somebody left odd: what is served stays, and it is said what is the matter."""

from __future__ import annotations

import os
import sqlite3

import pytest

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.theme_install import install_theme
from tests.site.sites import Site, article, links, many
from tests.support.jekyll_site import NEEDS_JEKYLL

pytestmark = NEEDS_JEKYLL


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2022-05-26-NW202205269999999999.md", b'---\ntitle: "a" b\n---\n'),
        ("2022-05-26-NW202205269999999998.md", b"---\nlayout: post\ntitle: a\n---\n{% nonsense %}\n"),
        ("2022-03-01-NW202203019999999999.md", b"---\nlayout: post\ndate: never\n---\n"),
    ],
    ids=["front matter", "liquid", "date"],
)
def test_a_failed_build_leaves_the_served_site(site: Site, name: str, content: bytes) -> None:
    site.store(*many(site))
    site.build()
    before = site.served()
    site.store(article(8, "2022-05-26"), article(8, "2022-04-30"))
    (site.directory.posts / name).write_bytes(content)
    for _ in range(2):
        with pytest.raises(BuildFailed, match=name):
            site.build()
        assert site.served() == before
    (site.directory.posts / name).unlink()
    assert site.build().files > 0
    assert "NW202205260000000008.html" in site.page("2022/05/26.html")
    assert "NW202204300000000008.html" in site.page("2022/04/30.html")


def test_a_state_that_cannot_be_read_is_made_anew(site: Site) -> None:
    site.store(*many(site))
    site.build()
    before = site.served()
    state = site.directory.site_build / "state.sqlite"
    state.write_bytes(b"nonsense" * 1000)
    assert site.build().parts == 4
    assert site.served() == before
    state.write_bytes(state.read_bytes()[:4096] + b"nonsense" * 10_000)  # past its header
    assert site.build().parts == 4
    assert site.served() == before


def test_a_missing_layout_is_named_with_what_puts_it_back(site: Site) -> None:
    site.store(*many(site))
    (site.directory.site / "_layouts" / "post.html").unlink()
    with pytest.raises(BuildFailed, match=r"_layouts/post\.html is missing: `scrapy site init`"):
        site.build()
    install_theme(site.directory.site, restore=True)
    assert site.build().parts == 4


def test_a_page_of_the_theme_that_somebody_removed_is_not_made(site: Site) -> None:
    site.store(*many(site))
    site.build()
    (site.directory.site / "media.html").unlink()
    (site.directory.site / "index.html").unlink()
    (site.directory.site / "index.md").write_text("---\nlayout: default\n---\nmine\n")
    site.build()
    assert "mine" in site.page("index.html")
    assert "media.html" not in site.served()


def test_a_folder_of_posts_that_is_not_there_is_no_empty_archive(site: Site) -> None:
    site.store(*many(site))
    site.build()
    before = site.served()
    site.directory.posts.rename(site.directory.site / "elsewhere")
    with pytest.raises(BuildFailed, match=r"there are no posts in .*_posts, and the index knows of 36"):
        site.build()
    assert site.served() == before


def test_a_configuration_that_is_a_link_holds_for_every_part(site: Site) -> None:
    site.store(*many(site))
    configuration = site.directory.site / "_config.yml"
    configuration.rename(site.directory.site / "mine.yml")
    configuration.symlink_to("mine.yml")
    site.build()
    assert "feed.xml" in site.served()
    assert any(path.startswith("sitemaps/") for path in site.served())


def test_what_was_built_before_a_failure_is_kept(site: Site) -> None:
    site.store(*many(site))
    (site.directory.site / "about.md").write_text("---\nlayout: default\n---\n{% nonsense %}\n")
    with pytest.raises(BuildFailed, match=r"about\.md"):
        site.build()
    (site.directory.site / "about.md").unlink()
    assert site.build().parts == 0


def test_a_configuration_that_is_no_yaml_is_told(site: Site) -> None:
    site.store(*many(site))
    (site.directory.site / "_config.yml").write_text("title: [\n")
    with pytest.raises(BuildFailed, match="did not find expected"):
        site.build()


def test_a_post_without_a_layout_is_built_and_not_searched(site: Site) -> None:
    site.store(*many(site))
    (site.directory.posts / "2020-01-01-note.md").write_text("---\ntitle: note\ncategories: [2022]\n---\nhello\n")
    site.build()
    assert "hello" in site.page("2022/2020/01/01/note.html")
    assert "2020-01" not in site.page("search.html")


def test_two_posts_that_claim_one_address_in_two_parts(site: Site) -> None:
    """The later month's has it. When that goes, the page is the other's."""
    site.store(*many(site))
    post = site.directory.posts / "2022-04-30-NW202204300000000001.md"
    copy = post.with_name("2022-03-30-NW202204300000000001.md")  # its front matter has the date of the first
    copy.write_text(post.read_text("utf-8").replace("投产", "停产"), "utf-8")
    site.build()
    page = "zhengquanshibao/2022/04/30/NW202204300000000001.html"
    assert "投产" in site.page(page)
    post.unlink()
    assert site.build().parts == 1
    assert "停产" in site.page(page)
    copy.unlink()
    site.build()
    assert page not in site.served()


def test_a_twin_that_only_a_post_written_by_hand_has(site: Site) -> None:
    site.store(*many(site), article(50, "2022-04-30", "TechWeb"), article(51, "2022-05-26", "TechWeb"))
    site.build()
    twin = site.directory.posts / "2022-03-01-notice.md"
    twin.write_text("---\nlayout: post\ntitle: notice\ncategories: TECHWEB\ntags: TECHWEB\n---\nhi\n")
    site.build()
    assert links(site.page("category/TECHWEB.html")) == ["/techweb/2022/03/01/notice.html"]
    assert len(links(site.page("category/!tech!web/index.html"))) == 2
    for post in ("04/30/NW202204300000000050", "05/26/NW202205260000000051"):
        assert '/category/!tech!web/">返回TechWeb新闻' in site.page(f"techweb/2022/{post}.html")
    assert site.build().parts == 0
    # Now it is the one that has moved.
    twin.write_text(twin.read_text().replace("TECHWEB", "Techweb"))
    site.build()
    assert len(links(site.page("category/TechWeb.html"))) == 2
    assert '<a href="/category/!techweb/">' in site.page("techweb/2022/03/01/notice.html")
    assert '/category/TechWeb.html">返回TechWeb新闻' in site.page("techweb/2022/04/30/NW202204300000000050.html")
    assert site.build().parts == 0


def test_whatever_else_lies_in_the_sites_folder_is_built(site: Site) -> None:
    site.store(*many(site))
    folder = site.directory.site
    (folder / "category" / "about.md").write_text("---\nlayout: default\n---\nabout the media\n")
    (folder / "category" / "logos").mkdir()
    (folder / "category" / "logos" / "one.txt").write_text("one")
    (folder / ".htaccess").write_text("Options +FollowSymLinks")
    (folder / ".well-known").mkdir()
    (folder / ".well-known" / "security.txt").write_text("mail us")
    site.build()
    assert "about the media" in site.page("category/about.html")
    assert site.page("category/logos/one.txt") == "one"
    assert ".htaccess" in site.served()
    assert ".well-known/security.txt" not in site.served()
    configuration = folder / "_config.yml"
    configuration.write_text(configuration.read_text("utf-8") + "\ninclude: [.well-known]\n", "utf-8")
    site.build()
    assert site.page(".well-known/security.txt") == "mail us"
    assert ".htaccess" not in site.served()


def test_nothing_is_noted_as_built_before_it_is_on_disk(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power failure would leave empty files under a state that says they are whole."""
    noted = []

    def sync() -> None:
        with sqlite3.connect(site.directory.site_build / "state.sqlite") as state:
            queries = (
                "SELECT COUNT(*) FROM listing",
                "SELECT COUNT(*) FROM part WHERE digest <> ''",
                "SELECT COUNT(*) FROM fact WHERE name LIKE 'tree %' AND value > '0'",
            )
            counts = tuple(state.execute(query).fetchone()[0] for query in queries)
        noted.append((*map(bool, counts), site.directory.built_site.exists()))

    monkeypatch.setattr(os, "sync", sync)
    site.store(*many(site))
    site.build()
    assert noted == [
        (False, False, False, False),  # before the lists are noted
        (True, False, False, False),  # before the parts are
        (True, True, False, False),  # before the first tree is, and is served
        (True, True, True, True),  # before the second is
    ]
    noted.clear()
    site.build()
    assert noted == []

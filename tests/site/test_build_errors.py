"""Builds that fail, and builds of an unusual site folder: the served site stays, and the error names its cause."""

from __future__ import annotations

import pytest

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.theme_install import install_theme
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.sites import Site, article, links

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
def test_a_post_that_jekyll_rejects_is_named_and_the_served_site_stays(small: Site, name: str, content: bytes) -> None:
    before = small.served()
    (small.directory.posts / name).write_bytes(content)
    with pytest.raises(BuildFailed, match=name):
        small.build()
    assert small.served() == before


def test_a_build_after_failed_ones_builds_what_they_did_not(built: Site) -> None:
    before = built.served()
    built.store(article(8, "2022-05-26"), article(8, "2022-04-30"))
    bad = built.directory.posts / "2022-05-26-NW202205269999999999.md"
    bad.write_text('---\ntitle: "a" b\n---\n')
    for _ in range(2):
        with pytest.raises(BuildFailed, match=bad.name):
            built.build()
        assert built.served() == before
    bad.unlink()
    assert built.build().partitions == 1, "the other one was built meanwhile"
    assert "NW202205260000000008.html" in built.page("2022/05/26.html")
    assert "NW202204300000000008.html" in built.page("2022/04/30.html")


def test_an_unreadable_build_state_is_replaced(small: Site) -> None:
    before = small.served()
    state = small.directory.site_build / "state.sqlite"
    state.write_bytes(b"nonsense" * 1000)
    assert small.build().partitions == 1
    assert small.served() == before
    state.write_bytes(state.read_bytes()[:4096] + b"nonsense" * 10_000)  # only its header is valid
    assert small.build().partitions == 1
    assert small.served() == before


def test_a_missing_layout_is_named_with_the_command_that_restores_it(small: Site) -> None:
    (small.directory.site / "_layouts" / "post.html").unlink()
    with pytest.raises(BuildFailed, match=r"_layouts/post\.html is missing: `scrapy site init`"):
        small.build()
    install_theme(small.directory.site, restore=True)
    assert small.build().partitions == 0, "the theme is the same again"


def test_a_page_of_the_theme_that_was_removed_by_hand_is_not_built(small: Site) -> None:
    (small.directory.site / "media.html").unlink()
    (small.directory.site / "index.html").unlink()
    (small.directory.site / "index.md").write_text("---\nlayout: default\n---\nmine\n")
    small.build()
    assert "mine" in small.page("index.html")
    assert "media.html" not in small.served()


def test_a_missing_folder_of_posts_is_an_error_not_an_empty_archive(small: Site) -> None:
    before = small.served()
    small.directory.posts.rename(small.directory.site / "elsewhere")
    with pytest.raises(BuildFailed, match=r"there are no posts in .*_posts, and the index knows of 6"):
        small.build()
    assert small.served() == before


def test_a_configuration_that_is_a_symbolic_link_is_used_for_every_partition(small: Site) -> None:
    configuration = small.directory.site / "_config.yml"
    configuration.rename(small.directory.site / "mine.yml")
    configuration.symlink_to("mine.yml")
    small.build(full=True)
    assert "feed.xml" in small.served()
    assert any(path.startswith("sitemaps/") for path in small.served())


def test_partitions_built_before_a_failure_are_kept(small: Site) -> None:
    small.store(article(8, "2022-05-26"))
    page = small.directory.site / "about.md"
    page.write_text("---\nlayout: default\n---\n{% nonsense %}\n")
    with pytest.raises(BuildFailed, match=r"about\.md"):
        small.build()
    page.unlink()
    assert small.build().partitions == 0
    assert "NW202205260000000008.html" in small.page("2022/05/26.html")


def test_a_configuration_with_invalid_yaml_is_reported(small: Site) -> None:
    (small.directory.site / "_config.yml").write_text("title: [\n")
    with pytest.raises(BuildFailed, match="did not find expected"):
        small.build()


def test_a_post_without_a_layout_is_built_but_not_searchable(small: Site) -> None:
    (small.directory.posts / "2020-01-01-note.md").write_text("---\ntitle: note\ncategories: [2022]\n---\nhello\n")
    small.store(*(article(n, "2022-05-25") for n in range(9)))  # ten posts at least, so that the note is not recent
    for day in ("24", "23"):
        small.store(article(1, f"2022-05-{day}"))
    small.build()
    assert "hello" in small.page("2022/2020/01/01/note.html")
    assert "2020-01" not in small.page("search.html")


def test_of_two_posts_with_one_url_the_one_of_the_later_partition_is_served(built: Site) -> None:
    post = built.directory.posts / "2022-04-30-NW202204300000000001.md"
    copy = post.with_name("2022-03-30-NW202204300000000001.md")  # its front matter has the date of the first
    copy.write_text(post.read_text("utf-8").replace("投产", "停产"), "utf-8")
    built.build()
    page = "zhengquanshibao/2022/04/30/NW202204300000000001.html"
    assert "投产" in built.page(page)
    post.unlink()
    assert built.build().partitions == 1
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
    assert built.build().partitions == 0
    # Techweb comes after TechWeb, so now it is the handwritten post whose page moves.
    twin.write_text(twin.read_text().replace("TECHWEB", "Techweb"))
    built.build()
    assert len(links(built.page("category/TechWeb.html"))) == 2
    assert '<a href="/category/!techweb/">' in built.page("techweb/2022/03/01/notice.html")
    assert '/category/TechWeb.html">返回TechWeb新闻' in built.page(post)
    assert built.build().partitions == 0


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


def test_a_site_that_was_moved_to_another_path_is_not_rebuilt(small: Site) -> None:
    """``small`` is a copy of a site that was built elsewhere."""
    assert (small.build().partitions, small.build().files) == (0, 0)

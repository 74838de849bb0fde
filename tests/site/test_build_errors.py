"""Builds that fail, and builds of an unusual site folder: the served site stays, and the error names its cause."""

from __future__ import annotations

import sqlite3

import pytest

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.build_context import JekyllChanged
from finews_crawler.site.neighbours import Neighbours
from finews_crawler.site.theme_install import install_theme
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.sites import Site, few

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


def test_a_missing_layout_is_named_with_the_command_that_restores_it(small: Site) -> None:
    (small.directory.site / "_layouts" / "post.html").unlink()
    with pytest.raises(BuildFailed, match=r"_layouts/post\.html is missing: `finews site init`"):
        small.build()
    install_theme(small.directory.site, restore=True)
    assert small.build().rendered == 0, "the theme is the same again"


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


def test_a_configuration_with_invalid_yaml_is_reported(small: Site) -> None:
    (small.directory.site / "_config.yml").write_text("title: [\n")
    with pytest.raises(BuildFailed, match="did not find expected"):
        small.build()


def test_a_site_that_was_moved_to_another_path_is_not_rebuilt(small: Site) -> None:
    """``small`` is a copy of a site that was built elsewhere."""
    assert (small.build().rendered, small.build().files) == (0, 0)


@pytest.mark.parametrize("error", [sqlite3.DatabaseError("database disk image is malformed"), JekyllChanged()])
def test_a_build_that_begins_again_after_its_posts_is_completed(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    errors, update = [error], Neighbours.update

    def fail_once(self: Neighbours) -> None:
        if errors:
            raise errors.pop()
        update(self)

    monkeypatch.setattr(Neighbours, "update", fail_once)
    site.store(*few())
    assert site.build().posts == len(few())
    assert errors == []
    assert "index.html" in site.served()

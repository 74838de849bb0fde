"""Former URLs of posts, and the posts that have them now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from finews_crawler.site.build_state import BuildState
from finews_crawler.site.former_addresses import FILE, FormerAddresses
from finews_crawler.site.post_rows import BuiltPost, ListedPost
from finews_crawler.site.post_table import PostTable
from finews_crawler.site.urls import file_of

ONE, OTHER = "NW202205260000000001", "NW202205260000000002"


class Built:
    """Former addresses, and a build state."""

    def __init__(self, former: FormerAddresses, state: BuildState) -> None:
        self.former, self.state = former, state

    def build(self, urls: dict[str, str]) -> None:
        """Build posts, given by infoCode ('' for one that is not in the index) with their URLs."""
        table = PostTable(self.state)
        posts = [
            BuiltPost(f"{code}.md", file_of(url), ListedPost(url, "", "2022-05-26", "", "", code), [], False, "")
            for code, url in urls.items()
        ]
        table.put(posts, table.digests().keys() - {post.path for post in posts})
        self.former.update({code: url for code, url in urls.items() if code})

    def redirects(self) -> dict[str, str]:
        return self.former.redirects(self.state)


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Built]:
    with ExitStack() as stack:
        former = stack.enter_context(closing(FormerAddresses(tmp_path / FILE)))
        yield Built(former, stack.enter_context(closing(BuildState(tmp_path / "state.sqlite"))))


def test_every_former_url_leads_to_the_present_one(built: Built) -> None:
    for url in ("/a.html", "/b.html", "/c.html"):
        built.build({ONE: url})
    assert built.redirects() == {"/a.html": "/c.html", "/b.html": "/c.html"}
    built.build({ONE: "/a.html"})
    assert built.redirects() == {"/b.html": "/a.html", "/c.html": "/a.html"}


@pytest.mark.parametrize("code", [OTHER, ""])
def test_a_url_that_another_post_has_is_no_redirect(built: Built, code: str) -> None:
    built.build({ONE: "/a.html"})
    built.build({ONE: "/b.html", code: "/A.html"})
    assert built.redirects() == {}
    built.build({ONE: "/b.html", code: "/d.html"})
    assert built.redirects()["/a.html"] == "/b.html"


def test_two_posts_that_swap_their_urls_have_no_redirects(built: Built) -> None:
    built.build({ONE: "/a.html", OTHER: "/b.html"})
    built.build({ONE: "/b.html", OTHER: "/a.html"})
    assert built.redirects() == {}


def test_a_post_that_is_gone_has_no_redirect_until_it_returns(built: Built) -> None:
    built.build({ONE: "/a.html"})
    built.build({ONE: "/b.html"})
    built.build({OTHER: "/c.html"})
    assert built.redirects() == {}
    built.build({ONE: "/d.html"})
    assert built.redirects() == {"/a.html": "/d.html", "/b.html": "/d.html"}


def test_former_urls_are_kept_between_builds(tmp_path: Path) -> None:
    for url in ("/a.html", "/b.html"):
        with closing(FormerAddresses(tmp_path / FILE)) as former:
            former.update({ONE: url})
    with (
        closing(FormerAddresses(tmp_path / FILE)) as former,
        closing(BuildState(tmp_path / "state.sqlite")) as state,
    ):
        Built(former, state).build({ONE: "/b.html"})
        assert former.redirects(state) == {"/a.html": "/b.html"}

"""The archive's home page: recorded pages, and arbitrary ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.finews_site.post_lists import parse_post_list
from tests.sources.surface_cases import Case, cases, post_list

PIECES = ["<section>", '<h2 id="', '">', "<ul><li><a href='", "/a/2022/05/18/NW202205180000000001.html", "'>", "&#0;"]
PIECES += ["<!--", "</ul>", "\x00", "/a/0000/00/00/x.html", "%2F%00", "\ufffe"]


@cases("archive_home")
def test_home_page_fixtures(case: Case) -> None:
    found = parse_post_list(case.response.url, case.response.body)
    assert post_list(found) == case.expected
    assert case.detail in found.detail


@given(page=st.binary() | st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join).map(str.encode))
def test_home_page_never_raises(page: bytes) -> None:
    found = parse_post_list("http://127.0.0.1/", b"<!DOCTYPE html>" + page)
    texts = [found.detail, *(heading.tag for heading in found.headings), *(post.url for post in found.posts)]
    assert "".join(texts).encode() is not None
    assert (found.outcome.value == "articles") == bool(found.posts)

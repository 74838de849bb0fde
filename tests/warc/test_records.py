"""`warc.records`: the target of a URL is what urllib finds, also where its parser is not needed."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finews_crawler.warc.records import target_of

URLS = st.from_regex(r"\A(?:https?://)?[a-z.]{0,3}(?::[0-9]*)?[/?#&=.:;@%+a\n\u4e00 \[\\]{0,8}\Z")


@given(URLS)
@example("//a")
@example("http://a.test//b")
def test_target_is_path_and_query_as_urllib_parses_them(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        with pytest.raises(ValueError, match=str(error)[:20]):
            target_of(url)
        return
    assert target_of(url) == urlunsplit(("", "", parts.path or "/", parts.query, ""))


@pytest.mark.parametrize("path", ["/", "/b/c.html", "/NewsData/GetNewsText.do?id=NW202205182383638060", "/b?c=%20/d+e"])
def test_target_of_a_plain_url(path: str) -> None:
    assert target_of(f"http://a.test:8000{path}") == target_of(path) == path

"""`engine.request`: the URL of a request is the one that Scrapy makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.utils.request import request_from_dict

from finews_crawler.engine.request import DirectRequest

HOSTS = ("a.test", "A.test:8443", "u:p@a.test", "127.0.0.1:80", "a.test:08", "a:99999", "财.test", ".a..b", "[::1]", "")
PLACES = [f"{scheme}://{host}" for scheme in ("http", "https", "HTTP") for host in HOSTS]
PLACES += [f"http://{'a' * 70}.test", "a", "about:", "https:"]
REST = st.text("/a.;?#=&é@:%+ ~[\n\\'", max_size=12)


@given(st.sampled_from(PLACES), st.sampled_from(["", "/", "/NewsData/GetNewsText.do?id=NW2022"]), REST)
def test_the_url_is_that_of_scrapys_request(place: str, path: str, rest: str) -> None:
    url = place + path + rest
    try:
        expected = Request(url).url
    except ValueError as error:
        with pytest.raises(type(error)):
            DirectRequest(url)
    else:
        assert DirectRequest(url).url == expected


def test_another_url_of_a_copy_is_quoted() -> None:
    copy = DirectRequest("http://a.test/b?c=d").replace(url="http://a.test/a b")
    assert type(copy) is DirectRequest
    assert copy.url == "http://a.test/a%20b"


def test_a_url_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="url must be str"):
        DirectRequest(b"http://a.test/")  # type: ignore[arg-type]


def test_a_request_can_be_kept_in_a_file() -> None:
    kept = request_from_dict(DirectRequest("http://a.test/b?c=d", meta={"e": 1}).to_dict())
    assert type(kept) is DirectRequest
    assert (kept.url, kept.meta) == ("http://a.test/b?c=d", {"e": 1})

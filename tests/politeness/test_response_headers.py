"""`politeness.response_headers`: headers and classes of responses are those that Scrapy finds."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from finews_crawler.politeness.response_headers import headers_of, response_class

NAMES = st.sampled_from([b"Content-Type", b"content-type", b"ETAG", b"x-a", b"\xff"])
TYPES = (
    None,
    b"text/html",
    b"application/json; charset=GBK",
    b"text/unknown",
    b"application/octet-stream",
    b"",
    b"\xff",
)
ENCODINGS = (None, b"gzip", b"")
DISPOSITIONS = (None, b'attachment; filename="a.xml"')
URLS = ("http://a.test/", "http://a.test/b.html", "http://a.test/c.pdf")
BODIES = (b"", b"<html>", b"\x00\x01", b"<?xml")


@given(st.lists(st.tuples(NAMES, st.binary(max_size=5))))
def test_headers_are_those_of_scrapy(raw: list[tuple[bytes, bytes]]) -> None:
    assert headers_of(raw) == Headers(raw)
    assert list(headers_of(raw).items()) == list(Headers(raw).items())


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("disposition", DISPOSITIONS)
def test_the_class_is_the_one_that_scrapy_guesses(
    content_type: bytes | None, encoding: bytes | None, disposition: bytes | None
) -> None:
    given = {"Content-Type": content_type, "Content-Encoding": encoding, "Content-Disposition": disposition}
    headers = Headers({name: value for name, value in given.items() if value is not None})
    for url, body in product(URLS, BODIES):
        assert response_class(headers, url, body) is responsetypes.from_args(headers=headers, url=url, body=body)

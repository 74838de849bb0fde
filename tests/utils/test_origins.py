"""`utils.origins`: what is cached for an origin is what each of its URLs has."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from finews_crawler.utils.origins import ORIGIN, by_origin, hostname_of, netloc_of

URLS = st.from_regex(r"\s?(https?|ftp)?:?/{0,3}[a-zA-Z0-9.:@\[\]\t%é-]{0,12}[/?#\\]?[ -~]{0,12}", fullmatch=True)


def outcome(function: object, url: str) -> object:
    try:
        return function(url)  # type: ignore[operator]
    except ValueError as error:
        return str(error)


@given(URLS)
@example("http://a.test:81?b")
@example("http://a.test:99999/")
@example("http://A.test./c")
@example("http://a\t.test/")
def test_parts_are_those_of_urlsplit(url: str) -> None:
    assert outcome(netloc_of, url) == outcome(lambda text: urlsplit(text).netloc, url)
    assert outcome(hostname_of, url) == outcome(lambda text: urlsplit(text).hostname or "", url)


def test_a_function_is_called_once_for_an_origin() -> None:
    calls: list[str] = []
    note = by_origin(calls.append)
    for url in ("http://a.test/b", "http://a.test?c", "http://u@a.test/d"):
        note(url)
    assert calls == ["http://a.test", "http://u@a.test/d"]
    assert ORIGIN.match("http://a.test") is None

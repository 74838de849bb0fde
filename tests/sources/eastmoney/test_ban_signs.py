"""Ban signs of GetNewsText.do: an article is the one that the URL names, however it is spelled."""

from __future__ import annotations

import pytest

from finews_crawler.sources.eastmoney.ban_signs import ban_sign

CODE, OTHER = "NW202205182383638060", "NW202205262391921712"
PATH = "/NewsData/GetNewsText.do"


@pytest.mark.parametrize(
    "url",
    [
        f"http://a.test:8000{PATH}?id={CODE}",
        f"http://a.test/prefix{PATH}?id={CODE}",
        f"http://a.test{PATH}?lang=zh&id={CODE}#top",
        f"http://a.test{PATH}?id=%4E{CODE[1:]}",
        f"http://[::1]{PATH}?id={CODE}",
    ],
)
def test_the_article_is_the_one_of_the_url(url: str) -> None:
    def sign(body: str, responded: str = url) -> str | None:
        return ban_sign(url, responded, 200, body.encode())

    assert sign("{}") == "an article without a body"
    assert sign(f'{{"text": "a", "code": "{CODE}"}}') == ""
    assert sign(f'{{"text": "a", "code": "{OTHER}"}}') == f"the response is another article, {OTHER}"
    assert str(sign('{"text": "a"}', url.replace(CODE[2:], OTHER[2:]))).startswith("another page")


@pytest.mark.parametrize("rest", [f"{PATH}?id=", PATH, f"{PATH}?code={CODE}", f"{PATH}x?id={CODE}", f"/?id={CODE}"])
def test_other_urls_are_judged_by_their_status(rest: str) -> None:
    url = f"http://a.test{rest}"
    assert ban_sign(url, url, 200, b"<html>") == ""
    assert ban_sign(url, url, 403, b"") == "HTTP status 403"

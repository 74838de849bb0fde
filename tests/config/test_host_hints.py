"""Hints for hosts that cannot be reached."""

from __future__ import annotations

import pytest

from finews_crawler.config.host_hints import check_network


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://a.example", "https_proxy and FINEWS_FAST_URL"),
        ("http://a.example", "FINEWS_FAST_URL"),
        ("https://b.example", "FINEWS_FAST_URL"),
    ],
)
def test_the_proxy_of_an_unreachable_host_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str, names: str
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://me:pw1234@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "b.example")
    assert check_network(url, ["FINEWS_FAST_URL"]) == f"check {names} and the network"


def test_a_host_that_no_setting_names_is_a_url_to_check() -> None:
    assert check_network("", []) == "check the URL and the network"

"""The registry of sources: its checks at import, and its look-ups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from finews_crawler import sources
from finews_crawler.items import Article
from finews_crawler.sources.eastmoney import SOURCE as EASTMONEY
from finews_crawler.sources.outcome import ParsedArticle, ParsedList
from finews_crawler.sources.source import UPSTREAM_FIELDS, ArticleSurface, Source, Surface

CODE = "NW202205182383638060"
HOST = "http://127.0.0.1:8000"
ARTICLE = f"{HOST}/NewsData/GetNewsText.do?id={CODE}"


def surface(**given: Any) -> Surface:
    fields = {"name": "toy", "host_setting": "FINEWS_TOY_URL", "gives": ("title",), "precedence": {"title": 1}}
    return Surface(**{**fields, **given})


def test_a_surface_with_an_unknown_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="surface 'toy' gives headline, which Article does not have"):
        surface(gives=("title", "headline"))


def test_a_surface_without_a_precedence_is_an_error() -> None:
    with pytest.raises(ValueError, match="surface 'toy' gives title, digest without a precedence"):
        surface(gives=("title", "digest"), precedence={"media_name": 1})


def test_a_surface_on_a_host_of_another_source_is_an_error() -> None:
    with pytest.raises(ValueError, match="FINEWS_TOY_URL is not a host of other"):
        Source(name="other", key=re.compile("OT"), hosts={"FINEWS_OTHER_URL": ""}, others=(surface(),))


def test_aliases_of_a_setting_without_a_default_are_an_error() -> None:
    with pytest.raises(ValueError, match="source 'other' has aliases of FINEWS_TOY_URL, which has no default"):
        hosts = {"FINEWS_TOY_URL": ""}
        Source(name="other", key=re.compile("OT"), hosts=hosts, aliases={"FINEWS_TOY_URL": ("http://a.test",)})


def test_an_article_url_without_its_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="surface 'toy' has a path without"):
        ArticleSurface(
            name="toy",
            host_setting="FINEWS_TOY_URL",
            path="/newest",
            parse=lambda body, info_code: ParsedArticle(EASTMONEY.lists[0].parse(body, EASTMONEY.lists[0]).outcome),
            gives=("title",),
            precedence={"title": 1},
        )


def test_two_surfaces_of_one_name_are_an_error() -> None:
    double = Source(name="other", key=re.compile("OT"), hosts={"FINEWS_TOY_URL": ""}, others=(surface(), surface()))
    with pytest.raises(ValueError, match="source other: another surface has the name 'toy'"):
        sources._unique_surfaces([double])


def test_hosts_without_a_default_come_last() -> None:
    defaults = list(sources.HOST_DEFAULTS.values())
    assert defaults == [*filter(None, defaults), "", "", ""]
    assert list(sources.HOST_DEFAULTS)[-3:] == ["FINEWS_SHARE_URL", "FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL"]


@pytest.mark.parametrize("letters", ["AN", "AP", "NW"])
def test_keys_of_eastmoney_have_a_source(letters: str) -> None:
    assert sources.source_of_key(f"{letters}202205182383638060") is EASTMONEY


def test_unknown_keys_have_no_source_and_no_article_surface() -> None:
    assert sources.source_of_key("ZZ202205182383638060") is None
    assert sources.article_surfaces("ZZ202205182383638060", sources.HOST_DEFAULTS) == ()


@pytest.mark.parametrize("url", ["http://[", "", "mailto:a@b", "http://finews.withounder.com:8080/", "http://a:99999"])
def test_no_source_is_at_a_url_that_no_setting_names(url: str) -> None:
    assert sources.sources_at(url, sources.HOST_DEFAULTS) == []


def sign_at(settings: Mapping[str, str], requested: str, responded: str, status: int, body: bytes) -> str | None:
    return sources.ban_sign(sources.ban_signs_at(requested, settings), requested, responded, status, body)


def test_ban_signs_come_from_the_source_at_the_host() -> None:
    at_eastmoney, elsewhere = {"FINEWS_SHARE_URL": HOST}, {"FINEWS_ARCHIVE_URL": HOST}
    empty = b'{"text": ""}'
    assert sign_at(at_eastmoney, ARTICLE, ARTICLE, 200, empty) == "an article without a body"
    assert sign_at(elsewhere, ARTICLE, ARTICLE, 200, empty) == ""
    assert sign_at({}, ARTICLE, ARTICLE, 403, b"") == "HTTP status 403"


def test_a_ban_sign_on_a_shared_host_stays_open_if_one_source_cannot_tell() -> None:
    shared = dict.fromkeys(sources.HOST_DEFAULTS, HOST)
    assert sign_at(shared, ARTICLE, ARTICLE, 200, b'{"text": "<p') is None
    assert sign_at(shared, f"{HOST}/", f"{HOST}/", 200, b"<html>") == ""


def test_every_field_of_a_surface_is_one_of_the_item() -> None:
    assert set(UPSTREAM_FIELDS) <= Article.__dataclass_fields__.keys()
    assert all(found.precedence.keys() == set(found.gives) for found in sources.SURFACES.values())


def test_channels_parse_into_lists() -> None:
    assert all(isinstance(channel.parse(b"", channel), ParsedList) for channel in sources.CHANNELS.values())

"""The registry of sources: every site that is crawled, one folder and one line in ``SITES`` each.

Hosts, keys, precedence, channels and ban signs are looked up here; no other module lists them by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from itertools import product
from string import ascii_uppercase
from urllib.parse import urlsplit

from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.sources.ban_signs import BanSign, status_sign
from finews_crawler.sources.source import LESS_EXACT, ArticleSurface, ListSurface, Source, Surface

SITES = (
    "eastmoney",
    "eastmoney_web",
    "finews_site",
)
"""Folders of this package. Of the sources whose pattern matches a key, the first one whose host is set serves its
article."""

SOURCES: tuple[Source, ...] = tuple(import_module(f"{__name__}.{site}").SOURCE for site in SITES)


def _unique_surfaces(sources: Iterable[Source]) -> dict[str, Surface]:
    """Return the surfaces by name. Raises ValueError if two have the same name."""
    surfaces: dict[str, Surface] = {}
    for source in sources:
        for surface in source.surfaces:
            if surface.name in surfaces:
                raise ValueError(f"source {source.name}: another surface has the name {surface.name!r}")
            surfaces[surface.name] = surface
    return surfaces


SURFACES = _unique_surfaces(SOURCES)
"""Every surface by its name in ``Article.origins``."""
CHANNELS: dict[str, ListSurface] = {channel.name: channel for source in SOURCES for channel in source.lists}
"""The lists that ``finews crawl channel`` can poll."""
_HOSTS = {name: default for source in SOURCES for name, default in source.hosts.items()}
DISTINCTIVE = 1000
"""Characters of a body, mark-up included, that no two articles share: about 300 of text. The longest of the sentences
that many articles consist of has less than a hundred."""
HOST_DEFAULTS: dict[str, str] = dict(sorted(_HOSTS.items(), key=lambda host: not host[1]))
"""Settings that name the hosts of all sources, with their default URLs; those without a default come last."""


def precedence_of(field: str, read_back: str) -> tuple[str, ...]:
    """Return the names of the surfaces that give a field, the one that wins first; of equal rank, as registered.

    *read_back*: name for the field of a post, which comes before the surfaces that are less exact.

    >>> precedence_of("text_html", "post")
    ('news_text', 'web_article', 'web_page', 'archive_page', 'post')
    >>> precedence_of("published_at", "post")[-5:]
    ('archive_page', 'post', 'pc', 'web_page', 'web_category')
    """
    ranks = {surface.name: surface.precedence[field] for surface in SURFACES.values() if field in surface.gives}
    names = sorted(ranks, key=ranks.__getitem__)
    exact = [name for name in names if ranks[name] < LESS_EXACT]
    return (*exact, read_back, *names[len(exact) :])


def source_of_key(info_code: str) -> Source | None:
    """Return the first source that has an infoCode; None if no source has such keys.

    >>> source_of_key("NW202205182383638060").name, source_of_key("ZZ202205182383638060")
    ('eastmoney', None)
    """
    return next((source for source in SOURCES if source.key.fullmatch(info_code)), None)


@cache
def letters_by_source() -> dict[str, tuple[str, ...]]:
    """Return the letters of keys by the name of the source that ``source_of_key`` returns for them.

    A source that shares its letters with an earlier one is not there.

    >>> letters_by_source()
    {'eastmoney': ('AN', 'AP', 'NW')}
    """
    letters: dict[str, tuple[str, ...]] = {}
    for pair in map("".join, product(ascii_uppercase, repeat=2)):
        if source := source_of_key(f"{pair}{0:018}"):
            letters[source.name] = (*letters.get(source.name, ()), pair)
    return letters


def article_surfaces(info_code: str, hosts: Mapping[str, str]) -> tuple[ArticleSurface, ...]:
    """Return the surfaces to ask for an article's body, in this order; none if no source has such keys.

    *hosts* maps the settings to URLs. Of the sources that have the key, the first one with a host for bodies counts,
    and no other: what it has lost is lost.

    >>> [surface.name for surface in article_surfaces("NW202205182383638060", {"FINEWS_SHARE_URL": "http://a"})]
    ['news_text']
    """
    for source in SOURCES:
        surfaces = tuple(surface for surface in source.articles if hosts.get(surface.host_setting))
        if surfaces and source.key.fullmatch(info_code):
            return surfaces
    return ()


def surfaces_with(info_code: str) -> tuple[ArticleSurface, ...]:
    """Return the surfaces of all sources that may have an article's body, whether their hosts are set or not.

    >>> [surface.name for surface in surfaces_with("NW202205182383638060")][:2]
    ['news_text', 'web_article']
    """
    return tuple(surface for source in SOURCES if source.key.fullmatch(info_code) for surface in source.articles)


def is_distinctive(url: str, info_code: str, body: bytes) -> bool:
    """Return True if no two articles have this response: for the second one it is a mistake of a cache.

    Of a response that names no infoCode, nothing else shows that. It is distinctive with a title or a time, or with a
    body of DISTINCTIVE characters; shorter bodies alone, such as "see the attachment", are common to many articles.

    >>> url = "http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW202205182383638060"
    >>> body = b'{"text": "<p>See the attachment.</p>"%b}'
    >>> [is_distinctive(url, "NW202205182383638060", body % rest) for rest in (b"", b', "title": "A"')]
    [False, True]
    """
    surface = next((each for each in surfaces_with(info_code) if url.endswith(each.url("", info_code))), None)
    article = surface.parse(body, info_code).article if surface else None
    if article is None:
        return False
    return bool(article.title or article.published_at) or len(article.text_html or article.content_html) >= DISTINCTIVE


def hosts_of_articles() -> tuple[str, ...]:
    """Return the settings that name hosts with bodies of articles."""
    surfaces = (surface for source in SOURCES for surface in source.articles)
    return tuple(dict.fromkeys(surface.host_setting for surface in surfaces))


def hosts_of_polled_channels() -> tuple[str, ...]:
    """Return the settings that name hosts of channels that are polled by default."""
    return tuple(dict.fromkeys(channel.host_setting for channel in CHANNELS.values() if channel.is_polled))


def sources_at(url: str, settings: Mapping[str, str]) -> list[Source]:
    """Return the sources that *settings* (setting → URL) place at the host and port of *url*.

    >>> [source.name for source in sources_at("https://finews.withounder.com/", HOST_DEFAULTS)]
    ['finews_site']
    """
    return [source for source in SOURCES if source.is_at(url, settings)]


def link_to(info_code: str, share_host: str) -> str:
    """Return the public link of an article; a key that no source has gets the link of the first source."""
    return (source_of_key(info_code) or SOURCES[0]).link_to(info_code, share_host)


def is_list(url: str) -> bool:
    """Return True for the URL of a list. Every article surface has the key in its URL, which ``Source`` checks.

    >>> is_list("http://127.0.0.1/web/webapi?type=45"), is_list("http://127.0.0.1/robots.txt")
    (True, False)
    """
    return info_code_in_url(url) is None and urlsplit(url).path != "/robots.txt"


def ban_signs_at(url: str, settings: Mapping[str, str]) -> tuple[BanSign, ...]:
    """Return the ban signs that hold at the host of *url*: those of its sources, or those of every site."""
    return tuple(source.ban_sign for source in sources_at(url, settings)) or (status_sign,)


def ban_sign(signs: Iterable[BanSign], requested: str, responded: str, status: int, body: bytes) -> str | None:
    """Return the first ban sign of a response, as ``BanSign`` describes it.

    Several sources may share a host: one sign is enough, and a response that one of them cannot classify stays open.

    >>> article = "http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW202205182383638060"
    >>> signs = ban_signs_at(article, {"FINEWS_SHARE_URL": "http://finews.zning.xyz"})
    >>> ban_sign(signs, article, article, 200, b'{"text": ""}')
    'an article without a body'
    """
    found = [sign(requested, responded, status, body) for sign in signs]
    return next(filter(None, found), None if None in found else "")

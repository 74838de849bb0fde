"""Meanings of the settings that name hosts, from what the sources request there."""

from __future__ import annotations

from finews_crawler.config.declaration import PREFIX
from finews_crawler.sources import CHANNELS, HOST_DEFAULTS, SOURCES, hosts_of_articles, hosts_of_polled_channels

MOST_NAMED = 5
"""Channels of one host that are named in its meaning."""


def host_meaning(name: str) -> str:
    """Return the meaning of a setting that names a host."""
    channels = [channel.name for channel in CHANNELS.values() if channel.host_setting == name]
    if len(channels) > MOST_NAMED:
        return f"URL of the host of the channels `{channels[0]}` to `{channels[-1]}`"
    if channels:
        names = ", ".join(f"`{channel}`" for channel in channels)
        polled = "" if name in hosts_of_polled_channels() else "; polled only if `-a channels=` names it"
        return f"URL of the host of the channel{'s' if len(channels) > 1 else ''} {names}{polled}"
    if name in hosts_of_articles():
        return article_host_meaning(name)
    return f"URL of the {name.removeprefix(PREFIX).removesuffix('_URL').lower()} site"


def article_host_meaning(name: str) -> str:
    """Return the meaning of a host of articles.

    >>> article_host_meaning("FINEWS_PAGE_URL")
    'URL of the host of articles (`web_page`) that `web_article` does not have'
    """
    (surfaces,) = ([*source.articles] for source in SOURCES if name in [one.host_setting for one in source.articles])
    names = [f"`{surface.name}`" for surface in surfaces]
    place = [surface.host_setting for surface in surfaces].index(name)
    if place:
        return f"URL of the host of articles ({names[place]}) that {names[place - 1]} does not have"
    only = "" if HOST_DEFAULTS[name] else "; if it is set, articles are requested from it alone"
    return f"URL of the host of articles ({names[place]}){only}"

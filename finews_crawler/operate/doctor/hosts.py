"""The hosts that the settings name, each once, and what a crawl asks of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from finews_crawler.config.model import HOST_SETTINGS, host_of
from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.politeness.allowlist import PORTS
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.sources.eastmoney.news_text import news_text_url
from finews_crawler.spiders.category import category_path

EXAMPLE_CODE = "NW202205182383638060"
EXAMPLE_MEDIUM = "华龙网-新重庆客户端"
EXAMPLE_POST = f"/hualongwangxinzhongqingkehuduan/2022/05/18/{EXAMPLE_CODE}.html"
ROWS = 100


@dataclass
class NamedHost:
    """One host, by what is before the path of its addresses."""

    root: str
    """Scheme, host and port, without a name and a password: a crawl does not send these either."""
    settings: list[str] = field(default_factory=list)
    """The settings that name it."""
    asked: list[str] = field(default_factory=list)
    """An address of each kind that a crawl asks it for."""

    @property
    def name(self) -> str:
        """The host with its port, as Scrapy's log has it: ``127.0.0.1:8000``."""
        return self.root.partition("://")[2]

    @property
    def robots_url(self) -> str:
        return f"{self.root}/robots.txt"


def named_hosts(values: Mapping[str, str]) -> list[NamedHost]:
    """The hosts of the settings, in their order; one that cannot be meant is left out.

    >>> hosts = named_hosts({"FINEWS_SHARE_URL": "http://a/", "FINEWS_ARCHIVE_URL": "http://me:secret@A:80"})
    >>> [(host.root, host.robots_url, host.settings) for host in hosts]
    [('http://a', 'http://a/robots.txt', ['FINEWS_SHARE_URL', 'FINEWS_ARCHIVE_URL'])]
    """
    found: dict[str, NamedHost] = {}
    for name in HOST_SETTINGS:
        address = values.get(name, "")
        if host_of(address) is None:
            continue
        root = root_of(address)
        host = found.setdefault(root, NamedHost(root))
        host.settings.append(name)
        host.asked += addresses_asked(name, address)
    return list(found.values())


def root_of(address: str) -> str:
    """The scheme, host and port of an http address, the same for all of its spellings.

    >>> root_of("http://me:secret@Finews.zning.xyz:80/a"), root_of("https://[::1]:8443/")
    ('http://finews.zning.xyz', 'https://[::1]:8443')
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def addresses_asked(setting: str, address: str) -> list[str]:
    """An address of each kind that a crawl asks for on the host of a setting.

    >>> addresses_asked("FINEWS_SHARE_URL", "http://a/")
    ['http://a/NewsData/GetNewsText.do?id=NW202205182383638060']
    >>> addresses_asked("FINEWS_CHANNELS_URL", "http://a/")[1]
    'http://a/web/webapi?type=45&count=100&newsid=1'
    """
    if setting == "FINEWS_SHARE_URL":
        return [news_text_url(address, EXAMPLE_CODE)]
    if setting == "FINEWS_ARCHIVE_URL":
        pages = ("/", category_path(EXAMPLE_MEDIUM), category_path(EMNEWS_SLUG), EXAMPLE_POST)
        return [address.rstrip("/") + page for page in pages]
    return [channel.url(address, ROWS) for channel in CHANNELS.values() if channel.host_setting == setting]

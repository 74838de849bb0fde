"""``scrapy crawl share``: articles by infoCode, share link, or a list of them."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.config.load import config_of
from finews_crawler.config.urls import host_of, without_password
from finews_crawler.content.info_code import info_code_in_url, normalise_info_code
from finews_crawler.exceptions import ArgumentError, InvalidInfoCode
from finews_crawler.items import Article, Rejection
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.requests import RequestSkipped
from finews_crawler.sources.eastmoney.share_page import parse_share_page
from finews_crawler.spiders.arguments import SpiderArguments, read_words
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.stats import Count

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

POST_FILE = re.compile(r"-(?P<code>(?:[A-Z]{2})?\d{18})\.(?:md|markdown|html)", re.ASCII)
BETWEEN_URLS = re.compile(r"[\s,]+(?=https?://)|\s+")
STDIN = "-"


@dataclass(frozen=True)
class ShareArguments(SpiderArguments):
    """``info_code`` and ``url``: one or several, separated by commas; ``file``: a list of both, in addition."""

    EXAMPLE = "scrapy crawl share -a info_code=NW202205182383638060 (or -a url=…, -a file=PATH, -a file=-)"

    info_code: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    file: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        codes = [read_code(word, "info_code") for word in read_words(given, "info_code")]
        urls = [read_url(word, "url") for word in BETWEEN_URLS.split(given.get("url", "").strip()) if word]
        file = given.get("file", "").strip()
        # An empty list is valid: a script may have found nothing.
        for word in read_list(file) if file else ():
            (urls if "://" in word else codes).append(word)
        if not (codes or urls or file):
            raise ArgumentError("give info_code=…, url=… or file=…")
        return {**super().read(given), "info_code": tuple(codes), "url": tuple(urls), "file": file}

    def without_files(self, given: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in given.items() if name != "file"}
        return {**kept, "info_code": ",".join(self.info_code), "url": " ".join(self.url)}


def read_code(word: str, where: str) -> str:
    try:
        return normalise_info_code(word)
    except InvalidInfoCode:
        raise ArgumentError(f"{where} must be an infoCode such as NW202205182383638060, got {word[:80]!r}") from None


def read_url(word: str, where: str) -> str:
    """Return the infoCode in a URL, or the URL itself if its page has to be fetched. Raises ArgumentError.

    >>> read_url("http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202205182383638060", "url")
    'NW202205182383638060'
    """
    if host_of(word) is None:
        raise ArgumentError(f"{where} must be a URL such as http://example.org, got {word[:80]!r}")
    return info_code_in_url(word) or word


def read_list(name: str) -> Iterable[str]:
    """Read infoCodes and URLs from a file, standard input (``-``) or a folder of posts. Raises ArgumentError."""
    path = Path(name)
    try:
        if name == STDIN:
            return list(read_lines(sys.stdin, "standard input"))
        if path.is_dir():
            posts = (POST_FILE.search(file.name) for file in sorted(path.rglob("*")) if file.is_file())
            return [normalise_info_code(match["code"]) for match in posts if match]
        with path.open(encoding="utf-8-sig") as lines:
            return list(read_lines(lines, name))
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError(f"file must be a readable list or folder, got {name!r} ({error})") from error


def read_lines(lines: Iterable[str], where: str) -> Iterator[str]:
    """Yield the infoCode or URL of each line, without blank lines and comments. Raises ArgumentError.

    >>> list(read_lines(["# today", "", "NW202205182383638060  # Unicom"], "codes.txt"))
    ['NW202205182383638060']
    """
    for number, line in enumerate(lines, 1):
        word = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if word:
            read = read_url if "://" in word else read_code
            yield read(word, f"{where}, line {number}")


class ShareSpider(FinewsSpider):
    """Fetches the articles that the arguments name from the share site."""

    name = "share"
    arguments_class = ShareArguments
    arguments: ShareArguments

    @classmethod
    def check_hosts(cls, arguments: ShareArguments, settings: BaseSettings) -> None:
        super().check_hosts(arguments, settings)
        share_site = config_of(settings).hosts["FINEWS_SHARE_URL"]
        site = without_password(share_site)
        for word in arguments.url:
            if "://" in word and not Allowlist.by([share_site]).has(word):
                raise ArgumentError(f"url must have an infoCode or be on the share site ({site}), got {word[:80]!r}")

    async def start(self) -> AsyncIterator[Any]:
        for word in (*self.arguments.info_code, *self.arguments.url):
            await self.wait_for_capacity()
            if "://" in word:
                yield Request(word, callback=self.parse_share, errback=self.share_failed, dont_filter=True)
            elif self.mention(word):
                yield self.article_request(Article(word))

    def parse_share(self, response: Response) -> Iterator[Any]:
        """Find the infoCode on a share page whose URL does not contain it."""
        info_code = parse_share_page(response.url, response.body)
        if info_code is None:
            self.count(Count.FOUND)
            yield Rejection("", "no_info_code", "neither the URL nor its page contains an infoCode", "", response.url)
        elif self.mention(info_code):
            yield self.article_request(Article(info_code))

    def share_failed(self, failure: Failure) -> None:
        if isinstance(failure.value, RequestSkipped):
            return
        self.count(Count.FOUND)
        self.count(Count.FAILED)
        self.report_article_failure(failure)

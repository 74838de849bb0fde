"""Seeds of the fuzzing: recorded responses, hostile payloads, responses of the embedded origin, kept cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.exporters.jekyll_post import render_post
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.eastmoney.news_text import parse_news_text
from finews_crawler.testing.origin.archive_site import feed_xml
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.channel_api import ROWS, list_json
from finews_crawler.testing.origin.dataset import Dataset
from finews_crawler.testing.origin.finews_site import render_archive
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.share_site import SHARE_PAGE
from finews_crawler.testing.origin.web_articles import article_data
from finews_crawler.testing.origin.web_category_pages import category_html
from finews_crawler.testing.origin.web_lists import WebLists
from finews_crawler.testing.origin.web_pages import page_of
from tests.support.paths import TESTS
from tests.support.today_bodies import ADVERT, LINE_ADVERT, TODAY

CASES = TESTS / "fuzz" / "cases"
MOST_BYTES = 20_000
"""Bytes of a seed: long inputs are made by repetition."""


@cache
def dataset() -> Dataset:
    return Dataset(generate(12, seed=5), {})


def seeds(surface: str) -> list[bytes]:
    """Return the seeds of a surface, each once."""
    found = [*SOURCES[surface](), *(path.read_bytes() for path in kept(surface))]
    return [data for data in dict.fromkeys(found) if len(data) <= MOST_BYTES]


def kept(surface: str) -> list[Path]:
    """Return the inputs that revealed a bug once."""
    return sorted((CASES / surface).glob("*.bin"))


def _recorded(surface: str) -> Iterator[bytes]:
    for path in sorted((TESTS / "fixtures" / surface).glob("*/body.bin")):
        yield path.read_bytes()


def _attacks() -> Iterator[bytes]:
    for path in sorted((TESTS / "attacks").iterdir()):
        if path.suffix in {".json", ".bin"}:
            yield path.read_bytes()


def _lists() -> Iterator[bytes]:
    yield from _recorded("channel_list")
    for name in ROWS:
        url = urlsplit(CHANNELS[name].url("", 6))
        yield list_json(dataset().shelves, url.path, dict(parse_qsl(url.query)))


def _web_lists() -> Iterator[bytes]:
    for surface in ("web_columns", "web_fast", "web_fast_js", "web_pc", "web_security"):
        yield from _recorded(surface)
    lists = WebLists(dataset().articles)
    yield to_json({"code": "1", "data": lists.column_page({"column": "344"})})
    yield to_json({"code": "1", "data": lists.fast_page({"fastColumn": "102", "pageSize": "5"})})
    yield b"var ajaxResult=" + to_json({"rc": 1, "LivesList": lists.live_page(3, 1)}) + b";"


def _articles() -> Iterator[bytes]:
    yield from _recorded("news_text")
    yield from _attacks()
    yield from map(dataset().news_text, dataset().by_code)


def _web_articles() -> Iterator[bytes]:
    yield from _recorded("web_article")
    for article in dataset().articles:
        yield to_json({"data": article_data(article) | {"Art_Code": ""}, "errorcode": 0, "message": "", "success": 1})


def _web_categories() -> Iterator[bytes]:
    yield from _recorded("web_category")
    yield category_html("czqyw", dataset().articles).encode()


def _web_pages() -> Iterator[bytes]:
    yield from _recorded("web_page")
    yield from (page_of(article).encode() for article in dataset().articles)


def _fields(*names: str) -> Iterator[bytes]:
    """Yield the values of these fields in every article that is JSON."""
    for data in _articles():
        try:
            read = json.loads(data)
        except (ValueError, RecursionError):
            continue
        values = [read.get(name) for name in names] if isinstance(read, dict) else []
        yield from (value.encode("utf-8", "replace") for value in values if isinstance(value, str))


def _bodies() -> Iterator[bytes]:
    yield from _fields("text", "content")
    for path in sorted((TESTS / "fixtures" / "text").glob("*.html")):
        yield path.read_bytes()


def _dressed_bodies() -> Iterator[bytes]:
    yield from _fields("content")
    for body in TODAY.values():
        yield f"{LINE_ADVERT}\r\n{body}{ADVERT}".encode()


def _pages(*surfaces: str) -> Iterator[bytes]:
    for surface in surfaces:
        yield from _recorded(surface)


def _archive_lists() -> Iterator[bytes]:
    yield from _pages("archive_home", "archive_category")
    for path in ("/", *(f"/category/{slug}.html" for slug in list(dataset().archive.by_category)[:3])):
        yield render_archive(dataset(), path) or b""


def _post_pages() -> Iterator[bytes]:
    yield from _recorded("archive_post")
    yield from (render_archive(dataset(), path) or b"" for path in list(dataset().archive.by_path)[:6])


def _links() -> Iterator[bytes]:
    yield b"https://finews.withounder.com/\n/category/jia/2022-05.html\n//elsewhere/category/jia/2022-05.html\n../emnews/"
    yield b"http://[a\n/category/%2e%2e/2022-05.html\n/category/jia%2f/2022-13.html\njavascript:x()\n#top\n?a=b\n"


def _posts() -> Iterator[bytes]:
    for path in sorted((TESTS / "fixtures" / "posts").glob("*/*.md")):
        yield path.read_bytes()
    for code in dataset().by_code:
        article = parse_news_text(dataset().news_text(code), code).article
        if article and article.title and article.published_at:
            yield render_post(derive(article, PostUrls())[0], PostUrls())


def _titles() -> Iterator[bytes]:
    yield from _fields("title", "from", "medianame")
    for data in _posts():
        yield data.partition(b"\n---\n")[0].removeprefix(b"---\n")


def _answers() -> Iterator[bytes]:
    addresses = (b"http://127.0.0.1/login", b"http://127.0.0.1/NewsData/GetNewsText.do?id=NW202205182383638060")
    for number, data in enumerate([*_articles(), *_lists(), *_web_lists(), b"<html>", b""]):
        yield addresses[number % 2] + b"\n" + data


SOURCES: dict[str, Callable[[], Iterator[bytes]]] = {
    "json": lambda: iter([*_lists(), *_articles()]),
    "channel_list": _lists,
    "web_list": _web_lists,
    "symbol": lambda: iter([b"600050.SH", b"sz000001", b"700.HK", b"NIO.US", b"BRK_B.NYSE", b"BK0493", b"1.600050"]),
    "news_text": _articles,
    "web_article": _web_articles,
    "web_page": _web_pages,
    "web_category": _web_categories,
    "share_page": lambda: iter([SHARE_PAGE, *_recorded("share_page")]),
    "archive_list": _archive_lists,
    "feed": lambda: iter([feed_xml(dataset().archive), *_recorded("archive_feed")]),
    "post_page": _post_pages,
    "category_links": _links,
    "post": _posts,
    "front_matter": _titles,
    "body": _bodies,
    "markup": _dressed_bodies,
    "answer": _answers,
    "retry_after": lambda: iter([b"120", b"Wed, 18 May 2022 08:00:05 GMT", b"+0800", b"-2359", b"soon"]),
}

"""Surfaces that process responses, each as a function of bytes that raises if a property does not hold.

Nothing is caught here: every exception of a parser is a finding, since parsers are documented never to raise.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from finews_crawler.content.body.adverts import cut_adverts
from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.body.dressing import undressed
from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.body.source_line import with_source_line
from finews_crawler.content.body.ticker_markup import unwrap_tickers
from finews_crawler.content.decoding import decode_bytes, replace_lone_surrogates
from finews_crawler.content.info_code import INFO_CODE
from finews_crawler.exceptions import InvalidJson
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.retry_after import retry_after
from finews_crawler.sources.eastmoney.ban_signs import ban_sign
from finews_crawler.sources.eastmoney.channel_list import parse_channel_list
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.sources.eastmoney.news_text import SURFACE, parse_news_text
from finews_crawler.sources.eastmoney.share_page import parse_share_page
from finews_crawler.sources.eastmoney_web import security
from finews_crawler.sources.eastmoney_web.ban_signs import ban_sign as web_ban_sign
from finews_crawler.sources.eastmoney_web.category_page import parse_category_page
from finews_crawler.sources.eastmoney_web.channels import CHANNELS as WEB_CHANNELS
from finews_crawler.sources.eastmoney_web.symbols import market_codes
from finews_crawler.sources.eastmoney_web.web_article import parse_web_article
from finews_crawler.sources.eastmoney_web.web_page import parse_web_page
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import Outcome, ParsedList
from tests.fuzz.archive_surfaces import (
    check_archive_list,
    check_category_links,
    check_feed,
    check_front_matter,
    check_post,
    check_post_page,
)
from tests.fuzz.checks import CODE, LONG_AFTER, check_article, check_line, check_message, check_parsed_article
from tests.fuzz.handlers import live_parts

WEB_CODE = "NW202609180000000401"
SHARE = "http://127.0.0.1/s/x1"
ALLOWED = Allowlist.by(["http://127.0.0.1"])
WEB_LISTS = {
    b"fastNewsList": WEB_CHANNELS["fast"],
    b"LivesList": WEB_CHANNELS["fast_js"],
    b"items": WEB_CHANNELS["pc"],
    b"Art_": security.SURFACE,
    b"totle_hits": WEB_CHANNELS["columns:345"],
}
"""Today's lists by a key that each format has."""


def check_json(data: bytes) -> None:
    """Parser of JSON objects: an object, or the reason for refusing it."""
    try:
        read = load_object(data)
    except InvalidJson as error:
        check_message(str(error))
    else:
        json.dumps(read)


def check_channel_list(data: bytes) -> None:
    """Parser of lists, with the channel whose key the list has."""
    keys = {channel.list_key: channel for channel in CHANNELS.values()}
    for channel in [channel for key, channel in keys.items() if key.encode() in data] or [CHANNELS["rolling"]]:
        _check_list(parse_channel_list(data, channel))


def _check_list(read: ParsedList) -> None:
    check_message(read.detail)
    for article in read.articles:
        check_article(article)
    for rejection in read.rejections:
        check_message(rejection.detail)
        json.loads(rejection.payload)
        rejection.payload.encode()
    assert (read.outcome is Outcome.ARTICLES) == bool(read.articles or read.rejections)
    assert (read.outcome in (Outcome.ARTICLES, Outcome.NO_NEWS)) == (not read.detail)


def check_web_list(data: bytes) -> None:
    """Parsers of today's lists, with the surface whose key the list has; and the page that follows."""
    for channel in [surface for key, surface in WEB_LISTS.items() if key in data] or [WEB_LISTS[b"totle_hits"]]:
        read = channel.parse(data, channel)
        _check_list(read)
        for page in ("", "1", "1781590197015624"):
            after = channel.page_after(page, read)
            assert not after or (after.isascii() and after.isdigit() and after != page), (page, after)


def check_symbol(data: bytes) -> None:
    """Symbols of securities: market codes that a URL can contain, or a reason that is fit for the log."""
    try:
        codes = market_codes(decode_bytes(data))
    except ValueError as error:
        check_message(str(error))
    else:
        assert all(quote(code) == code for code in codes), codes


def check_news_text(data: bytes) -> None:
    """An article's response, from its parser to its post and back."""
    check_parsed_article(parse_news_text(data, CODE), CODE)


def check_web_article(data: bytes) -> None:
    """Today's JSON of an article, likewise."""
    check_parsed_article(parse_web_article(data, WEB_CODE), WEB_CODE)


def check_web_page(data: bytes) -> None:
    """The page of an article, likewise; its body is a part of the page."""
    read = parse_web_page(data, WEB_CODE)
    check_parsed_article(read, WEB_CODE)
    if read.article:
        body = read.article.content_html
        assert body in read.payload or body.rpartition('<p class="em_media">')[0] in read.payload


def check_share_page(data: bytes) -> None:
    code = parse_share_page(SHARE, data)
    assert code is None or INFO_CODE.fullmatch(code)
    code = parse_share_page(decode_bytes(data), b"")
    assert code is None or INFO_CODE.fullmatch(code)


def check_body(data: bytes) -> str:
    """Cleaner of bodies: the result is ordinary, without live markup, and stable when cleaned again."""
    cleaned = clean_body(replace_lone_surrogates(decode_bytes(data))).html
    assert not cleaned or is_ordinary(cleaned), cleaned
    assert clean_body(cleaned).html == cleaned, cleaned
    assert not live_parts(cleaned), (live_parts(cleaned), cleaned)
    return cleaned


def check_web_category(data: bytes) -> None:
    page = parse_category_page(data)
    check_message(page.detail)
    assert bool(page.articles) is (page.outcome is Outcome.ARTICLES)
    for article in page.articles:
        assert INFO_CODE.fullmatch(article.info_code)
        for value in (article.title, article.digest, article.public_url):
            check_line(value)
        article.payload.encode()


def check_markup(data: bytes) -> None:
    """Removal of adverts and ticker mark-up: it adds nothing, and cutting again cuts nothing."""
    body = replace_lone_surrogates(decode_bytes(data))
    article = cut_adverts(body).html
    assert cut_adverts(article) == (article, ()), article
    assert len(unwrap_tickers(article)) <= len(article) <= len(body)
    with_line = with_source_line(body, "江城晨报")
    assert with_line.startswith(body.rstrip(" \t\r\n")), with_line
    undressed(body)


def check_answer(data: bytes) -> None:
    """Ban signs: the responding URL on the first line, then the body; the sign must be fit for the log."""
    address, _, body = data.partition(b"\n")
    answered = decode_bytes(address)
    for asked in (SURFACE.url("http://127.0.0.1", CODE), CHANNELS["media"].url("http://127.0.0.1", 100)):
        responded = answered if ALLOWED.has(answered) else asked
        for status in (200, 302, 403, 404, 503):
            check_message(ban_sign(asked, responded, status, body) or "")
    for surface in WEB_LISTS.values():
        url = surface.url("http://127.0.0.1", 100)
        check_message(web_ban_sign(url, answered if ALLOWED.has(answered) else url, 200, body) or "")


def check_retry_after(data: bytes) -> None:
    for header in (data, b"Wed, 18 May 2022 08:00:00 " + data):
        seconds = retry_after(header.decode("latin-1"), LONG_AFTER)
        assert seconds is None or 0 <= seconds < float("inf"), seconds


SURFACES: dict[str, Callable[[bytes], object]] = {
    "json": check_json,
    "channel_list": check_channel_list,
    "web_list": check_web_list,
    "symbol": check_symbol,
    "news_text": check_news_text,
    "web_article": check_web_article,
    "web_page": check_web_page,
    "web_category": check_web_category,
    "share_page": check_share_page,
    "archive_list": check_archive_list,
    "feed": check_feed,
    "post_page": check_post_page,
    "category_links": check_category_links,
    "post": check_post,
    "front_matter": check_front_matter,
    "body": check_body,
    "markup": check_markup,
    "answer": check_answer,
    "retry_after": check_retry_after,
}

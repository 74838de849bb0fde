"""Rows of today's lists in the formats of upstream-today.md, and the columns that have an article."""

from __future__ import annotations

from finews_crawler.content.dates import parse_published_at
from finews_crawler.sources.eastmoney_web.channels import COLUMNS_OF_TODAY
from finews_crawler.testing.origin.articles import ROLLING, OriginArticle
from finews_crawler.testing.origin.text_generator import BOARDS, COMPANIES

Row = dict[str, object]

TICKERS = (*(company for company, _ in COMPANIES), *BOARDS)
POLLED = tuple(column.number for column in COLUMNS_OF_TODAY if column.is_polled)
OTHERS = tuple(column.number for column in COLUMNS_OF_TODAY if not column.is_polled)
CHOICE = 344
"""The column that repeats a choice of the others."""


def columns_of(article: OriginArticle) -> frozenset[int]:
    """Return the columns of an article; none without an outlet."""
    if not article.media_name:
        return frozenset()
    number = int(article.info_code[-10:])
    found = {home_of(article) - 1000, OTHERS[number % len(OTHERS)]}
    return frozenset(found | {CHOICE} if number % 4 == 0 else found)


def home_of(article: OriginArticle) -> int:
    """Return the number in an article's older URL: its column, plus 1000."""
    return 1000 + POLLED[int(article.info_code[-10:]) % len(POLLED)]


def real_sort(article: OriginArticle) -> int:
    """Return ``realSort``: microseconds since 1970, whose last six digits are 0 and the end of the code.

    >>> from finews_crawler.testing.origin.articles import generate
    >>> newest = generate(1, 1)[0]
    >>> newest.info_code, real_sort(newest)
    ('NW202205262391995116', 1653580798095116)
    """
    shown = parse_published_at(article.showtime)
    # A recording may have any time: it comes first, as it does in 2022's lists.
    seconds = int(shown.timestamp()) if shown else 9_999_999_999
    return seconds * 1_000_000 + int(article.info_code[-5:])


def securities_of(article: OriginArticle) -> list[str]:
    """Return the securities in an article's title and lead, each as ``market.code``."""
    text = f"{article.title} {article.simdigest}"
    return [f"{ticker.market}.{ticker.code}" for ticker in TICKERS if ticker.name in text]


def column_row(article: OriginArticle) -> Row:
    number, summary = article.info_code[2:], article.digest if ROLLING in article.channels else article.simdigest
    return {
        "summary": summary,
        "image": "",
        "code": number,
        "np_dst": "CMS",
        "showTime": article.showtime,
        "uniqueUrl": article.url_w,
        "title": article.title,
        "mediaName": article.media_name,
        "url": f"http://finance.eastmoney.com/news/{home_of(article)},{number}.html",
    }


def fast_row(article: OriginArticle) -> Row:
    return {
        "summary": article.digest,
        "code": article.info_code[2:],
        "titleColor": 3 if article.info_code.endswith("9") else 0,
        "realSort": str(real_sort(article)),
        "showTime": article.showtime,
        "title": article.title,
        "stockList": securities_of(article),
        "image": [],
        "pinglun_Num": int(article.info_code[-2:]),
        "share": int(article.info_code[-1]),
    }


def live_row(article: OriginArticle) -> Row:
    """Return a row of the older 7×24 list: the keys of ``rolling``, and those of the web site's own program."""
    digits = article.info_code[2:]
    return {
        "id": digits,
        "newsid": digits,
        "url_w": article.url_w,
        "url_m": f"http://wap.eastmoney.com/a/{digits}.html",
        "url_unique": article.url_w,
        "title": article.title,
        "digest": article.digest,
        "simtitle": article.simtitle,
        "simdigest": article.digest,
        "titlestyle": "0",
        "type": "1",
        "simtype": "0",
        "column": "102",
        "newstype": "1",
        "showtime": article.showtime,
        "ordertime": article.showtime,
        "editor_name": "",
        "commentnum": str(int(digits[-2:])),
    }


def pc_row(article: OriginArticle) -> Row:
    """Return a row of the desktop client's list; some were changed a while after they were shown."""
    milliseconds = real_sort(article) // 1_000_000 * 1000
    return {
        "infoCode": article.info_code,
        "code": article.info_code[2:],
        "title": article.title,
        "digest": article.digest,
        "updateTime": milliseconds + (90_000 if article.info_code.endswith("7") else 0),
    }


def security_row(article: OriginArticle) -> Row:
    return {
        "Art_ShowTime": article.showtime,
        "Art_Image": "",
        "Art_MediaName": article.media_name,
        "Art_Code": article.info_code[2:],
        "Art_Title": article.title,
        "Art_SortStart": str(real_sort(article)),
        "Art_VideoCount": 0,
        "Art_OriginUrl": f"http://finance.eastmoney.com/news/{home_of(article)},{article.info_code[2:]}.html",
        "Art_Url": article.url_w,
    }

"""Articles with what readers search for, queries for them, and the right results by plain regular expressions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from html import unescape
from itertools import islice
from typing import Any, NamedTuple

from playwright.sync_api import Page

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.items import Article, Ticker
from finews_crawler.sources.eastmoney.news_text import parse_news_text
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.share_site import news_text
from finews_crawler.utils.clock import now
from tests.support.sites import article

MONTHS = ("2022-05", "2022-04", "2022-02")
TICKERS = {
    "中国联通": Ticker("600050.SH", "中国联通", "inline"),
    "贵州茅台": Ticker("600519.SH", "贵州茅台", "inline"),
    "腾讯控股": Ticker("00700.HK", "腾讯控股", "inline"),
    "平安银行": Ticker("000001.SZ", "平安银行", "inline"),
    "上证指数": Ticker("000001.SH", "上证指数", "inline"),
}
TITLES = (
    "中国联通5G用户破亿",
    "中国联通 5G 用户再增",
    "中國聯通５Ｇ用戶調查",
    "联通：用户数破4亿，5G占比过半",
    "央行加息75bp 市场早有预期",
    "智能设备2022Q2出货量下滑",
    "裸眼3D屏幕走红",
    "7nm芯片量产在即",
    "17nm产线停产",
    "沪深300ETF获资金净流入",
    "多家4S店恢复营业",
    "1000kV特高压工程开工",
    "净利润59.8亿元 同比增长13.41%",
    "营收159.8亿元，增3.41%",
    "回购8亿元股份",
    "回购18亿元股份 单价8.5元",
    "募资2,000万用于扩产",
    "募资12,000万用于扩产",
    "募资2000万 用于研发",
    "成交1,234,567手创纪录",
    "净买入2，000户减少",
    "贵州茅台（600519）股东大会召开",
    "关注贵州茅台(SH600519)与五粮液",
    "贵州茅台600519.SH融资余额下降",
    "腾讯控股（0700.HK）回购",
    "腾讯控股(00700.HK)再度回购",
    "HK00700获南向资金买入",
    "中国联通（SH600050）公告",
    "600050.SH涨停",
    "平安银行（000001.SZ）发布年报",
    "上证指数（000001.SH）收于3000点上方",
    "苹果发布iPhone 13新配色",
    "iPhone13销量公布",
    "iPhone 14将于秋季发布",
    "苹果第13次发布iPhone",
    "特斯拉Model Y降价",
    "New York Times 报道称",
    "O2O平台整合",
    "A股三大指数集体收涨",
    "“保供”与‘稳价’并举",
    "订单①2022年交付",
    "版本1.2.3发布",
    "气温升至38℃ 用电攀升",
    "COVID-19药物获批",
)
BODY = "<p>{lead}</p><table><tr><td>{row}</td><td>银行股</td></tr></table><p>报道见<b>第{n}</b>版。</p>"


BLOCK = re.compile(r"(?i)<(?:/?(?:p|div|table|tr|td|th|h\d|li|ul|ol|center|blockquote)\b[^>]*|br[^>]*)>")
MARKUP = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


def plain(text: str) -> str:
    """Return text in half width and lower case, without white space, and with ``|`` for what separates numbers."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", re.sub("[①，]", "|", text)).lower())


class Case(NamedTuple):
    """Query as a reader types it, and the pattern of the lines of the articles that have it, see ``lines_of``."""

    typed: str
    patterns: tuple[str, ...]
    """An article must have all of them."""


def case(typed: str, *patterns: str) -> Case:
    return Case(typed, patterns or (re.escape(plain(typed)),))


NO_NUMBER = r"(?<![\d.,])"
"""Before a pattern that begins with a number."""
EXACT = ("75bp", "2022Q2", "3D", "7nm", "300ETF", "4S店", "1000kV", "59.8亿元", "8亿元", "13.41%", "3.41%")
UNICOM, TENCENT = r"(?<!\d)600050(?!\d)", r"(?<!\d)0?0700\.?hk|hk0?0700"
CASES = (
    *(case(typed, rf"{NO_NUMBER}5g") for typed in ("5G", "5g", "５Ｇ")),
    *(case(typed, "[联聯]通5g用[户戶]") for typed in ("联通5G用户", "聯通5G用戶", "联通５Ｇ用户")),
    case("联通 5G", "[联聯]通", f"{NO_NUMBER}5g"),
    case("聯通", "[联聯]通"),
    *(case(typed, NO_NUMBER + re.escape(typed.lower())) for typed in EXACT),
    *(case(typed, rf"{NO_NUMBER}2,?000万") for typed in ("2000万", "2,000万", "２０００万")),
    *(case(typed, rf"{NO_NUMBER}1,?234,?567(?!\d)") for typed in ("1234567", "1,234,567")),
    *(case(typed, UNICOM) for typed in ("SH600050", "600050.SH", "600050", "sh.600050", "600050.ss")),
    *(case(typed, TENCENT) for typed in ("0700.HK", "00700.HK", "HK00700", "hk0700")),
    *(case(typed, r"贵州茅台\(?(sh)?600519") for typed in ("贵州茅台600519", "贵州茅台（600519）", "贵州茅台SH600519")),
    *(case(typed, f"{NO_NUMBER}59[.]8亿元") for typed in ("59.8 亿元", "５９．８亿元")),
    case("600050 中国联通", UNICOM, "中国联通"),
    case("600050中国联通", r"600050(\.sh)?中国联通"),
    case("000001.SZ", r"(?<!\d)000001\.sz"),
    case("SH000001", r"(?<!\d)000001\.sh"),
    *(case(typed, r"iphone13(?!\d)") for typed in ("iPhone 13", "iPhone13", "IPHONE13", "ｉＰｈｏｎｅ 13")),
    case("Model Y", "modely"),
    case("New York Times", "newyorktimes"),
    case("New York", "newyork"),
    case("Career In投行PEVC", "careerin投行pevc"),
    case("21世纪经济报道 21财经APP", "21世纪经济报道", "21财经app"),
    case("O2O"),
    case("A股三大指数"),
    case("保供”与‘稳价", "保供”与‘稳价"),
    case("2022年", r"(?<![\d.,])2022年"),
    case("covid19", "covid-?19"),
    case("38℃"),
    case("银行股", "(?<!平安)银行股"),
    case("平安银行股", "平安银行股"),
    *(case(typed, "^不见于任何文章$") for typed in ("返回首页", "文章来源", "GMT", "tags", "返回证券时报新闻")),
)


def lines_of(one: Article) -> list[str]:
    """Return the lines of an article that a search can find, for the patterns of the cases."""
    text = unescape(MARKUP.sub("", BLOCK.sub("\n", one.body_html)))
    digest = one.digest if not one.media_name else ""
    named = [one.title, one.media_name or "东财滚动", *(f"{ticker.symbol} {ticker.name}" for ticker in one.tickers)]
    lines = [plain(line) for line in (*named, digest, *text.split("\n"))]
    return [line for line in lines if not line.startswith("(文章来源")]


def expected(one: Case, articles: Iterable[Article]) -> set[str]:
    """Return the infoCodes of the articles that the case should find."""
    patterns = [re.compile(pattern) for pattern in one.patterns]
    return {
        article.info_code
        for article in articles
        if all(any(pattern.search(line) for line in lines_of(article)) for pattern in patterns)
    }


def special_articles() -> list[Article]:
    """Return an article for each title, spread over the months."""
    made = []
    for n, title in enumerate(TITLES):
        month = MONTHS[n % len(MONTHS)]
        media = ("证券时报", "21世纪经济报道 21财经APP", "Career In投行PEVC", "")[n % 4]
        tickers = [ticker for name, ticker in TICKERS.items() if name in title]
        body = BODY.format(lead=f"{media}记者第{n}次报道。" * 2, row="平安" if n % 2 else "8", n=n)
        digest = f"【{title}】{media}记者第{n}次报道。"
        day = f"{month}-{n % 28 + 1:02}"
        made.append(article(9000 + n, day, media, title=title, body_html=body, tickers=tickers, digest=digest))
    return made


def ordinary_articles(count: int, months: int) -> list[Article]:
    """Return articles of the embedded origin, spread over the months before June 2022."""
    made: list[Article] = []
    for generated in islice(generate(count, 1), count):
        one = parse_news_text(news_text(generated), generated.info_code).article
        if one is not None and one.published_at is not None:
            one.first_seen_at = now()
            one.published_at -= timedelta(days=30 * months * len(made) / count)
            made.append(derive(one, PostUrls())[0])
    return made


def store(archive: Archive, articles: Sequence[Article]) -> None:
    for first in range(0, len(articles), 500):
        for change in archive.store(articles[first : first + 500]):
            assert change.error is None


FIND = """async ([queries, { order, ...filters }]) => {
    const { Query } = await import(new URL("assets/search-query.js", document.baseURI));
    const bundles = JSON.parse(document.querySelector("#search").dataset.bundles);
    const found = [];
    for (const typed of queries) {
        const hrefs = [];
        const query = new Query(bundles, typed, { media: "", from: "", to: "", ticker: "", ...filters }, { order });
        for await (const post of query.results()) hrefs.push(post.href);
        if (query.failed.length) throw new Error(query.failed.join());
        found.push(hrefs);
    }
    return found;
}"""


def find(page: Page, queries: Sequence[str], **filters: str) -> list[list[str]]:
    """Return the infoCodes of all results of each query, in their order; *page* is the search page.

    *filters*: media, from, to and ticker, and the order.
    """
    found: list[list[str]] = page.evaluate(FIND, [list(queries), filters])
    return [[info_code_of(href) for href in hrefs] for hrefs in found]


def info_code_of(href: Any) -> str:
    name = str(href).rpartition("/")[2].removesuffix(".html")
    return name if name.startswith("NW") else f"NW{name}"

"""The archive that tables are made of: 300 articles, some of whose titles and bodies are hard on readers of tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from finews_crawler import Archive
from finews_crawler.articles.record import as_json
from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.body_generator import Bodies, keytip, paragraph, table
from finews_crawler.testing.origin.text_generator import Ticker
from finews_crawler.testing.origin.timestamps import SHOWTIME
from tests.interop.environments import folder
from tests.interop.material import ARTICLES, NEWEST, Material, crawled

TITLES = (
    "=1+1：公式样的标题",
    "-5.3%！跌幅居前",
    "+8亿元 增持",
    "@所有人 留意风险",
    '引号"中"的, 逗号;分号',
    '反斜杠\\"与C:\\new',
    "000001",
    "00700.HK",
    "2026-11-20",
    "11/12",
    "1E5",
    "TRUE",
    "NULL",
    "NA",
    "None",
    "😀涨停𠮷野家",
    "'单引号开头",
    "[1, 2]",
    '{"a": 1}',
    "２０２６年Ａ股",
    "A股5G概念走强 锂电池涨停",
)
"""Of one article each."""
QUOTED_NAME = Ticker('锂"电\\池', "600050", "1")
BREAKS = "第一行\u2028第二行\u2029第三行\x85第四行\u000b第五行"
LONG = "锂电池板块今日走强，" * 4_000
LONGEST = "新能源汽车产业链，" * 16_000
"""Longer than a cell of a spreadsheet may be, and than a field that Python's csv module reads by default."""
BODIES = (
    paragraph(BREAKS),
    paragraph('他说："涨",\'停\'; \\n \\" \\\\ &amp;amp; &lt;b&gt; \t 制表'),
    paragraph(keytip(QUOTED_NAME)),
    paragraph(LONG),
    paragraph(LONGEST),
    table([("代码", "名称"), ("000001", "平安银行"), ("00700", "腾讯控股")]),
    paragraph("短"),
)


def odd_articles() -> list[OriginArticle]:
    """Return generated articles, some of which have the titles and bodies above."""
    articles = list(generate(ARTICLES, seed=2, newest=NEWEST))
    for number, title in enumerate(TITLES, 20):
        articles[number] = replace(articles[number], title=title)
    for number, body in enumerate(BODIES, 50):
        articles[number] = replace(articles[number], body=Bodies(body, body))
    return [replace(article, showtime=months_ago(article, number // 100)) for number, article in enumerate(articles)]


def months_ago(article: OriginArticle, months: int) -> str:
    """Return the time of an article, so many months of thirty days earlier."""
    time = datetime.fromisoformat(article.showtime) - timedelta(days=30 * months)
    return time.strftime(SHOWTIME)


class OddMaterial(Material):
    """Its exports, and what Scrapy's feeds wrote while it was crawled."""

    @property
    def feed(self) -> Path:
        """The feeds, without the suffix: ``.csv``, ``.json``, ``.jsonl``."""
        return self.data.parent / "feed"

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The records as JSON has them, all fields of docs/records.md in their order."""
        return [as_json(record._asdict()) for record in Archive.open(self.data).articles()]


@cache
def odd_material() -> OddMaterial:
    """Crawl the archive; with ``INTEROP_CACHE`` only if it is not there yet."""
    home = folder() / "odd"
    made = OddMaterial(home / "data")
    feeds = [word for suffix in ("csv", "json", "jsonl") for word in ("-O", f"{made.feed}.{suffix}")]
    crawled(made, odd_articles(), *feeds)
    return made

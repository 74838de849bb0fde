"""A small archive site of static files, in the format of the project's own Jekyll site, with the share site's API."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path

EMNEWS = "东财滚动新闻"
ARCHIVE = "//finews.withounder.com"
TIMES = count(1_650_000_000)
SHARE = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode="


@dataclass(frozen=True)
class Site:
    """Writer of pages below a folder that an HTTP server serves."""

    root: Path

    def write(self, path: str, section: str) -> None:
        file = self.root / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
        file.parent.mkdir(parents=True, exist_ok=True)
        page = f"<html><body><header><h1>金融消息</h1></header><section>{section}</section></body></html>"
        file.write_text(page, encoding="utf-8")
        # Old times, each later than the one before: a page that was changed in this second is not cached.
        time = next(TIMES)
        os.utime(file, (time, time))

    def share(self) -> None:
        """Write a body that is the same for all articles."""
        file = self.root / "NewsData/GetNewsText.do"
        file.parent.mkdir(parents=True)
        file.write_text('{"text": "<p>港区新增航线。</p>", "content": "<p>港区新增航线。</p>"}', encoding="utf-8")

    def post(self, folder: str, day: str, number: int, tag: str) -> str:
        """Write a post's page, and return its path."""
        code = f"NW{day.replace('-', '')}{number:010}"
        path = f"/{folder}/{day.replace('-', '/')}/{code}.html"
        section = (
            f"<small>(GMT+8, Asia/Shanghai, CST) {day} 10:00:00</small>\n<h1>第{number}条</h1>\n\n"
            f'<p>港区新增航线。</p>\n\n<p><a href="{SHARE}{code}">{SHARE}{code}</a></p>\n\n'
            f'<p><a href="{ARCHIVE}/">返回{tag}</a>｜<a href="{ARCHIVE}/">返回首页</a></p>\n'
            f"<small>tags: <em>{tag}</em></small>"
        )
        self.write(path, section)
        return path

    def category(self, path: str, tag: str, posts: Iterable[str], months: Iterable[str] = ()) -> None:
        """Write a category page or month page."""
        self.write(path, post_list(tag, posts) + month_nav(months))


def post_list(tag: str, posts: Iterable[str], address: str = "") -> str:
    heading = f'<a href="{escape(address)}">{tag}</a>' if address else tag
    rows = "\n".join(f'<li><a href="{escape(post)}">一条</a> <time>10:00</time></li>' for post in posts)
    return f'<h2 id="{tag}">{heading}</h2>\n<ul>\n{rows}\n</ul>\n'


def month_nav(months: Iterable[str]) -> str:
    links = " ".join(f'<a href="{escape(month)}" rel="section">{escape(month[-12:-5])}</a>' for month in months)
    return f'<nav class="months">{links}</nav>' if links else ""

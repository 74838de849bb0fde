"""The pages of posts, as extractors of articles and readers of Open Graph have them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from finews_crawler import Archive, ArticleRecord
from tests.interop.cells import Checks, Outcome, Result, right, wrong
from tests.interop.environments import SCRIPTS, node_with, python_with, run
from tests.interop.expected import records_in
from tests.interop.material import Material
from tests.interop.posts import BEIJING, words
from tests.interop.sites import posts

CHECKS = Checks()
OUTPUT = "Pages of posts"
NOT_TEXT = re.compile(r"\W")
NOTES = {
    "readability-lxml": "It drops a short text of which a fifth is links, as the share link is: take trafilatura",
    "newspaper4k": "Its authors have names of two words: the outlet is in the meta data, `article.meta_data['author']`",
    "goose3": "It drops paragraphs with few words of its list: take trafilatura",
}
AROUND = ("上一篇", "下一篇", "全部消息", "文章版权归各媒体所有")
"""Words of the page around the article."""
OUTLET_OF_ROLLING = "东财滚动"


def pages(material: Material) -> list[tuple[str, str]]:
    site = material.local_site
    return [(f"{site.folder}{unquote(urlsplit(url).path)}", url) for url in sorted(posts(material))]


def compare_pages(material: Material, printed: str) -> Outcome:
    """Count in how many pages each field is as archived, of those that the extractor has at all."""
    records = {record.info_code[2:]: record for record in Archive.open(material.data).articles()}
    found, missed = Counter[str](), {}
    for page in records_in(printed):
        record = records.pop(re.findall(r"\d{18}", page["url"])[-1])
        for field, is_right in judged(page, record):
            found[field] += is_right
            if not is_right:
                missed.setdefault(field, page[field if field != "alone" else "text"])
    assert not records, f"{len(records)} posts were not read"
    number = len(material.articles)
    seen = ", ".join(f"{field} {count}" for field, count in found.items()) + f" of {number}"
    examples = "; ".join(f"{field}: {value!r:.60}" for field, value in missed.items())
    return wrong(f"{seen}. {examples}") if missed else right(seen)


def judged(page: dict[str, Any], record: ArticleRecord) -> Iterator[tuple[str, bool]]:
    """Yield for each field that the extractor has whether it is right."""
    if "html" in page:
        page["text"] = words(page["html"])
    if page.get("title") is not None:
        yield "title", page["title"] == record.title
    if page.get("published") is not None:
        yield "published", is_time_of(page["published"], record.published_at)
    if page.get("text") is not None:
        text = NOT_TEXT.sub("", page["text"])
        yield "text", all(NOT_TEXT.sub("", line) in text for line in record.text.splitlines())
        yield "alone", not any(around in page["text"] for around in AROUND)
    if page.get("author") is not None:
        yield "author", page["author"] == (record.media_name or OUTLET_OF_ROLLING)


def is_time_of(text: str, published_at: datetime) -> bool:
    """Return whether *text* is the time, or its day in Beijing."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text == f"{published_at.astimezone(BEIJING):%Y-%m-%d}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment == published_at


def register(name: str, output: str, title: str, versions: tuple[str, ...], *more: str) -> None:
    @CHECKS.add(f"page-{name.rpartition('/')[2]}", output, title, *versions)
    def check(material: Material, version: str) -> Outcome:
        question = json.dumps(pages(material)).encode()
        if "(Node)" in title:
            modules = node_with(f"{name}@{version}", *more)
            return compare_pages(material, run("node", SCRIPTS / "extract.mjs", name, modules, stdin=question))
        python = python_with(f"{name}=={version}", *more)
        found = compare_pages(material, run(python, SCRIPTS / "extract.py", name, stdin=question))
        return replace(found, note=NOTES.get(name, "")) if found.result == Result.WRONG else found


for extractor in (
    ("trafilatura", OUTPUT, "trafilatura", ("1.12.2", "2.3.1"), "lxml_html_clean==0.4.6"),
    ("newspaper4k", OUTPUT, "newspaper4k", ("0.9.6",), "jieba==0.42.1", "lxml_html_clean==0.4.6"),
    ("readability-lxml", OUTPUT, "readability-lxml", ("0.8.4.1", "0.9"), "lxml_html_clean==0.4.6"),
    ("goose3", OUTPUT, "goose3", ("3.1.22",), "jieba==0.42.1"),
    ("htmldate", OUTPUT, "htmldate", ("1.11.0",)),
    ("extruct", OUTPUT, "extruct, Open Graph", ("0.18.0",)),
    ("metadata_parser", OUTPUT, "metadata_parser, Open Graph", ("1.0.0", "2.0.0")),
    ("@mozilla/readability", OUTPUT, "@mozilla/readability (Node)", ("0.5.0", "0.6.0"), "jsdom@26.1.0"),
    ("@extractus/article-extractor", OUTPUT, "@extractus/article-extractor (Node)", ("9.0.1",)),
    ("open-graph-scraper", OUTPUT, "open-graph-scraper (Node)", ("6.12.0",)),
):
    register(*extractor)

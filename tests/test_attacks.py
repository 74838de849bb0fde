"""Hostile and broken payloads, crawled over HTTP: each becomes a harmless post or a rejection with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from crawling import Run, Scrapy
from jekyll_site import NEEDS_JEKYLL, build_site
from recorded import share_site

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.paths import DataDirectory
from finews_crawler.exporters.jekyll_post import PostAddresses, media_tag, post_name
from finews_crawler.items import Article
from finews_crawler.text.dates import format_published_at
from finews_crawler.upstream.post_page import parse_post_page

ATTACKS = Path(__file__).parent / "attacks"
CASES = sorted(path for path in ATTACKS.iterdir() if path.suffix in {".json", ".bin"})
CODES = {f"NW20220601{number:010d}": case for number, case in enumerate(CASES, 1)}
FRONT_MATTER = re.compile(r"---\n(?P<yaml>.*?)\n---\n(?P<rest>.*)", re.DOTALL)
SOME_FAILED = 3


class Crawled:
    """The archive that a crawl of all cases left."""

    def __init__(self, data: Path, run: Run) -> None:
        self.data, self.run = data, run
        self.archive = Archive(DataDirectory(data), PostAddresses())
        self.articles = {code: article for code in CODES if (article := self.archive.get(code))}
        lines = (data / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
        self.rejections = {record["info_code"]: record for record in map(json.loads, lines)}

    def post(self, article: Article) -> str:
        return (self.data / "site" / "_posts" / post_name(article)).read_bytes().decode()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("attacks")
    codes = folder / "codes.txt"
    codes.write_text("\n".join(CODES), encoding="utf-8")
    scrapy = Scrapy.into_folder(folder / "data")
    with share_site({code: case.read_bytes() for code, case in CODES.items()}) as url:
        run = scrapy.at(url)("crawl", "share", "-a", f"file={codes}")
    crawled = Crawled(scrapy.data, run)
    yield crawled
    crawled.archive.close()


def test_there_are_two_hundred_cases() -> None:
    assert len(CASES) >= 200


def test_no_exception_and_nothing_vanishes(crawled: Crawled) -> None:
    assert "Traceback" not in crawled.run.log, crawled.run.log
    (counts,) = crawled.run.summaries()
    assert counts["found"] == len(CODES)
    assert counts["new"] == len(crawled.articles)
    assert counts["rejected"] + counts["failed"] == len(crawled.rejections)
    assert crawled.run.status == SOME_FAILED


@pytest.mark.parametrize("code", CODES, ids=lambda code: CODES[code].stem)
def test_each_is_a_post_or_a_reasoned_rejection(crawled: Crawled, code: str) -> None:
    assert (code in crawled.articles) != (code in crawled.rejections)
    if code in crawled.rejections:
        assert crawled.rejections[code]["reason"]
        assert crawled.rejections[code]["detail"]
        return
    article = crawled.articles[code]
    match = FRONT_MATTER.fullmatch(crawled.post(article))
    assert match
    read = yaml.safe_load(match["yaml"])
    assert read["title"] == article.title
    assert as_words(read["categories"]) == [article.slug]
    assert as_words(read["tags"]) == [media_tag(article.media_name)]
    assert article.published_at
    assert f"\ndate: {format_published_at(article.published_at)}\n" in f"\n{match['yaml']}\n"
    assert match["rest"].startswith(article.body_html)
    assert f"\n\n<{article.share_url}>\n\n[返回" in match["rest"]


def as_words(value: object) -> object:
    """A value as Jekyll takes it: a list, or a string to be split at white space."""
    return value.split() if isinstance(value, str) else value


def test_no_file_lies_outside_its_folder(crawled: Crawled) -> None:
    folders = {str(path.parent.relative_to(crawled.data)) for path in crawled.data.rglob("*") if path.is_file()}
    assert folders == {".", "site/_posts", "site/category"}


@NEEDS_JEKYLL
def test_jekyll_builds_them_all_each_under_its_date(crawled: Crawled, tmp_path: Path) -> None:
    built = build_site(crawled.data / "site", tmp_path)
    pages = {path.stem: path for path in built.rglob("20*/*/*/*.html")}
    for code, article in crawled.articles.items():
        assert article.published_at
        page = pages[code if article.media_name else code[2:]]
        assert page.parts[-4:-1] == tuple(f"{article.published_at:%Y/%m/%d}".split("/"))
        read = parse_post_page(f"http://127.0.0.1/{page.name}", page.read_bytes()).article
        assert read, page.read_text(encoding="utf-8")
        assert (read.info_code, read.title, read.published_at) == (code, article.title, article.published_at)
        assert read.media_name == article.media_name

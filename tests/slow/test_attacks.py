"""Hostile and broken payloads, crawled over HTTP: each becomes a harmless post or a rejection with its reason."""

from __future__ import annotations

import re

import pytest
import yaml

from finews_crawler.content.dates import format_published_at
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.site.theme_install import RECORD, theme_files
from tests.support.attack_archive import CASES, CODES, Attacked

FRONT_MATTER = re.compile(r"---\n(?P<yaml>.*?)\n---\n(?P<rest>.*)", re.DOTALL)
SOME_FAILED = 3


def test_there_are_at_least_two_hundred_attacks() -> None:
    assert len(CASES) >= 200


def test_the_crawl_accounts_for_every_attack_without_an_exception(attacked: Attacked) -> None:
    assert "Traceback" not in attacked.run.log, attacked.run.log
    (counts,) = attacked.run.summaries()
    assert counts["found"] == len(CODES)
    assert counts["new"] == len(attacked.articles)
    assert counts["rejected"] + counts["failed"] == len(attacked.rejections)
    assert attacked.run.status == SOME_FAILED


@pytest.mark.parametrize("code", CODES, ids=lambda code: CODES[code].stem)
def test_each_attack_is_a_post_or_a_rejection_with_a_reason(attacked: Attacked, code: str) -> None:
    assert (code in attacked.articles) != (code in attacked.rejections)
    if code in attacked.rejections:
        assert attacked.rejections[code]["reason"]
        assert attacked.rejections[code]["detail"]
        return
    article = attacked.articles[code]
    match = FRONT_MATTER.fullmatch(attacked.post(article))
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
    """Return a value as Jekyll reads it: a list, or a string split at white space."""
    return value.split() if isinstance(value, str) else value


def test_no_attack_writes_a_file_outside_the_archive_folders(attacked: Attacked) -> None:
    files = {path.relative_to(attacked.data).as_posix() for path in attacked.data.rglob("*") if path.is_file()}
    files -= {"cache/alarms.json", *(f"site/{name}" for name in (*theme_files(), RECORD))}
    assert {file.rpartition("/")[0] for file in files} == {"", "cache/robots", "site/_posts", "site/category"}

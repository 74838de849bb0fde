"""Checks that the fuzzed surfaces share: messages, articles, and the posts made of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.validate import find_flaw
from finews_crawler.content.decoding import one_line
from finews_crawler.content.info_code import INFO_CODE
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article
from finews_crawler.posts.reader import as_in_post, read_post
from finews_crawler.sources.outcome import Outcome, ParsedArticle

CODE = "NW202205182383638060"
ADDRESSES = PostUrls()
LONG_AFTER = datetime(9000, 1, 1, tzinfo=UTC)
# Characters that a terminal interprets, or that begin a new line for a reader of the log.
UNFIT_FOR_LOG = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def check_message(detail: str) -> None:
    """Check that a log message is one line without escape sequences."""
    assert not UNFIT_FOR_LOG.search(detail), f"unfit for a log: {detail!r}"


def check_line(value: str) -> None:
    assert value == one_line(value), f"not one line: {value!r}"


def check_article(article: Article) -> None:
    assert INFO_CODE.fullmatch(article.info_code), article.info_code
    for value in (article.title, article.media_name, article.digest, article.public_url):
        check_line(value)
    for body in (article.text_html, article.content_html, article.payload):
        body.encode()
    assert article.published_at is None or article.published_at.utcoffset() is not None


def check_parsed_article(read: ParsedArticle, info_code: str) -> None:
    check_message(read.detail)
    read.payload.encode()
    assert read.outcome is not Outcome.ARTICLES or (read.article and read.article.has_body)
    if read.article:
        # A body of dressing alone is missing: its text is to come.
        assert read.outcome in (Outcome.ARTICLES, Outcome.MISSING)
        assert read.article.info_code == info_code
        check_article(read.article)
        check_post_of(read.article)


def check_post_of(article: Article) -> None:
    derived = derive(article, ADDRESSES).article
    assert "/" not in derived.slug.strip("."), derived.slug
    if find_flaw(derived, LONG_AFTER):
        return
    name, content = post_name(derived), render_post(derived, ADDRESSES)
    assert "/" not in name
    read = read_post(name, content).article
    assert read == as_in_post(derived), content
    assert render_post(read, ADDRESSES) == content

"""Fuzzed surfaces of the archive: its site, its posts and their front matter."""

from __future__ import annotations

import yaml

from finews_crawler.content.decoding import decode_bytes, one_line, replace_lone_surrogates
from finews_crawler.content.info_code import INFO_CODE
from finews_crawler.exporters.front_matter import front_matter, one_of_list, quoted
from finews_crawler.posts.front_matter_reader import read_front_matter, read_line_by_line
from finews_crawler.posts.reader import read_post
from finews_crawler.sources.finews_site.category_links import category_address, month_links, path_on_site
from finews_crawler.sources.finews_site.post_lists import PostList, parse_feed, parse_post_list
from finews_crawler.sources.finews_site.post_page import parse_post_page
from finews_crawler.sources.outcome import Outcome
from tests.fuzz.checks import CODE, check_article, check_line, check_message, check_post_of

ARCHIVE = "https://finews.withounder.com/category/jia.html"
POST = f"https://finews.withounder.com/jia/2022/05/18/{CODE}.html"
POST_NAMES = (f"2022-05-18-{CODE}.md", "2022-05-26-202205262391921712.md", "2021-12-01-init.md")


def check_archive_list(data: bytes) -> None:
    """Parser of home, category and month pages."""
    _check_post_list(parse_post_list(ARCHIVE, data))


def check_feed(data: bytes) -> None:
    _check_post_list(parse_feed(ARCHIVE, data))


def _check_post_list(read: PostList) -> None:
    check_message(read.detail)
    assert (read.outcome is not Outcome.ARTICLES) or read.posts
    for post in read.posts:
        post.url.encode()
        assert not post.info_code or INFO_CODE.fullmatch(post.info_code)
    for heading in read.headings:
        check_line(heading.tag)
        _check_path(heading.address)
    for month in read.months:
        _check_path(month.path)


def _check_path(path: str) -> None:
    """Check that a path stays on the archive's host: ``//elsewhere/`` does not."""
    assert not path or path.startswith(("/category/", "/emnews/")), path
    assert "/../" not in path, path


def check_post_page(data: bytes) -> None:
    read = parse_post_page(POST, data)
    check_message(read.detail)
    assert (read.outcome is Outcome.ARTICLES) == (read.article is not None)
    if read.article:
        check_article(read.article)
        check_post_of(read.article)


def check_category_links(data: bytes) -> None:
    """Parser of links: the page's URL on the first line, its links on the others."""
    base, *hrefs = decode_bytes(data).split("\n")
    for at in (base, ARCHIVE):
        months, left_out = month_links(at, hrefs)
        assert len(months) + len(left_out) <= len(hrefs)
        for path in [month.path for month in months] + [category_address(at, hrefs)]:
            _check_path(path)
        for href in hrefs[:50]:
            path_on_site(at, href)


def check_post(data: bytes) -> None:
    """Parser of posts, also of edited ones, under the names that posts have."""
    for name in POST_NAMES:
        post = read_post(name, data)
        check_message(post.problem)
        if post.article:
            assert INFO_CODE.fullmatch(post.article.info_code)
            post.article.body_html.encode()


def check_front_matter(data: bytes) -> None:
    """Front matter: every value survives YAML, and any YAML is parsed or refused with a reason."""
    value = replace_lone_surrogates(decode_bytes(data))
    line = one_line(value)
    written = front_matter(("title", quoted(value)), ("categories", one_of_list(line)), ("tags", one_of_list(line)))
    head = written.removeprefix("---\n").removesuffix("---\n")
    for read in (yaml.safe_load(head), read_front_matter(head).values):
        assert read["title"] == value, read
        assert read["tags"] == read["categories"], read
        assert read["categories"] in (line, [line]), read
    check_message(read_front_matter(value).problem)
    read_line_by_line(value)

"""read_post on posts whose name, link, front matter and footer disagree."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article, article_from
from finews_crawler.posts import front_matter_reader as post_front_matter
from finews_crawler.posts.formats import PostFormat
from finews_crawler.posts.parser import info_code_in_name
from finews_crawler.posts.reader import Post, read_post
from finews_crawler.utils.timezone import BEIJING
from tests.support.paths import FIXTURES

CODE, OTHER_CODE = "NW202205262391921712", "NW202205182383638060"
NAME = f"2022-05-26-{CODE}.md"
ADDRESSES = PostUrls()
POSTS = FIXTURES / "posts"


def an_article(code: str = CODE, media_name: str = "证券时报", **fields: str) -> Article:
    moment = datetime(2022, 5, 26, 10, 0, tzinfo=BEIJING)
    told = {"title": "标题", "media_name": media_name, "content_html": "<p>正文。</p>", **fields}
    return derive(article_from("media", code, published_at=moment, **told), ADDRESSES)[0]


def changed(old: str, new: str, name: str = NAME) -> Post:
    """Read the post of an article after replacing *old* by *new*."""
    content = render_post(an_article(), ADDRESSES).decode()
    assert content.count(old) == 1
    return read_post(name, content.replace(old, new).encode())


def the_article(post: Post) -> Article:
    assert post.article
    return post.article


def test_the_file_name_identifies_the_article() -> None:
    post = changed(f"infoCode={CODE}", f"infoCode={OTHER_CODE}")
    assert (the_article(post).info_code, post.linked_code, post.form) == (CODE, OTHER_CODE, PostFormat.MEDIA)


@pytest.mark.parametrize("name", ["2022-05-26-标题.md", f"2022-05-26-{CODE} (1).md", f"{CODE}5.md", "", "."])
def test_the_link_identifies_the_article_if_the_name_has_no_code(name: str) -> None:
    assert info_code_in_name(name) is None
    post = changed(f"infoCode={CODE}", f"infoCode={OTHER_CODE}", name)
    assert (the_article(post).info_code, post.linked_code) == (OTHER_CODE, OTHER_CODE)


@pytest.mark.parametrize("name", [NAME, f"2022-05-26-{CODE.lower()}.markdown", f"-{CODE[2:]}.md", CODE[2:]])
def test_info_code_in_name_of_various_names(name: str) -> None:
    assert info_code_in_name(name) == CODE


def test_a_rolling_post_with_another_prefix_keeps_it() -> None:
    article = an_article(f"AB{CODE[2:]}", "", digest="摘要")
    post = read_post(post_name(article), render_post(article, ADDRESSES))
    assert (the_article(post).info_code, post.form) == (f"AB{CODE[2:]}", PostFormat.ROLLING)


OTHER_URLS = ["//archive.example", "https://archive.example", "http://127.0.0.1:4000", "https://archive.example/a/b"]


@pytest.mark.parametrize("media_name", ["证券时报", ""])
@pytest.mark.parametrize("url", OTHER_URLS)
def test_a_post_with_another_url_of_the_archive_is_in_todays_format(url: str, media_name: str) -> None:
    ours = PostUrls("http://share.example", url)
    content = render_post(derive(an_article(media_name=media_name, digest="摘要"), ours)[0], ours)
    read, theirs = read_post(NAME, content, ours), read_post(NAME, content)
    form = PostFormat.MEDIA if media_name else PostFormat.ROLLING
    assert (read.form, read.archive_url) == (form, "")
    assert (theirs.form, theirs.archive_url, theirs.article) == (form, url, read.article)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("](//finews.withounder.com/)", "](//archive.example/)"),
        ("](//finews.withounder.com/)", "](/)"),
        ("](//finews.withounder.com/)", "](//finews.withounder.com)"),
        ("](//finews.withounder.com/)", "](//finews.withounder.com/) "),
        ("](//finews.withounder.com/category/", "](//archive.example/category/"),
    ],
)
def test_a_footer_with_two_urls_or_edited_is_unknown(old: str, new: str) -> None:
    post = changed(old, new)
    assert (post.form, post.archive_url) == (PostFormat.UNKNOWN_FORM, "")


@pytest.mark.parametrize("body", ["", "甲。", "甲。\n\n乙。", "<p>a</p>\n", "<p>a</p>\n\n", "> a\n\n<p>b</p>", "A&B"])
def test_an_edited_body_is_read_unchanged(body: str) -> None:
    post = changed("<p>正文。</p>", body)
    assert (the_article(post).body_html, the_article(post).text_html, post.form) == (body, body, PostFormat.MEDIA)


def test_blank_lines_after_the_front_matter_are_not_body() -> None:
    post = changed("<p>正文。</p>", "\n\n<p>正文。</p>")
    assert (the_article(post).body_html, post.form) == ("<p>正文。</p>", PostFormat.UNKNOWN_FORM)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tags: 证券时报新闻", "tags: [要闻, 证券时报新闻]"),
        ("tags: 证券时报新闻", "tags:\n- 证券时报新闻"),
        ("tags: 证券时报新闻", "tags: 要闻"),
        ("tags: 证券时报新闻", ""),
        ("tags: 证券时报新闻", "tags: {a: b}"),
    ],
)
def test_the_outlet_is_read_from_the_tags_or_the_footer(old: str, new: str) -> None:
    post = changed(old, new)
    assert (the_article(post).media_name, post.form) == ("证券时报", PostFormat.UNKNOWN_FORM)


@pytest.mark.parametrize(
    ("old", "new", "media_name"),
    [
        ("categories: zhengquanshibao", "categories: emnews", "证券时报"),
        ("tags: 证券时报", "tags: 东财滚动", "东财滚动"),
    ],
)
def test_a_rolling_post_needs_its_tag_and_category(old: str, new: str, media_name: str) -> None:
    post = changed(old, new)
    assert (the_article(post).media_name, post.form) == (media_name, PostFormat.UNKNOWN_FORM)


@pytest.mark.parametrize("title", ["[a, b]", "{a: b}", "", '""', "&x"])
def test_a_title_that_is_not_text_is_empty(title: str) -> None:
    post = changed('title: "标题"', f"title: {title}")
    assert (the_article(post).title, post.form, post.problem) == ("", PostFormat.BROKEN, "")


@pytest.mark.parametrize("rule", ["--- ", "---\t", "..."])
def test_front_matter_ends_where_jekyll_ends_it(rule: str) -> None:
    post = changed("\n---\n<p>", f"\n{rule}\n<p>")
    assert (the_article(post).title, the_article(post).body_html) == ("标题", "<p>正文。</p>")


@pytest.mark.parametrize("value", ["[" * 50 + "]" * 50, "{a: " * 50 + "}" * 50, "\n  " + "- " * 50 + "x"])
def test_deeply_nested_front_matter_is_rejected(value: str) -> None:
    post = changed("layout: post", f"layout: {value}")
    assert (post.form, post.front_matter) == (PostFormat.BROKEN, {})
    assert "too deep" in post.problem
    assert the_article(post).title == "标题"


def test_front_matter_with_many_brackets_is_read() -> None:
    title = "[" * 100_000 + "- ? :"
    post = changed('"标题"', f'"{title}"')
    assert (the_article(post).title, post.form) == (title, PostFormat.MEDIA)


@pytest.mark.parametrize("line", ["title: a: b", 'title: "a', "title: 'a'b'", "\tx", "title: @a", "title: *a", "\x00"])
def test_an_invalid_line_does_not_affect_the_others(line: str) -> None:
    post = changed('title: "标题"', line)
    assert (post.form, post.front_matter) == (PostFormat.BROKEN, {})
    assert post.problem.startswith("YAML: ")
    assert the_article(post).published_at == an_article().published_at
    assert the_article(post).media_name == "证券时报"


def test_an_unescaped_title_is_read() -> None:
    assert the_article(changed('"标题"', '"新"标"题"')).title == '新"标"题'


def test_the_pure_python_loader_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [path for path in POSTS.glob("*/*") if path.name != "expected.json"]
    posts = [read_post(path.name, path.read_bytes()) for path in files]
    monkeypatch.setattr(post_front_matter, "LOADER", yaml.BaseLoader)
    for path, post in zip(files, posts, strict=True):
        again = read_post(path.name, path.read_bytes())
        assert (again.form, again.article, again.front_matter) == (post.form, post.article, post.front_matter)


@given(st.text() | st.text().map("{}.md".format))
def test_info_code_in_name_never_raises(stem: str) -> None:
    assert info_code_in_name(f"{stem}-{CODE}.md") == CODE
    assert info_code_in_name(stem) in (None, info_code_in_name(f"2022-05-26-{stem}"))

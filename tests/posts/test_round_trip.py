"""Round trip of posts: rendering and reading loses no content, and rendering again gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import merge
from finews_crawler.articles.validate import find_flaw
from finews_crawler.content.dates import parse_published_at
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article, article_from
from finews_crawler.posts.formats import PostFormat
from finews_crawler.posts.reader import as_in_post, read_post
from finews_crawler.testing.origin.articles import OriginArticle, generate
from tests.support.paths import ATTACKS
from tests.support.source_document import take_apart

ADDRESSES = PostUrls()
MOST_BYTES_OF_AN_ATTACK = 5_000
LONG_AFTER = datetime(9000, 1, 1, tzinfo=UTC)

EPOCH = datetime(1990, 1, 2, tzinfo=UTC)

# Text with a meaning in YAML, kramdown or Liquid, or for the search of the end of a post.
MARKS = r"""
" ' \ \\ \" [ ] ]: { } {{ {% %} & &amp; &#93; &lt; &#x5d; &nbsp * ** _ ` $$ ~~ >> < > | ^ # -- ... --- 😀 % %7C
null 2022 1e5 ~ true *ST海川 江城重工 A&B ?q=a&b=c NW202205260000000001 】 【江城重工】 新闻 东财滚动
东财滚动新闻 emnews [返回 ｜
""".split()  # noqa: SIM905 (a literal would quote every quote)
MARKS += [": ", " #", "- ", "> ", "1. ", "# ", "\n---\n", "\n\n", "\n", "\r\n", "\t", "\n\n<http://a.cn/>\n\n[返回]()"]
MARKS += ["\x00", "\x85", "\u2028", "\u3000", "\ufeff", "\ufffe"]
TAGS = ["<p>", "</p>", "<p>\u3000\u3000", "</p>\n ", "<p>\n\n", "<br />", "<br>", "<b>", "</b>", "<script>", "</p"]
TAGS += ["<!-- K -->", '<img src="https://a.cn/1.jpg" />', '<a data-code="1,600999" href="http://a.cn/">甲</a>']
CHARACTER = st.characters(exclude_categories=("Cs",))
FEW = st.text(CHARACTER, max_size=3)
TEXT = st.text(CHARACTER) | st.lists(st.sampled_from(MARKS) | FEW, max_size=8).map("".join)
BODY = st.lists(st.sampled_from(TAGS) | st.sampled_from(MARKS) | FEW, max_size=12).map("".join)
MOMENT = st.timedeltas(timedelta(0), timedelta(days=365_000)).map(EPOCH.__add__)
CODE = st.from_regex(r"(NW|AN|AP)[0-9]{18}", fullmatch=True)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    code = draw(CODE)
    listed = article_from(
        "rolling",
        code,
        title=draw(TEXT),
        published_at=draw(MOMENT),
        media_name=draw(st.just("") | TEXT),
        digest=draw(TEXT),
        public_url=draw(st.just("") | TEXT.map("http://a.cn/".__add__)),
    )
    article = merge(listed, article_from("news_text", code, text_html=draw(BODY | TEXT), content_html=draw(BODY)))
    derived = derive(article, ADDRESSES)[0]
    assume(find_flaw(derived, LONG_AFTER) is None)
    return derived


def check(article: Article) -> None:
    """Check that the post of an article is read completely, and rendered again to the same bytes."""
    name, content = post_name(article), render_post(article, ADDRESSES)
    post = read_post(name, content)
    assert post.article == as_in_post(article)
    assert post.article == as_in_post(post.article)
    assert (post_name(post.article), render_post(post.article, ADDRESSES)) == (name, content)
    assert post.form is (PostFormat.MEDIA if article.media_name else PostFormat.ROLLING)
    assert not post.problem


@given(articles())
def test_any_article_round_trips(article: Article) -> None:
    check(article)


@given(articles())
def test_an_article_read_from_a_post_round_trips(article: Article) -> None:
    in_post = as_in_post(article)
    assert read_post(post_name(in_post), render_post(in_post, ADDRESSES)).article == in_post


def test_as_in_post_is_idempotent_for_digests() -> None:
    article = article_from("rolling", "NW202205262391921712", digest="【【甲】乙】丙【丁")
    assert as_in_post(article).digest == "丙【丁"
    assert as_in_post(as_in_post(article)) == as_in_post(article)


def test_an_outlet_named_like_the_rolling_list_is_an_outlet() -> None:
    moment = datetime(2022, 5, 26, tzinfo=UTC)
    told = {"title": "标题", "published_at": moment, "media_name": "东财滚动", "text_html": "<p>正文。</p>"}
    check(derive(article_from("media", "NW202205262391921712", **told), ADDRESSES)[0])


def article_of(told: OriginArticle, media_name: str) -> Article:
    """Return an article of the mock origin, as a crawl of all channels merges it."""
    article = article_from(
        "news_text",
        told.info_code,
        title=told.title,
        published_at=parse_published_at(told.showtime),
        media_name=media_name,
        digest=told.digest,
        public_url=told.url_w,
        text_html=told.text_html,
        content_html=told.content_html,
    )
    return derive(article, ADDRESSES)[0]


def test_articles_of_the_mock_origin_round_trip() -> None:
    for told in generate(300, seed=7):
        for media_name in {told.media_name, ""}:
            article = article_of(told, media_name)
            check(article)
            # An index rebuilt from posts derives the other fields and renders the same posts.
            again = derive(as_in_post(article), ADDRESSES)[0]
            assert render_post(again, ADDRESSES) == render_post(article, ADDRESSES)


def attack_texts() -> list[str]:
    files = sorted(path for path in ATTACKS.iterdir() if path.stat().st_size < MOST_BYTES_OF_AN_ATTACK)
    return [path.read_bytes().decode("utf-8", "replace") for path in files]


@pytest.mark.parametrize("media_name", ["证券时报", ""])
def test_attacks_round_trip(media_name: str) -> None:
    checked = 0
    for text in attack_texts():
        code, published_at = "NW202205262391921712", datetime(2022, 5, 26, tzinfo=UTC)
        fields = {"title": text.strip(), "digest": text, "published_at": published_at, "media_name": media_name}
        bodies = {"text_html": json.dumps(text), "content_html": text}
        article = merge(article_from("media", code, **fields), article_from("news_text", code, **bodies))
        derived = derive(article, ADDRESSES)[0]
        if find_flaw(derived, LONG_AFTER) is None:
            check(derived)
            checked += 1
    assert checked > 100


def test_the_source_document_round_trips(source_document: bytes) -> None:
    parts = take_apart(source_document)
    post = read_post(f"{parts['showtime'][:10]}-{parts['infoCode']}.md", source_document)
    article = post.article
    assert article
    assert (post.form, post.linked_code, article.info_code) == (PostFormat.MEDIA, parts["infoCode"], parts["infoCode"])
    assert (article.title, article.media_name, article.slug) == (parts["title"], parts["medianame"], parts["slug"])
    assert article.text_html == article.body_html == parts["text"]
    assert render_post(derive(article, ADDRESSES)[0], ADDRESSES) == source_document


@given(articles(), st.data())
def test_a_damaged_post_is_classified(article: Article, data: st.DataObject) -> None:
    content = render_post(article, ADDRESSES)
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(start + 40, len(content))))
    spoilt = content[:start] + data.draw(st.binary(max_size=4) | TEXT.map(str.encode)) + content[end:]
    check_honest(data.draw(st.just(post_name(article)) | TEXT), spoilt)


@given(TEXT, st.binary() | TEXT.map(str.encode) | TEXT.map(lambda head: f"---\n{head}\n---\n".encode()))
@example("", b"---\na: " + b"[" * 100_000 + b"\n---\n")
@example("", b"---\na:\n " + b"- " * 100_000 + b"\n---\n")
@example("", b"---\n" + b"? " * 100_000 + b"\n---\n")
@example("", b"---\n" + b'title: "' + b"[" * 100_000 + b'"\n---\n')
@example("", b"---\ntitle: &a [*a]\ncategories: *a\ntags: *b\n---\n")
@example("", b'---\ntitle: "\\ud800"\ndate: 9999-12-31 23:59:59 -0800\n---\n')
@example("2022-05-26-NW202205262391921712.md", b"---\n? [a]\n: b\n!!python/name:os.system x: y\n---\n")
@example("\n-202205262391921712.md", b"---\ntitle: t\ndate: 2022-05-26 10:00:00\n---\n" + b"\n" * 50_000)
@example("", b"---\n" + b"\n---" * 20_000 + b"[" + "[返回\n".encode() * 20_000)
def test_read_post_never_raises(name: str, content: bytes) -> None:
    check_honest(name, content)


def check_honest(name: str, content: bytes) -> None:
    """A post has one of today's formats only if rendering reproduces its bytes."""
    post = read_post(name, content)
    if post.form in (PostFormat.MEDIA, PostFormat.ROLLING):
        assert post.article
        assert render_post(post.article, ADDRESSES) == content
    elif post.form is PostFormat.UNKNOWN_FORM and post.article:
        assert render_post(post.article, ADDRESSES) != content
    else:
        assert post.article or post.problem

"""Renders an article as a Jekyll post, byte for byte as the original archive does::

    ---
    layout: post
    title: "TITLE"
    date: YYYY-MM-DD HH:MM:SS +0800
    categories: SLUG
    tags: OUTLET新闻
    ---
    BODY

    <SHARE URL>

    [返回OUTLET新闻](//SITE/category/SLUG.html)｜[返回首页](//SITE/)

An article without outlet, known from the rolling list only, has the category ``emnews``, the tag 东财滚动新闻, its
digest as a quote before the body, its public URL as the link and ``/emnews/`` in the footer. The rules were derived
from posts of the original archive; ``tests/e2e/test_golden.py`` compares with one of them.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

from finews_crawler.articles.links import PostUrls
from finews_crawler.content.dates import format_published_at, publication_day
from finews_crawler.content.info_code import rolling_id
from finews_crawler.content.markdown import (
    escape_autolink_url,
    escape_exactly,
    escape_inline,
    escape_link_url,
    plain_line,
)
from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, TAG_SUFFIX
from finews_crawler.exporters.front_matter import front_matter, one_of_list, quoted
from finews_crawler.items import Article

HEADLINE_END = "】"
rendered_fields = attrgetter("title", "published_at", "slug", "media_name", "share_url", "digest", "body_html")
"""Returns the fields from which a post is rendered: articles that share them have the same post."""


def media_tag(media_name: str) -> str:
    """Return the tag of an outlet's posts, or of the rolling list's if *media_name* is empty.

    >>> media_tag("证券时报"), media_tag("")
    ('证券时报新闻', '东财滚动新闻')
    """
    return f"{media_name}{TAG_SUFFIX}" if media_name else EMNEWS_TAG


def post_name(article: Article) -> str:
    """Return the post's file name: date, then the infoCode, or only its digits for a rolling post.

    Raises ValueError for an article without ``published_at``.

    >>> from datetime import datetime
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> article = Article("NW202205262391921712", published_at=datetime(2022, 5, 26, 10, 0, tzinfo=BEIJING))
    >>> post_name(article)
    '2022-05-26-202205262391921712.md'
    >>> article.media_name = "证券时报"
    >>> post_name(article)
    '2022-05-26-NW202205262391921712.md'
    """
    if article.published_at is None:
        raise ValueError(f"{article.info_code} has no published_at: without it a post has no name")
    # Digits alone imply the prefix NW: for another prefix they would be the name of another article's post.
    is_bare = not article.media_name and article.info_code.startswith("NW")
    stem = rolling_id(article.info_code) if is_bare else article.info_code
    return f"{publication_day(article.published_at).isoformat()}-{stem}.md"


def render_post(article: Article, addresses: PostUrls) -> bytes:
    """Return the bytes of the post, in UTF-8. Raises as ``post_text``."""
    return post_text(article, addresses).encode()


def post_text(article: Article, addresses: PostUrls) -> str:
    """Return the post: LF line ends, none after the last line. *addresses*: base URL of the footer links.

    Raises ValueError for an article without ``published_at``.
    """
    if article.published_at is None:
        raise ValueError(f"{article.info_code} has no published_at: without it Jekyll would date the post today")
    head = front_matter(
        ("layout", "post"),
        ("title", quoted(article.title)),
        ("date", format_published_at(article.published_at)),
        ("categories", one_of_list(article.slug)),
        ("tags", one_of_list(media_tag(article.media_name))),
    )
    link = f"<{escape_autolink_url(article.share_url)}>"
    footer = _footer(article.media_name, article.slug, addresses.archive_url)
    return head + "\n\n".join([*_body_parts(article), link, footer])


def _body_parts(article: Article) -> list[str]:
    """Return the paragraphs above the link: the body, in a rolling post after the quoted digest.

    Without a body (an old post with only a digest, see ``finews reindex --modernise``) it is the quoted digest.
    """
    digest = shown_digest(article)
    if not digest:
        return [article.body_html]
    quote = f"> {escape_inline(digest)}"
    return [quote, article.body_html] if article.body_html else [quote]


def shown_digest(article: Article) -> str:
    """Return the part of the digest that a post quotes, after the headline; '' for an outlet's post with a body.

    >>> shown_digest(Article("NW202205262391921712", digest="【江城重工拟增资】江城重工公告。"))
    '江城重工公告。'
    """
    return (
        ""
        if article.media_name and article.body_html
        else plain_line(article.digest.rpartition(HEADLINE_END)[2]).strip()
    )


@lru_cache(maxsize=1024)
def _footer(media_name: str, slug: str, site: str) -> str:
    path = f"category/{slug}.html" if media_name else f"{EMNEWS_SLUG}/"
    tag = escape_exactly(media_tag(media_name))
    return f"[返回{tag}]({escape_link_url(f'{site}/{path}')})｜[返回首页]({site}/)"

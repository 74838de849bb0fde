"""An article as a Jekyll post, byte for byte as the archive writes it. Source: upstream.md, "The archive's post"."""

from __future__ import annotations

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


def media_tag(media_name: str) -> str:
    """The tag of a medium's posts; of the rolling list's when no medium is known.

    >>> media_tag("证券时报"), media_tag("")
    ('证券时报新闻', '东财滚动新闻')
    """
    return f"{media_name}{TAG_SUFFIX}" if media_name else EMNEWS_TAG


def post_name(article: Article) -> str:
    """The post's file name: by infoCode, or by the bare digits for a post of the rolling form.

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
    # The bare digits stand for NW and nothing else: with other letters they would name another article's post.
    is_bare = not article.media_name and article.info_code.startswith("NW")
    stem = rolling_id(article.info_code) if is_bare else article.info_code
    return f"{publication_day(article.published_at).isoformat()}-{stem}.md"


def render_post(article: Article, addresses: PostUrls) -> bytes:
    """The post's bytes: UTF-8, LF, no line break at the end."""
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
    return (head + "\n\n".join([*_body_parts(article), link, _footer(article, addresses)])).encode()


def _body_parts(article: Article) -> list[str]:
    """A medium's post is the body; one of the rolling form has the digest, without its headline, quoted above it."""
    digest = escape_inline(shown_digest(article))
    return [f"> {digest}", article.body_html] if digest else [article.body_html]


def shown_digest(article: Article) -> str:
    """What the post quotes of the digest: in the rolling form, what follows its headline.

    >>> shown_digest(Article("NW202205262391921712", digest="【江城重工拟增资】江城重工公告。"))
    '江城重工公告。'
    """
    return "" if article.media_name else plain_line(article.digest.rpartition(HEADLINE_END)[2]).strip()


def _footer(article: Article, addresses: PostUrls) -> str:
    site = addresses.archive_url
    path = f"category/{article.slug}.html" if article.media_name else f"{EMNEWS_SLUG}/"
    tag = escape_exactly(media_tag(article.media_name))
    return f"[返回{tag}]({escape_link_url(f'{site}/{path}')})｜[返回首页]({site}/)"

"""Articles reduced to the content of their posts: read from a file, or to be compared with one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from finews_crawler.articles.merge import POST
from finews_crawler.content.extraction import extract_article
from finews_crawler.content.markdown import escape_autolink_url, plain_line, unescape_autolink_url
from finews_crawler.exporters.jekyll_post import shown_digest
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING


@dataclass(frozen=True)
class PostFields:
    """Content of a post, unescaped."""

    title: str
    published_at: datetime | None
    media_name: str
    slug: str
    link: str
    digest: str
    body: str


def article_in_post(info_code: str, fields: PostFields, is_rolling: bool) -> Article:
    """Return the article of a post: an outlet's post contains ``text_html``, a rolling one ``content_html``."""
    body = {"content_html": fields.body, "public_url": fields.link} if is_rolling else {"text_html": fields.body}
    sent = {"title": fields.title, "media_name": fields.media_name, "digest": fields.digest, **body}
    article = article_from(POST, info_code, published_at=fields.published_at, **sent)
    read = extract_article(fields.body, "", fields.body)
    derived = replace(article, slug=fields.slug, body_html=fields.body, share_url=fields.link)
    return replace(derived, tickers=read.tickers, images=read.images)


def as_in_post(article: Article) -> Article:
    """Return the article that reading its post gives.

    A post contains one body, cleaned; the quoted part of the digest, on one line; the URL, with characters that would
    end it percent-encoded; and the time in whole seconds. It does not record which source gave which field.

    >>> as_in_post(Article("NW202205262391921712", media_name="证券时报", digest="【标题】摘要")).digest
    ''
    >>> as_in_post(Article("NW202205262391921712", digest="【标题】摘要")).digest
    '摘要'
    """
    time = article.published_at
    fields = PostFields(
        title=article.title,
        published_at=time.astimezone(BEIJING).replace(microsecond=0) if time else None,
        media_name=article.media_name,
        slug=article.slug,
        link=unescape_autolink_url(escape_autolink_url(article.share_url)),
        digest=plain_line(shown_digest(article)),
        body=article.body_html,
    )
    return article_in_post(article.info_code, fields, is_rolling=not article.media_name)

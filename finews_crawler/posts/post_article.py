"""The article that a post tells, from whichever side it comes: read from a file, or about to be written."""

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
    """What a post says, nothing escaped."""

    title: str
    published_at: datetime | None
    media_name: str
    slug: str
    link: str
    digest: str
    body: str


def article_in_post(info_code: str, fields: PostFields, is_rolling: bool) -> Article:
    """The article of these fields: under a medium the body is the plain one, in the rolling form that with tickers."""
    told = {"content_html": fields.body, "public_url": fields.link} if is_rolling else {"text_html": fields.body}
    article = article_from(
        POST,
        info_code,
        title=fields.title,
        published_at=fields.published_at,
        media_name=fields.media_name,
        digest=fields.digest,
        **told,
    )
    read = extract_article(fields.body, "", fields.body)
    return replace(
        article,
        slug=fields.slug,
        body_html=fields.body,
        share_url=fields.link,
        tickers=read.tickers,
        images=read.images,
    )


def as_in_post(article: Article) -> Article:
    """The article reduced to what its post holds, spelt as it holds it: what reading the post gives.

    A post keeps one body, as cleaned; of a digest what it quotes, on one line; of the link the address, with what ends
    an address percent-encoded; and the time to the second. It does not keep which surface gave what.

    >>> as_in_post(Article("NW202205262391921712", media_name="证券时报", digest="【标题】摘要")).digest
    ''
    >>> as_in_post(Article("NW202205262391921712", digest="【标题】摘要")).digest
    '摘要'
    """
    moment = article.published_at
    fields = PostFields(
        title=article.title,
        published_at=moment.astimezone(BEIJING).replace(microsecond=0) if moment else None,
        media_name=article.media_name,
        slug=article.slug,
        link=unescape_autolink_url(escape_autolink_url(article.share_url)),
        digest=plain_line(shown_digest(article)),
        body=article.body_html,
    )
    return article_in_post(article.info_code, fields, is_rolling=not article.media_name)

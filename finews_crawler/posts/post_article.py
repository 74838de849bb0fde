"""Articles reduced to the content of their posts: read from a file, or to be compared with one."""

from __future__ import annotations

from dataclasses import replace

from finews_crawler.articles.merge import POST
from finews_crawler.content.extraction import extract_article
from finews_crawler.content.markdown import escape_autolink_url, plain_line, unescape_autolink_url
from finews_crawler.exporters.jekyll_post import shown_digest
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING


def article_in_post(post: Article, is_rolling: bool) -> Article:
    """Return the article of a post from the fields that the post shows, with the fields that follow from these.

    An outlet's post contains ``text_html``, a rolling one ``content_html``.
    """
    body, link = post.body_html, post.share_url
    sent = {"content_html": body, "public_url": link} if is_rolling else {"text_html": body}
    shown = {name: getattr(post, name) for name in ("title", "published_at", "media_name", "digest")}
    article = article_from(POST, post.info_code, **shown, **sent)
    read = extract_article(body, "", body)
    return replace(article, slug=post.slug, body_html=body, share_url=link, tickers=read.tickers, images=read.images)


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
    shown = Article(
        article.info_code,
        title=article.title,
        published_at=time.astimezone(BEIJING).replace(microsecond=0) if time else None,
        media_name=article.media_name,
        slug=article.slug,
        share_url=unescape_autolink_url(escape_autolink_url(article.share_url)),
        digest=plain_line(shown_digest(article)),
        body_html=article.body_html,
    )
    return article_in_post(shown, is_rolling=not article.media_name)

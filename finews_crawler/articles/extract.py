"""Extract of an article: text, source line, tickers and images, read from its bodies once. Pure."""

from __future__ import annotations

from finews_crawler.content.extraction import extract_article
from finews_crawler.items import Article, Extract


def extracted(article: Article) -> tuple[Article, Extract]:
    """Return the article with its extract, tickers and images, and the extract. Parses no bodies that it was read from.

    >>> article, extract = extracted(Article("NW202205182383638060", body_html="<p>重庆</p>"))
    >>> extract.text, extracted(article)[0] is article
    ('重庆', True)
    """
    bodies = (article.text_html, article.content_html, article.body_html)
    if article.extract is not None and article.extract.bodies == bodies:
        return article, article.extract
    content = extract_article(*bodies)
    extract = Extract(content.text, content.source_line, bodies)
    return article.with_fields(tickers=content.tickers, images=content.images, extract=extract), extract

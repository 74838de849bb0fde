"""Derived fields of an article: computed from the fields that upstream gave, again whenever those change. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from finews_crawler.articles.damage import has_lost_characters
from finews_crawler.articles.links import PostUrls, share_url_of
from finews_crawler.content.slug import EMNEWS_SLUG, slug
from finews_crawler.items import Article, Extract

if TYPE_CHECKING:
    from finews_crawler.content.body.clean import CleanBody, SentBody
    from finews_crawler.content.extraction import ArticleContent

# Only at the start: later brackets in a digest quote documents, not the headline.
HEADLINE = re.compile(r"【(?P<headline>[^】]+)】")


def _clean_shown_body(first: SentBody, second: SentBody) -> CleanBody:
    """Return the body that the post shows: *first*, or *second* if *first* has no visible content."""
    from finews_crawler.content.body.clean import clean_sent_body, has_content

    cleaned = clean_sent_body(first)
    is_last = not (second.html or second.adverts)  # nothing was sent
    return cleaned if is_last or has_content(cleaned.html) else clean_sent_body(second)


def headline_of(digest: str) -> str:
    """Return the headline at the start of a digest, '' without one. Rolling rows may lack the title but have it here.

    >>> headline_of("【江城重工拟增资】江城重工公告"), headline_of("江城重工公告")
    ('江城重工拟增资', '')
    """
    match = HEADLINE.match(digest)
    return match["headline"].strip() if match else ""


class Derived(NamedTuple):
    """An article with its derived fields."""

    article: Article
    notes: list[str]
    """Names of the unusual cases to count."""
    loss: str = ""
    """Content of the body as sent that the post would lack, in words; '' if nothing."""


def _kept_content(article: Article, bodies: tuple[str, str, str]) -> ArticleContent | None:
    from finews_crawler.content.extraction import ArticleContent

    if article.extract is None or article.extract.bodies != bodies:
        return None
    return ArticleContent(article.extract.text, article.extract.source_line, article.tickers, article.images, [])


def derive(article: Article, addresses: PostUrls, *, keeps_extract: bool = False) -> Derived:
    """Return the article with its derived fields, and the names of the unusual cases to count.

    Cases: ``rebuilt`` (the body was not ordinary), ``hidden`` (a part that no reader would see was left out of it),
    ``title_from_digest``, ``unknown_data_code``, ``lost_characters`` (some could not be decoded), and ``advert/RULE``
    for each advert that was cut. The pipeline counts them as ``finews/clean/CASE``. Derived fields depend on nothing
    but the fields that upstream gave, so deriving twice gives the same article. Cleans the shown body once and parses
    each distinct body once.

    *keeps_extract*: True to parse no bodies from which the article's extract was read; ``unknown_data_code`` is not
    noted then.
    """
    from finews_crawler.content.body.clean import prepare_body
    from finews_crawler.content.extraction import extract_sent_bodies
    from finews_crawler.content.inlined_pictures import shorten_inlined_pictures

    text, rich = (prepare_body(shorten_inlined_pictures(html)) for html in (article.text_html, article.content_html))
    # ``text`` for an outlet's article, ``content`` in the rolling form.
    cleaned = _clean_shown_body(text, rich) if article.media_name else _clean_shown_body(rich, text)
    bodies = (article.text_html, article.content_html, cleaned.html)
    kept = _kept_content(article, bodies) if keeps_extract else None
    content = kept or extract_sent_bodies((text, rich), cleaned.html)
    derived = article.with_fields(
        title=article.title or headline_of(article.digest),
        slug=slug(article.media_name) if article.media_name else EMNEWS_SLUG,
        body_html=cleaned.html,
        share_url=share_url_of(article, addresses),
        tickers=content.tickers,
        images=content.images,
        extract=Extract(content.text, content.source_line, bodies),
    )
    cases = {
        "rebuilt": cleaned.rebuilt,
        "hidden": cleaned.has_hidden,
        "title_from_digest": bool(derived.title and not article.title),
        "unknown_data_code": bool(content.unknown_codes),
        "lost_characters": has_lost_characters(derived),
    }
    adverts = (f"advert/{rule}" for rule in cleaned.adverts)
    return Derived(derived, [*(case for case, applies in cases.items() if applies), *adverts], cleaned.loss)


def is_derived(article: Article, addresses: PostUrls) -> bool:
    """Return True for an archived article whose derived fields are those that ``derive`` would return.

    The index says which rules have read its bodies: see ``EXTRACTION_VERSION``.
    """
    bodies = (article.text_html, article.content_html, article.body_html)
    is_current = article.extract is not None and article.extract.bodies == bodies
    return is_current and article.share_url == share_url_of(article, addresses)

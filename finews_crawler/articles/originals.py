"""Originals of a body: several surfaces have the article itself, not a copy of another surface's body.

The rule: ``text_html``, ``content_html`` and ``source_url`` are one unit, which one surface gives. Originals from two
surfaces that differ in nothing but dressing (see ``content.body.dressing``) are one body. The one that is held
stays then, so that an article does not change its post because another surface was requested. If they differ in more,
the later one wins whatever the ranks of the surfaces: upstream has corrected the article, which is a revision.
"""

from __future__ import annotations

from finews_crawler import sources
from finews_crawler.items import Article

BODIES = ("text_html", "content_html")


def is_copied(origin: str) -> bool:
    """Return True for the origin of a body that is the archive's copy of the original.

    >>> is_copied("archive_page"), is_copied("news_text"), is_copied("post")
    (True, False, False)
    """
    return origin in sources.SURFACES and sources.SURFACES[origin].is_copy


def original_of(article: Article) -> str:
    """Return the surface whose original body *article* has; '' if it has none, a copy, or one read from a post.

    >>> from finews_crawler.items import article_from
    >>> code = "NW202205262391921712"
    >>> [original_of(article_from(name, code, text_html="<p>甲</p>")) for name in ("news_text", "archive_page", "post")]
    ['news_text', '', '']
    """
    origins = (article.origins.get(name, "") for name in BODIES if getattr(article, name))
    return next((origin for origin in origins if origin in sources.SURFACES and not is_copied(origin)), "")


def are_two_originals(one: Article, other: Article) -> bool:
    """Return True if two articles have original bodies of different surfaces."""
    first = original_of(one)
    return bool(first) and original_of(other) not in ("", first)


def has_same_bodies(one: Article, other: Article) -> bool:
    """Return True if the bodies of two articles are the same but for their dressing.

    Each body is compared with its counterpart. If neither has one, ``text_html`` of the one is compared with
    ``content_html`` of the other, which differ in ticker mark-up.
    """
    from finews_crawler.content.body.dressing import is_same_body

    pairs = [(getattr(one, name), getattr(other, name)) for name in BODIES]
    both = [pair for pair in pairs if all(pair)] or [
        (one.text_html or one.content_html, other.text_html or other.content_html)
    ]
    return all(is_same_body(*pair) for pair in both)

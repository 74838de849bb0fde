"""Values that return: two nodes of a CDN that disagree on a title are no two corrections in turn. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from finews_crawler.items import Article
from finews_crawler.sources.source import LIST_FIELDS, family_of


def hold_returned_values(held: Article, merged: Article, earlier: Sequence[Article]) -> tuple[Article, list[str]]:
    """Return *merged* without the values that an earlier revision had, and the names of their fields.

    *merged*: *held*, the archived article, with a later copy merged into it; *earlier*: the earlier revisions of
    *held*. A value that the same family of lists gave before *held* is no news: each run would make a revision of it,
    and move the post. It is taken all the same if the copy has a later time than *held*: upstream dates a correction
    anew. What a person has refetched is taken as it is.

    >>> from finews_crawler.items import article_from
    >>> old, new = (article_from("media", "NW202205262391921712", title=title) for title in ("甲", "乙"))
    >>> article, names = hold_returned_values(new, old, [old])
    >>> article.title, names
    ('乙', ['title'])
    """
    if merged.is_refetched or _is_later(merged, held):
        return merged, []
    names = [name for name in LIST_FIELDS if _has_returned(name, held, merged, earlier)]
    if not names:
        return merged, []
    origins = merged.origins | {name: held.origins[name] for name in names}
    return merged.with_fields(origins=origins, **{name: getattr(held, name) for name in names}), names


def _is_later(merged: Article, held: Article) -> bool:
    return bool(merged.published_at and held.published_at and merged.published_at > held.published_at)


def _has_returned(name: str, held: Article, merged: Article, earlier: Sequence[Article]) -> bool:
    value, family = getattr(merged, name), family_of(merged.origins.get(name, ""))
    if not (value and value != getattr(held, name) and family == family_of(held.origins.get(name, ""))):
        return False
    return any(getattr(each, name) == value and family_of(each.origins.get(name, "")) == family for each in earlier)

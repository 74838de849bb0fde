"""Result types of the parsers. Empty is not success: a day without news, a new shape and a ban differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from finews_crawler.exceptions import InvalidJson
from finews_crawler.items import Article, Rejection

OTHER_ARTICLE = "the response is another article"
"""Detail of a response that names another infoCode than the requested one."""


class Outcome(StrEnum):
    """Classification of a response. The value is the word in stats, log lines and the run summary."""

    ARTICLES = "articles"
    NO_NEWS = "no_news"
    CHANGED_SHAPE = "changed_shape"
    BLOCKED = "blocked"
    MISSING = "missing"
    NO_DATA = "no_data"
    """A well-formed response that has nothing in the place of its data, as Eastmoney's lists now and then have for a
    moment: neither a ban nor "no news". The same request is repeated, three times at most."""
    CUT_OFF = "cut_off"
    """A response that ends early: it was damaged on the way, and is requested again, three times at most. Its format
    has not changed."""


def outcome_of(error: InvalidJson) -> Outcome:
    """Return the outcome of a response that should be JSON.

    >>> outcome_of(InvalidJson("<html>", is_page=True)).value, outcome_of(InvalidJson("[]")).value
    ('blocked', 'changed_shape')
    """
    if error.is_page:
        return Outcome.BLOCKED
    return Outcome.CUT_OFF if error.is_cut_off else Outcome.CHANGED_SHAPE


@dataclass
class ParsedList:
    """Articles of a list in its own order and the rows without a usable key; or the reason for an empty result."""

    outcome: Outcome
    articles: list[Article] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    detail: str = ""
    next_page: str = ""
    """``{page}`` of the next older rows; '' if the list ends here, or has no pages."""


@dataclass
class ParsedArticle:
    """One article as a surface gives it, or the reason why it is missing."""

    outcome: Outcome
    article: Article | None = None
    detail: str = ""
    payload: str = ""
    """Response as text, kept in ``rejected.jsonl`` if the article is rejected."""

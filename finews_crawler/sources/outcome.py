"""What an answer of upstream amounts to. Empty is not success: a quiet day, a new shape and a ban are told apart."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The value is the word that stats, log lines and the run report use."""

    ARTICLES = "articles"
    NO_NEWS = "no_news"
    CHANGED_SHAPE = "changed_shape"
    BLOCKED = "blocked"
    MISSING = "missing"

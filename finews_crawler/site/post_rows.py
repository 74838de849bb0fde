"""Rows of the build state: a rendered post, what lists show of it, and the lists that contain it."""

from __future__ import annotations

from typing import NamedTuple

CATEGORY, TICKER, DAY = "category", "ticker", "day"
"""Kinds of lists."""


class Membership(NamedTuple):
    """A list that contains a post: a category, a ticker or a day."""

    kind: str
    key: str
    month: str
    name: str = ""
    """Name of the ticker as the article spells it."""


class ListedPost(NamedTuple):
    """A post as lists show it."""

    url: str
    title: str
    date: str
    """``YYYY-MM-DD HH:MM:SS +0800``."""
    slug: str
    tag: str
    info_code: str = ""
    """'' for a post that is not in the index."""
    digest: str = ""
    """One line, see ``digest_line``."""


class BuiltPost(NamedTuple):
    """A rendered post."""

    path: str
    """Of its source, below ``_posts``."""
    file: str
    """Of its page, below the site; '' if Jekyll does not publish the post."""
    listed: ListedPost
    lists: list[Membership]
    is_searchable: bool
    """False for a post with a layout of its own, or without one."""
    modified: str
    """Time for the sitemap; '' if the post is in none."""


UNPUBLISHED = ListedPost("", "", "", "", "")

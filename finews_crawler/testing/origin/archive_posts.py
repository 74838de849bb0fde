"""The archive's posts and their addresses, as Jekyll lays them out. An article of two channels has two posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, slug
from finews_crawler.testing.origin.articles import OriginArticle

# What Jekyll's URL.escape_path leaves as it is; a space becomes %20.
UNESCAPED_IN_PATH = "/!$&'()*+,;=:@-._~"


@dataclass(frozen=True, slots=True)
class Post:
    """One post of *article*: in its medium's category, or, when *rolling*, in 东财滚动新闻."""

    article: OriginArticle
    rolling: bool

    @property
    def category(self) -> str:
        """The slug, case kept: the name of the category page."""
        return EMNEWS_SLUG if self.rolling else slug(self.article.media_name)

    @property
    def tag(self) -> str:
        """The heading of the category page."""
        return EMNEWS_TAG if self.rolling else f"{self.article.media_name}新闻"

    @property
    def stem(self) -> str:
        """The post's file name after the date, without its suffix."""
        return self.article.info_code[2:] if self.rolling else self.article.info_code

    @property
    def path(self) -> str:
        """The post's address, decoded: the category in lower case, the date in the site's zone."""
        day = self.article.showtime[:10].replace("-", "/")
        return f"/{self.category.lower()}/{day}/{self.stem}.html"

    @property
    def href(self) -> str:
        """The address as Jekyll's ``post.url`` writes it.

        >>> from finews_crawler.testing.origin.articles import generate
        >>> spaced = next(a for a in generate(29, 1) if "  " in a.media_name)
        >>> Post(spaced, rolling=False).href[:60]
        '/21shijijingjibaodao%20%20nancailicaitong/2022/05/26/NW20220'
        """
        return quote(self.path, safe=UNESCAPED_IN_PATH)


def posts_of(article: OriginArticle) -> Iterator[Post]:
    """Yield the posts the archive holds of one article.

    >>> from finews_crawler.testing.origin.articles import generate
    >>> [[post.category for post in posts_of(article)] for article in generate(4, 1)][1:]
    [['zhongqingribao', 'emnews'], ['meirijingjixinwen'], []]
    """
    if not article.on_archive:
        return
    if article.media_name:
        yield Post(article, rolling=False)
    if "rolling" in article.channels:
        yield Post(article, rolling=True)


class Archive:
    """All posts, newest first, found by category and by address."""

    def __init__(self, articles: Iterable[OriginArticle]) -> None:
        posts = [post for article in articles for post in posts_of(article)]
        self.posts = sorted(posts, key=lambda post: post.article.showtime, reverse=True)

    @cached_property
    def by_category(self) -> dict[str, list[Post]]:
        """The posts of each category, under its slug; the category with the newest post comes first."""
        categories: dict[str, list[Post]] = {}
        for post in self.posts:
            categories.setdefault(post.category, []).append(post)
        return categories

    @cached_property
    def by_path(self) -> dict[str, Post]:
        """Each post under its decoded address."""
        return {post.path: post for post in self.posts}

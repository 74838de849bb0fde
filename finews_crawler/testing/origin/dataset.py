"""What an origin gives at one time: its articles, by channel and by key, and answers recorded byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from finews_crawler.testing.origin.archive_posts import Archive
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.channel_api import by_channel
from finews_crawler.testing.origin.share_site import news_text, unknown


class Holdings:
    """*articles* newest first; *recorded* maps an infoCode to the bytes GetNewsText answers with."""

    def __init__(self, articles: Iterable[OriginArticle], recorded: Mapping[str, bytes]) -> None:
        self.articles = list(articles)
        self.recorded = recorded
        self.by_code = {article.info_code: article for article in self.articles}
        self.rendered: dict[str, bytes] = {}
        """Answers that are the same every time and dear to make: lists, the home page, category pages."""

    @cached_property
    def shelves(self) -> dict[str, list[OriginArticle]]:
        """The articles of each channel."""
        return by_channel(self.articles)

    @cached_property
    def archive(self) -> Archive:
        """The archive's posts."""
        return Archive(self.articles)

    def news_text(self, info_code: str) -> bytes:
        """Answer GetNewsText for *info_code*."""
        if info_code in self.recorded:
            return self.recorded[info_code]
        article = self.by_code.get(info_code)
        return news_text(article) if article else unknown()


def ordinals(articles: Iterable[OriginArticle]) -> dict[str, int]:
    """Each infoCode's place in the whole list, from 1."""
    return {article.info_code: place for place, article in enumerate(articles, start=1)}

"""Scrapy extension that installs the theme, so that the site can be built after the first crawl."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.extensions.archive import archive_of
from finews_crawler.site.theme_install import install_theme
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class InstallTheme:
    """Installs the theme when a run ends, while the run still holds the archive lock."""

    writes = True  # a dry run leaves it out

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_closed(self, spider: Spider, reason: str) -> None:
        directory = archive_of(self.crawler).directory
        if not directory.posts.is_dir() or reason == FailureReason.NOT_WRITABLE.value:
            return
        try:
            install_theme(directory.site)
        except OSError as error:
            error_line(
                logger, "the theme could not be installed in %s (%s): %s", directory.site, error, hint_for(error)
            )
            count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)

"""Extension that stores samples of responses in a changed format, for the person who adapts the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.archive.samples import Samples
from finews_crawler.config.load import config_of
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import CrawlerComponent
from finews_crawler.utils.error_hints import hint_for

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class FailedResponseSamples(CrawlerComponent):
    """Stores the samples in the data directory. Called by the spiders."""

    writes = True  # a dry run leaves it out

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.samples = Samples(config_of(crawler.settings).data_directory)

    def keep(self, surface: str, response: Response) -> str:
        """Store a response of *surface*. Return the end of the log line about it: the path, or the error."""
        try:
            return f"sample: {self.samples.keep(surface, response.body)}"
        except OSError as error:
            count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
            return f"{self.samples.folder} could not be written ({error}): {hint_for(error)}"

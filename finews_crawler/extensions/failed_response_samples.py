"""An answer in a shape that no parser knows is kept, and the line that tells of it says where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.archive.samples import Samples
from finews_crawler.config.model import data_directory
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.error_hints import hint_for

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response


class FailedResponseSamples:
    """Spiders tell it of such answers."""

    def __init__(self, crawler: Crawler) -> None:
        self.stats = crawler.stats
        self.samples = Samples(data_directory(crawler.settings))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def keep(self, surface: str, response: Response) -> str:
        """Keep an answer of *surface*; what became of it, for a log line."""
        try:
            return f"kept: {self.samples.keep(surface, response.body)}"
        except OSError as error:
            count_failure(self.stats, FailureReason.NOT_WRITABLE)
            return f"{self.samples.folder} could not be written ({error}): {hint_for(error)}"

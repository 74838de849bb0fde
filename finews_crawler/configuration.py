"""The project's own settings, read and typed."""

from __future__ import annotations

from pathlib import Path

from scrapy.settings import BaseSettings

from finews_crawler.archive.paths import DataDirectory
from finews_crawler.exporters.jekyll_post import PostAddresses


def data_directory(settings: BaseSettings) -> DataDirectory:
    return DataDirectory(Path(settings["FINEWS_DATA_DIR"]))


def post_addresses(settings: BaseSettings) -> PostAddresses:
    return PostAddresses(
        share_url=settings["FINEWS_POST_SHARE_URL"].rstrip("/"),
        archive_url=settings["FINEWS_POST_ARCHIVE_URL"].rstrip("/"),
    )

"""Settings that keep a crawl polite and closed to others; each differs from Scrapy's default."""

from __future__ import annotations

import re

import pytest
from scrapy.settings import Settings

from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy


@pytest.fixture
def settings() -> Settings:
    settings = Settings()
    settings.setmodule("finews_crawler.settings", priority="project")
    return settings


OFF = ["REMOTE_CONTROL_ENABLED", "TELNETCONSOLE_ENABLED", "COOKIES_ENABLED", "METAREFRESH_ENABLED"]


@pytest.mark.parametrize("name", OFF)
def test_features_that_no_crawl_needs_are_off(settings: Settings, name: str) -> None:
    assert not settings.getbool(name)


@pytest.mark.parametrize("name", ["ROBOTSTXT_OBEY", "DOWNLOAD_VERIFY_CERTIFICATES"])
def test_safeguards_are_on(settings: Settings, name: str) -> None:
    assert settings.getbool(name)


def test_responses_and_request_rates_are_limited(settings: Settings) -> None:
    assert settings.getint("DOWNLOAD_MAXSIZE") == 5 * 1024 * 1024
    assert settings.getint("DOWNLOAD_TIMEOUT") <= 60
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") <= 2
    assert settings.getfloat("DOWNLOAD_DELAY") > 0


def test_progress_is_logged_without_a_terminal(scrapy: Scrapy) -> None:
    with running_origin(20, seed=2, latency_ms=100) as origin:
        run = scrapy.at(origin.url, FINEWS_PROGRESS_SECONDS="0.1")("crawl", "channel")
    assert run.status == 0, run.log
    assert re.search(
        r"\d+ of the \d+ articles found so far are finished, [\d.]+ per (?:second|minute), .* left\n", run.log
    )


def test_an_exception_in_a_pipeline_counts_as_failed(scrapy: Scrapy, tmp_path: object) -> None:
    broken = "tests.support.broken_pipeline.BrokenPipeline"
    pipelines = f'{{"{broken}": 150}}'
    with running_origin(5, seed=2) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-s", f"ITEM_PIPELINES={pipelines}")
    assert run.status == 3
    assert "failed 5" in run.log

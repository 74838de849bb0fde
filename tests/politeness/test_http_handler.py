"""`politeness.http_handler`: over https, nothing is sent to a host whose certificate is not valid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.certificates import LOOPBACK, self_signed
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_share_site import ALL_WELL, SOME_FAILED, counts


def crawl(scrapy: Scrapy, file: Path, *, is_trusted: bool, **certificate: object) -> tuple[Run, int]:
    """Crawl six articles over https; return the run, and the number of requests that the origin received."""
    with running_origin(6, ssl_context=self_signed(file, **certificate)) as origin:  # type: ignore[arg-type]
        trusting = {"SSL_CERT_FILE": str(file)} if is_trusted else {}
        client = replace(scrapy.at(origin.url), environment={**scrapy.at(origin.url).environment, **trusting})
        return client("crawl", "channel", "-s", "RETRY_ENABLED=0"), origin.stats()["total"]


def test_a_trusted_certificate_is_accepted(scrapy: Scrapy, tmp_path: Path) -> None:
    run, _ = crawl(scrapy, tmp_path / "own.pem", is_trusted=True)
    assert run.status == ALL_WELL, run.log
    assert counts(run)["new"] == 6


@pytest.mark.parametrize(
    ("is_trusted", "certificate"),
    [(False, {}), (True, {"address": "127.0.0.2"}), (True, {"days": (-2, -1)})],
    ids=["self-signed", "another host's", "expired"],
)
def test_an_invalid_certificate_is_refused(
    scrapy: Scrapy, tmp_path: Path, is_trusted: bool, certificate: dict[str, object]
) -> None:
    run, requests = crawl(scrapy, tmp_path / "own.pem", is_trusted=is_trusted, **certificate)
    assert run.status == SOME_FAILED, run.log
    assert requests == 0
    assert "certificate" in run.log
    assert f"host {LOOPBACK}" in run.log
    assert "Traceback" not in run.log

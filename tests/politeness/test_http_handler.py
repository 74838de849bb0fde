"""Over https a crawl talks to nobody but the host that it means: to one that cannot show so, it says nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.certificates import LOOPBACK, self_signed
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_share_site import ALL_WELL, SOME_FAILED, counts


def crawl(scrapy: Scrapy, file: Path, *, is_trusted: bool, **certificate: object) -> tuple[Run, int]:
    """A crawl of six articles over https, and how many requests the origin was sent."""
    with running_origin(6, ssl_context=self_signed(file, **certificate)) as origin:  # type: ignore[arg-type]
        trusting = {"SSL_CERT_FILE": str(file)} if is_trusted else {}
        told = replace(scrapy.at(origin.url), environment={**scrapy.at(origin.url).environment, **trusting})
        return told("crawl", "channel", "-s", "RETRY_ENABLED=0"), origin.stats()["total"]


def test_a_host_that_somebody_vouches_for(scrapy: Scrapy, tmp_path: Path) -> None:
    run, _ = crawl(scrapy, tmp_path / "own.pem", is_trusted=True)
    assert run.status == ALL_WELL, run.log
    assert counts(run)["new"] == 6


@pytest.mark.parametrize(
    ("is_trusted", "certificate"),
    [(False, {}), (True, {"address": "127.0.0.2"}), (True, {"days": (-2, -1)})],
    ids=["self-signed", "another host's", "expired"],
)
def test_one_that_cannot_show_who_it_is(
    scrapy: Scrapy, tmp_path: Path, is_trusted: bool, certificate: dict[str, object]
) -> None:
    run, asked = crawl(scrapy, tmp_path / "own.pem", is_trusted=is_trusted, **certificate)
    assert run.status == SOME_FAILED, run.log
    assert asked == 0
    assert "certificate" in run.log
    assert f"host {LOOPBACK}" in run.log
    assert "Traceback" not in run.log

"""Articles with a key that no source has are rejected with the reason, whichever spider names them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, Site, code_in, scripted_site

SOME_FAILED = 3
KNOWN, UNKNOWN = "NW202205180000000001", "ZZ202205180000000002"
CHANNEL = ("crawl", "channel", "-a", "channels=media")
SHARE = ("crawl", "share", "-a", f"info_code={KNOWN},{UNKNOWN}")


def answer(path: str) -> Answer | None:
    fields = {"title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
    if path.startswith("/web/webapi"):
        rows = [{"infocode": code, **fields} for code in (KNOWN, UNKNOWN)]
        return Answer(json.dumps({"nodeList": rows}).encode())
    return Answer(json.dumps({**fields, "text": "<p>正文</p>"}).encode()) if code_in(path) else None


@pytest.fixture
def site() -> Iterator[Site]:
    with scripted_site(answer) as running:
        yield running


@pytest.mark.parametrize("crawl", [CHANNEL, SHARE], ids=["channel", "share"])
def test_an_unknown_key_is_rejected_without_a_request(scrapy: Scrapy, site: Site, crawl: tuple[str, ...]) -> None:
    run = scrapy.at(site.url)(*crawl)
    (counts,) = run.summaries()
    assert (run.status, counts["new"], counts["rejected"]) == (SOME_FAILED, 1, 1), run.log
    (line,) = (scrapy.data / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    assert (json.loads(line)["info_code"], json.loads(line)["reason"]) == (UNKNOWN, "unknown_key")
    assert [code_in(path) for path in site.asked if code_in(path)] == [KNOWN]


def test_an_unknown_key_is_reported_once(scrapy: Scrapy, site: Site) -> None:
    scrapy.at(site.url)(*CHANNEL)
    run = scrapy.at(site.url)(*CHANNEL)
    (counts,) = run.summaries()
    assert (run.status, counts["held"], counts["skipped"]) == (0, 1, 1), run.log

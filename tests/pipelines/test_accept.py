"""`pipelines.accept`: items of a spider of one's own are archived, or refused in words."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.scrapy_command import Scrapy

SPIDER = """
import scrapy
from datetime import datetime, timezone
from finews_crawler.items import Article, article_from

TIME = datetime(2022, 5, 18, 8, tzinfo=timezone.utc)


class Mine(scrapy.Spider):
    name = "mine"

    async def start(self):
        for text in TEXTS:
            yield article_from("news_text", "NW202205180000000001", title="甲", published_at=TIME, text_html=text)
        yield Article("NW202205180000000002", title="甲")
        yield article_from("news_text", "ZZ202205180000000003", title="甲")
        yield {"title": "甲"}
        yield {"title": "乙"}
"""


def run_spider(scrapy: Scrapy, folder: Path, *texts: str) -> tuple[dict[str, int], str]:
    # A new name each time: a file of the same size and second would be taken for the one that was compiled before.
    path = folder / f"mine_{len(list(folder.glob('mine_*.py')))}.py"
    path.write_text(f"TEXTS = {texts!r}\n{SPIDER}", encoding="utf-8")
    run = scrapy("runspider", str(path))
    (counts,) = run.summaries()
    return counts, run.log


def test_items_of_another_spider_are_archived_or_refused_in_words(scrapy: Scrapy, tmp_path: Path) -> None:
    counts, log = run_spider(scrapy, tmp_path, "<p>甲</p>")
    assert counts["found"] == 5
    assert (counts["new"], counts["rejected"], counts["failed"]) == (1, 2, 2)
    assert "Traceback" not in log
    assert log.count("items of type dict are not archived") == 1
    lines = (scrapy.data / "rejected.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["reason"] for line in lines] == ["unknown_origin", "unknown_key"]


def test_a_changed_body_of_another_spider_is_a_revision(scrapy: Scrapy, tmp_path: Path) -> None:
    run_spider(scrapy, tmp_path, "<p>甲</p>")
    counts, _ = run_spider(scrapy, tmp_path, "<p>乙</p>")
    assert counts["revised"] == 1
    (post,) = scrapy.posts.iterdir()
    assert "<p>乙</p>" in post.read_text("utf-8")

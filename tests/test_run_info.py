"""`run_info`: what a spider publishes of its run."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

from scrapy import Spider
from scrapy.utils.test import get_crawler

from finews_crawler.run_info import RunInfo, run_info_of
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.spiders.channel import ChannelSpider
from finews_crawler.spiders.share import ShareSpider

HOSTS = dict.fromkeys(("FINEWS_SHARE_URL", "FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL"), "http://127.0.0.1")


def published(spider_class: type[Spider], **given: str) -> RunInfo:
    return published_with("", spider_class, **given)


def published_with(warc_dir: str, spider_class: type[Spider], **given: str) -> RunInfo:
    crawler = get_crawler(spider_class, {**HOSTS, "FINEWS_REPLAY": "", "FINEWS_WARC_DIR": warc_dir})
    crawler.spider = spider_class.from_crawler(crawler, **given)
    return run_info_of(crawler)


def test_a_spider_publishes_its_arguments_as_plain_values() -> None:
    info = published(ChannelSpider, since="2022-05-18", limit="3", refetch="1")
    assert (info.since, info.until, info.limit, info.refetch, info.dry_run) == (date(2022, 5, 18), None, 3, True, False)
    assert info.given == {"since": "2022-05-18", "limit": "3", "refetch": "1"}
    assert RunInfo(**dataclasses.asdict(info)) == info


def test_inlined_arguments_do_not_depend_on_files(tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text("NW202205182383638060\n", encoding="utf-8")
    info = published_with(str(tmp_path), ShareSpider, file=str(codes))
    assert info.given == {"file": str(codes)}
    assert info.inlined == {"info_code": "NW202205182383638060", "url": ""}
    assert published(ShareSpider, file=str(codes)).inlined == {}  # long, and nothing would keep it


def test_reset_publishes_a_new_run_info() -> None:
    crawler = get_crawler(ChannelSpider, {**HOSTS, "FINEWS_REPLAY": ""})
    spider = crawler.spider = ChannelSpider.from_crawler(crawler, limit="3")
    assert isinstance(spider, FinewsSpider)
    spider.run_info.mentioned.add("NW202205182383638060")
    spider.reset({"limit": "5"})
    assert run_info_of(crawler) == RunInfo(given={"limit": "5"}, limit=5)
    spider.changed_in_a_row["web_article"] = 2
    spider.reset(None)
    assert run_info_of(crawler).given == {"limit": "5"}
    assert not spider.changed_in_a_row  # of the run before


def test_spiders_of_scrapy_have_default_run_info() -> None:
    assert published(Spider, name="default") == RunInfo()

"""Scenarios for the crash tests: an archive, an action on it that is killed, and the next run."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.batching import WriteBatcher
from finews_crawler.archive.rebuild import rebuild
from finews_crawler.archive.reindex import Reindex
from finews_crawler.archive.retire import retire
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import merge
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article, Rejection, article_from
from finews_crawler.pipelines.clean import CleanPipeline
from finews_crawler.pipelines.merge import MergePipeline
from finews_crawler.pipelines.persist import PersistPipeline
from finews_crawler.utils.timezone import BEIJING

NOW = datetime(2022, 5, 26, 12, tzinfo=BEIJING)
NEW, SAME_MEDIUM, RENAMED, REVISED, MOVED, UNCHANGED = (f"NW20220526000000000{number}" for number in range(6))

Items = Sequence[Article | Rejection]
Action = Callable[[Path], object]


def told(surface: str, code: str, day: int = 26, **fields: str) -> Article:
    """Return an article as a list gives it."""
    given = {"title": f"标题{code[-1]}", "published_at": datetime(2022, 5, day, 9, 30, tzinfo=BEIJING), **fields}
    return article_from(surface, code, **given)


def body(code: str, text: str) -> Article:
    """Return the article as GetNewsText gives it."""
    html = f"<p>\u3000\u3000{text}</p>"
    return article_from("news_text", code, text_html=html, content_html=html, source_url=f"http://share/{code}")


def media(code: str, text: str, day: int = 26, media_name: str = "海港晨报") -> Article:
    return merge(told("media", code, day, media_name=media_name), body(code, text))


def rolling(code: str, text: str) -> Article:
    return merge(told("rolling", code, digest="摘要", public_url=f"http://news/{code}"), body(code, text))


def held_before() -> Items:
    return [rolling(RENAMED, "二"), media(REVISED, "三"), media(MOVED, "四", 25), media(UNCHANGED, "五", 25)]


def one_group() -> Items:
    """Return two new articles of an outlet, one whose outlet becomes known, a revision, a new date, one unchanged."""
    new = [media(NEW, "零", media_name="潮汐财经"), media(SAME_MEDIUM, "一", media_name="潮汐财经")]
    known = [media(RENAMED, "二"), media(REVISED, "三，更正"), media(MOVED, "四"), media(UNCHANGED, "五", 25)]
    undated = Rejection("NW202205260000000009", "undated", "no time", '{"title": ""}', listing_hash="row")
    return [*new, *known, undated]


def changed_meanwhile() -> Items:
    """Return the articles of a later crawl: three with another date, one with another body, none of the others."""
    moved = [media(NEW, "零", 24, media_name="潮汐财经"), media(RENAMED, "二", 24), media(MOVED, "四", 24)]
    return [*moved, media(REVISED, "三，再次更正")]


def opened(data: Path) -> Archive:
    """Open an archive as a crawl does: take the lock and finish the writes of a killed run."""
    archive = Archive(DataDirectory(data), PostUrls())
    archive.prepare()
    return archive


def recover(data: Path) -> None:
    opened(data).close()


def take_in(items: Items) -> Action:
    """Return an action that processes items by the pipelines of a crawl."""

    def action(data: Path) -> None:
        archive, crawler = opened(data), get_crawler()
        batcher = WriteBatcher(archive)
        merging, persist = (pipeline(crawler, archive, batcher) for pipeline in (MergePipeline, PersistPipeline))
        clean = CleanPipeline(PostUrls(), crawler.stats)

        async def process(item: Article | Rejection) -> None:
            item = clean.process_item(await merging.process_item(item))
            try:
                await persist.process_item(item)
            except DropItem:
                assert not crawler.stats.get_value("finews/faults/not_writable"), item

        async def process_all() -> None:
            await asyncio.gather(*map(process, items))

        asyncio.run(process_all())
        archive.close()

    return action


def one_after_the_other(*actions: Action) -> Action:
    return lambda data: [action(data) for action in actions]


def retire_may_25(data: Path) -> None:
    archive = opened(data)
    list(retire(archive, date(2022, 5, 26), dry_run=False))
    archive.close()


def lose_posts(data: Path) -> None:
    shutil.rmtree(data / "site")


def rebuild_posts(data: Path) -> None:
    archive = opened(data)
    list(rebuild(archive))
    archive.close()


def lose_index(data: Path) -> None:
    (data / "index.sqlite").unlink()
    (data / "rejected.jsonl").unlink()


def reindex_posts(data: Path) -> None:
    archive = opened(data)
    list(Reindex(archive, NOW).read(sorted((data / "site" / "_posts").glob("*.md"))))
    archive.close()


@dataclass(frozen=True)
class Plot:
    """An action to prepare the archive, one to kill, and one for the next run."""

    before: Action
    killed: Action
    later: Action
    is_sound_before: bool = True
    """False if files are missing at the start, which a crawl does not restore by itself."""


HELD, GROUP = take_in(held_before()), take_in(one_group())
PLOTS = {
    "the first run": Plot(take_in([]), GROUP, GROUP),
    "a group": Plot(HELD, GROUP, GROUP),
    "a group that meets retired posts": Plot(one_after_the_other(HELD, retire_may_25), GROUP, GROUP),
    "retire": Plot(one_after_the_other(HELD, GROUP), retire_may_25, retire_may_25),
    "rebuild": Plot(one_after_the_other(HELD, GROUP, lose_posts), rebuild_posts, rebuild_posts, False),
    "reindex": Plot(one_after_the_other(HELD, GROUP, lose_index), reindex_posts, reindex_posts, False),
}
UPSTREAM_CHANGES = Plot(HELD, GROUP, take_in(changed_meanwhile()))

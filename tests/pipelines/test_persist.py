"""`pipelines.merge`, `pipelines.persist`, `archive.batching`: an article on its way into the archive."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import MemoryStatsCollector

from finews_crawler.archive import writer
from finews_crawler.archive.archive import Archive
from finews_crawler.archive.article_rows import ARTICLES
from finews_crawler.archive.batching import BATCH_SIZE, WriteBatcher
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.writer import SYNCFS_FROM
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article, article_from
from finews_crawler.pipelines.merge import MergePipeline
from finews_crawler.pipelines.persist import PersistPipeline
from finews_crawler.stats import read_counts
from finews_crawler.utils.files import Staged
from finews_crawler.utils.timezone import BEIJING

CODE, OTHER_CODE = "NW202205262391921712", "NW202205262391921713"
DAY = datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING)
URLS = PostUrls()


class Pipelines:
    """Merge, clean and persist on one archive, as a crawl runs them."""

    def __init__(self, data: Path) -> None:
        self.archive = Archive(DataDirectory(data), URLS)
        self.archive.prepare()
        crawler = Crawler(Spider)
        crawler.stats = MemoryStatsCollector(crawler)
        batcher = WriteBatcher(self.archive)
        self.merge = MergePipeline(crawler, self.archive, batcher)
        self.persist = PersistPipeline(crawler, self.archive, batcher)
        self.stats = crawler.stats

    def merged(self, article: Article) -> Article:
        item = asyncio.run(self.merge.process_item(article))
        assert isinstance(item, Article)
        return derive(item, URLS)[0]

    def store(self, *articles: Article) -> None:
        async def all_at_once() -> None:
            await asyncio.gather(*map(self.persist.process_item, articles))

        asyncio.run(all_at_once())

    @property
    def posts(self) -> list[str]:
        return sorted(path.name for path in self.archive.directory.posts.iterdir())


@pytest.fixture
def pipelines(tmp_path: Path) -> Iterator[Pipelines]:
    running = Pipelines(tmp_path / "data")
    yield running
    running.archive.close()


def an_article(published_at: datetime = DAY, code: str = CODE, **fields: object) -> Article:
    given = {"title": "标题", "media_name": "证券时报", "text_html": "<p>正文。</p>", **fields}
    return article_from("media", code, published_at=published_at, **given)


def test_an_article_is_looked_up_once_on_its_way_to_the_archive(
    pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipelines.store(pipelines.merged(an_article()))
    looked_up, get = [], pipelines.archive.index.get
    monkeypatch.setattr(pipelines.archive.index, "get", lambda code: looked_up.append(code) or get(code))
    pipelines.store(pipelines.merged(an_article(code=OTHER_CODE)))  # new
    pipelines.store(pipelines.merged(an_article(digest="摘要")))  # merged
    with pytest.raises(DropItem):
        pipelines.store(pipelines.merged(an_article()))  # archived already
    assert looked_up == [OTHER_CODE, CODE, CODE]
    counts = read_counts(pipelines.stats)
    assert (counts["new"], counts["merged"], counts["held"]) == (2, 1, 1)


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "within one batch"])
def test_a_look_up_is_not_used_after_a_write_of_the_same_article(pipelines: Pipelines, at_once: bool) -> None:
    """Both copies are looked up before the first is stored; the second one moves the post to its own date."""
    first, second = map(pipelines.merged, (an_article(), an_article(DAY.replace(day=27))))
    if at_once:
        pipelines.store(first, second)
    else:
        pipelines.store(first)
        pipelines.store(second)
    assert pipelines.posts == [f"2022-05-27-{CODE}.md"]


def test_a_look_up_from_before_the_lock_was_taken_is_not_used(pipelines: Pipelines) -> None:
    other = Archive(pipelines.archive.directory, URLS)
    article = dataclasses.replace(derive(an_article(DAY.replace(day=27)), URLS)[0], archived=other.look_up(CODE))
    pipelines.store(pipelines.merged(an_article()))
    pipelines.archive.close()
    other.store([article])
    other.close()
    assert pipelines.posts == [f"2022-05-27-{CODE}.md"]


def test_a_look_up_is_neither_compared_nor_shown_nor_stored(pipelines: Pipelines) -> None:
    plain = an_article()
    article = dataclasses.replace(plain, archived=pipelines.archive.look_up(CODE))
    assert article == plain
    assert repr(article) == repr(plain)
    assert ARTICLES.to_row(article) == ARTICLES.to_row(plain)


def test_a_copy_that_comes_while_the_first_is_written_is_merged_with_it(pipelines: Pipelines) -> None:
    async def process(article: Article) -> None:
        item = await pipelines.merge.process_item(article)
        assert isinstance(item, Article)
        await pipelines.persist.process_item(derive(item, URLS)[0])

    async def one_after_the_other() -> None:
        first = asyncio.create_task(process(an_article(digest="摘要")))
        while not pipelines.persist.batcher._writer:
            await asyncio.sleep(0)
        await asyncio.gather(first, process(an_article(public_url="http://a.test/")))

    asyncio.run(one_after_the_other())
    archived = pipelines.archive.get(CODE)
    assert archived
    assert (archived.digest, archived.public_url) == ("摘要", "http://a.test/")


@pytest.mark.parametrize("number", [1, 40, 200])
def test_articles_that_come_together_are_one_batch_and_none_waits_for_ever(pipelines: Pipelines, number: int) -> None:
    written: list[int] = []
    put = pipelines.archive.index.put

    def counted(rows: Iterable[IndexEntry], superseded: Iterable[Article] = ()) -> None:
        entries = list(rows)
        written.append(len(entries))
        put(entries, superseded)

    pipelines.archive.index.put = counted  # type: ignore[method-assign]
    codes = [f"NW20220526239192{at:04}" for at in range(number)]
    pipelines.store(*(pipelines.merged(an_article(code=code)) for code in codes))
    assert sum(written) == number == len(pipelines.posts)
    assert len(written) <= 1 + (number > BATCH_SIZE)


@pytest.mark.parametrize(
    ("number", "in_one_call"), [(SYNCFS_FROM - 1, True), (SYNCFS_FROM, True), (SYNCFS_FROM, False)]
)
def test_every_file_and_folder_of_a_batch_is_synced_once(
    number: int, in_one_call: bool, pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipelines.store(pipelines.merged(an_article()))  # creates the folders
    synced: list[int] = []
    together: list[int] = []
    do = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(file) or do(file))
    monkeypatch.setattr(writer, "sync_file_systems", lambda folders: together.extend(folders) or in_one_call)
    codes = [f"NW20220526239192{at:04}" for at in range(number)]
    pipelines.store(*(pipelines.merged(an_article(code=code)) for code in codes))
    is_one_call = number >= SYNCFS_FROM and in_one_call
    assert len(together) == (number >= SYNCFS_FROM)  # the folder of the posts
    # Each post, unless one call syncs them all, and their folder after the renames; the category file is there already.
    assert len(synced) == (0 if is_one_call else number) + 1


def test_a_file_that_cannot_be_synced_fails_alone(pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [f"NW20220526239192{at:04}" for at in range(SYNCFS_FROM)]
    do = Staged.sync

    def sync(staged: Staged) -> None:
        if codes[3] in staged.name:
            raise OSError(errno.EIO, "no answer from the disk")
        do(staged)

    monkeypatch.setattr(writer, "sync_file_systems", lambda _: False)  # for that error
    monkeypatch.setattr(Staged, "sync", sync)
    changes = pipelines.archive.store([pipelines.merged(an_article(code=code)) for code in codes])
    assert [change.info_code for change in changes if change.error] == [codes[3]]
    assert len(pipelines.posts) == SYNCFS_FROM - 1


def test_a_disk_that_becomes_read_only_in_a_batch_fails_only_what_is_not_written(
    pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [f"NW20220526239192{at:04}" for at in range(SYNCFS_FROM)]
    publish = Staged.publish

    def publish_some(staged: Staged) -> None:
        if any(code in staged.name for code in codes[3:]):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), staged.name)
        publish(staged)

    def refuse(name: str, *, dir_fd: int) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), name)

    monkeypatch.setattr(Staged, "publish", publish_some)
    monkeypatch.setattr(os, "unlink", refuse)
    changes = pipelines.archive.store([pipelines.merged(an_article(code=code)) for code in codes])
    assert [change.info_code for change in changes if change.error] == codes[3:]
    assert sum(name.endswith(".md") for name in pipelines.posts) == 3

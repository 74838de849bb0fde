"""The Atom export: feeds of outlets and tickers by RFC 4287."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.content.xml_text import NOT_XML
from finews_crawler.exporters.atom import NEWEST, AtomExporter
from tests.exporters.export_archives import K_LINE, archive_in, article, code, store

ATOM = {"atom": "http://www.w3.org/2005/Atom"}
INLINE = '<span data-code="1,600050">中国联通</span>'
ODD_TITLE = "A&B <甲> \x0b乙"


def test_characters_that_xml_excludes_are_replaced() -> None:
    allowed = re.compile(r"[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
    for character in [*map(chr, range(0x20000)), "\U0010ffff"]:
        assert bool(NOT_XML.match(character)) is not bool(allowed.match(character)), hex(ord(character))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = archive_in(tmp_path / "data")
    store(
        archive,
        article(1, media_name="TechWeb", digest="【题】摘要"),
        article(2, media_name="Techweb", text_html=f"{K_LINE}<p>{INLINE}</p>"),
        article(3, title=ODD_TITLE, text_html="<p>&lt;甲&gt; &amp; 乙</p>", public_url="http://127.0.0.1/a/1.html"),
        article(4, media_name="TechWeb", text_html=K_LINE + "<p>甲</p>"),
    )
    archive.index.close()
    return archive


def feeds(archive: Archive, by: str, folder: Path) -> dict[str, Any]:
    """Write the feeds; return each, parsed, by its file name."""
    folder.mkdir()
    with open_snapshot(archive.index, ExportQuery()) as snapshot:
        written = AtomExporter(archive.addresses, {"by": by}).write(snapshot, folder)
    parsed = {name: etree.parse(folder / name) for name in written}
    assert {name: len(values(feed, "entry")) for name, feed in parsed.items()} == written
    return parsed


def values(feed: Any, path: str) -> list[Any]:
    steps = (step if step.startswith("@") else f"atom:{step}" for step in path.split("/"))
    found: list[Any] = feed.xpath("/".join(steps), namespaces=ATOM)
    return found


def texts(feed: Any, path: str) -> list[str]:
    return [found if isinstance(found, str) else found.text for found in values(feed, path)]


def test_one_feed_for_each_outlet(archive: Archive, tmp_path: Path) -> None:
    by_file = feeds(archive, "medium", tmp_path / "out")
    assert sorted(by_file) == ["media/TechWeb.atom", "media/Techweb.atom", "media/emnews.atom"]
    feed = by_file["media/TechWeb.atom"]
    assert texts(feed, "title") == ["TechWeb新闻"]
    assert texts(feed, "entry/title") == ["第4篇", "第1篇"]
    assert texts(feed, "entry/author/name") == ["TechWeb", "TechWeb"]
    assert texts(feed, "entry/summary") == ["【题】摘要"]
    (rolling,) = values(by_file["media/emnews.atom"], "entry")
    assert rolling.findtext("atom:title", namespaces=ATOM) == ODD_TITLE.replace("\x0b", "\ufffd")
    assert rolling.findtext("atom:content", namespaces=ATOM) == "<p>&lt;甲&gt; &amp; 乙</p>"
    assert texts(rolling, "link/@href") == ["http://127.0.0.1/a/1.html"]
    assert texts(rolling, "author/name") == ["东财滚动"], "the name that the site's feeds have"


def test_outlets_with_one_slug_have_a_feed_each_and_one_for_both(archive: Archive, tmp_path: Path) -> None:
    store(archive, *(article(n, media_name=name) for n, name in enumerate(["重庆在线", "中青在线", "重庆在线"], 5)))
    archive.index.close()
    found = {
        texts(feed, "title")[0]: texts(feed, "entry/title")
        for feed in feeds(archive, "medium", tmp_path / "o").values()
    }
    assert found["重庆在线新闻"] == ["第7篇", "第5篇"]
    assert found["中青在线新闻"] == ["第6篇"]
    assert found["中青在线新闻、重庆在线新闻"] == ["第7篇", "第6篇", "第5篇"]
    both = etree.parse(tmp_path / "o/media/zhongqingzaixian.atom")
    assert texts(both, "title") == ["中青在线新闻、重庆在线新闻"]
    assert texts(both, "entry/author/name") == ["重庆在线", "中青在线", "重庆在线"]


def test_tickers_named_like_devices_have_files(archive: Archive, tmp_path: Path) -> None:
    codes = ["PRN|106|7", f"{'A' * 300}|106|7", "CON|106|7"]
    charts = [K_LINE.replace("600050|1|1", data_code) for data_code in codes]
    assert K_LINE not in charts
    store(archive, *(article(n, text_html=f"{chart}<p>甲</p>") for n, chart in enumerate(charts, 5)))
    archive.index.close()
    by_file = feeds(archive, "ticker", tmp_path / "out")
    assert {"tickers/PRN-.US.atom", "tickers/CON-.US.atom", f"tickers/{'A' * 200}.atom"} <= set(by_file)


def test_a_feed_names_itself_and_when_its_articles_changed(archive: Archive, tmp_path: Path) -> None:
    by_file = feeds(archive, "medium", tmp_path / "out")
    for name, feed in by_file.items():
        assert texts(feed, "link[@rel='self']/@href") == [name.removeprefix("media/")]
        assert texts(feed, "entry/updated") == texts(feed, "entry/published")
    assert len({texts(feed, "updated")[0] for feed in by_file.values()}) == 3


def test_one_feed_for_each_ticker_with_its_name_as_title(archive: Archive, tmp_path: Path) -> None:
    by_file = feeds(archive, "ticker", tmp_path / "out")
    assert list(by_file) == ["tickers/600050.SH.atom"]
    feed = by_file["tickers/600050.SH.atom"]
    assert texts(feed, "title") == ["600050.SH 中国联通"]
    assert texts(feed, "entry/title") == ["第4篇", "第2篇"]
    assert texts(feed, "entry/category/@term") == ["600050.SH"] * 2


def test_feeds_have_the_elements_that_rfc_4287_requires(archive: Archive, tmp_path: Path) -> None:
    ids = set()
    for feed in feeds(archive, "medium", tmp_path / "out").values():
        for name in ("id", "title", "updated"):
            assert len(texts(feed, name)) == 1
        for entry in values(feed, "entry"):
            for name in ("id", "title", "updated", "content", "author"):
                assert len(values(entry, name)) == 1, name
            ids.add(texts(entry, "id")[0])
        times = [datetime.fromisoformat(time) for time in texts(feed, "entry/updated")]
        assert datetime.fromisoformat(texts(feed, "updated")[0]) == max(times)
        assert all(time.tzinfo for time in times)
    assert len(ids) == 4


def test_the_id_of_an_entry_stays_when_its_outlet_becomes_known(archive: Archive, tmp_path: Path) -> None:
    (before,) = texts(feeds(archive, "medium", tmp_path / "one")["media/emnews.atom"], "entry/id")
    store(archive, article(3, "media", media_name="证券时报", text_html="", title=""))
    archive.index.close()
    (after,) = texts(feeds(archive, "medium", tmp_path / "two")["media/zhengquanshibao.atom"], "entry/id")
    assert before == after
    assert code(3) in after


def test_a_feed_has_the_newest_hundred_articles(tmp_path: Path) -> None:
    archive = archive_in(tmp_path / "data")
    store(archive, *(article(number) for number in range(NEWEST + 3)))
    feed = feeds(archive, "medium", tmp_path / "out")["media/emnews.atom"]
    archive.close()
    assert texts(feed, "entry/title")[0] == f"第{NEWEST + 2}篇"
    assert len(texts(feed, "entry/title")) == NEWEST

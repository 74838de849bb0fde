"""`site.post_changes`: what groups of posts hide from a build has not changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import DamagedRow
from finews_crawler.items import Article, article_from
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.post_changes import PostChanges
from finews_crawler.site.post_data import read_post_metadata
from finews_crawler.site.post_groups import BuiltGroups, GroupedPosts
from finews_crawler.site.post_rows import BuiltPost, ListedPost
from finews_crawler.site.post_sources import find_posts, group_of
from finews_crawler.site.post_table import GROUPS, PostTable
from finews_crawler.utils.timezone import BEIJING

FIRST = datetime(2022, 5, 16, 9, 30, tzinfo=BEIJING)
DAYS, POSTS_A_DAY = 4, 3
MEDIA = ("证券时报", "华龙网", "e公司")


def article(number: int, media_name: str = "", title: str = "标题") -> Article:
    published_at = FIRST + timedelta(days=number % DAYS, minutes=number)
    fields = {"media_name": media_name or MEDIA[number % len(MEDIA)], "text_html": f"<p>正文{number}。</p>"}
    code = f"NW{published_at:%Y%m%d}2391{number:06}"
    return derive(article_from("media", code, title=title, published_at=published_at, **fields), PostUrls()).article


class Site:
    """An archive with posts, and a state in which all of them are rendered."""

    def __init__(self, folder: Path) -> None:
        self.archive = Archive(DataDirectory(folder / "data"), PostUrls())
        self.archive.store([article(number) for number in range(DAYS * POSTS_A_DAY)])
        (folder / "build").mkdir()
        self.state = BuildState(folder / "build" / "state.sqlite")
        self.table = PostTable(self.state)
        self.theme = "theme"

    @property
    def posts(self) -> list[Path]:
        return sorted(self.archive.directory.posts.iterdir())

    def changes(self) -> PostChanges:
        posts = GroupedPosts(find_posts(self.archive.directory.posts))
        return PostChanges(self.table, self.archive, self.theme, posts)

    def found(self) -> tuple[set[str], dict[str, str]]:
        """Return what is dropped, and the digests of what has to be rendered."""
        changes = self.changes()
        return set(changes.dropped()), changes.changed(())

    def render(self) -> dict[str, str]:
        """Record all posts as rendered, as a build does."""
        changes = self.changes()
        if dropped := changes.dropped():
            self.table.put([], dropped)
        digests = changes.changed(())
        metadata = read_post_metadata(self.archive, digests)
        built = []
        for path in digests:
            known = metadata.get(path)
            slug, tag, code = (known.slug, known.tag, known.info_code) if known else ("TechWeb", "TechWeb新闻", "")
            listed = ListedPost(f"/{path}.html", "标题", f"{path[:10]} 10:00:00 +0800", slug, tag, code)
            built.append(BuiltPost(path, f"{path}.html", listed, [], True, ""))
        self.table.put(built)
        self.table.finish(digests)
        again = self.changes()
        assert not again.dropped()
        assert not again.changed(())
        again.record()
        return digests


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    with closing(made.state), closing(made.archive):
        made.render()
        yield made


def execute(site: Site, statement: str) -> None:
    with site.archive.index.writing() as connection:
        connection.execute(statement)


def row_of(number: int) -> str:
    return f"WHERE info_code = (SELECT info_code FROM article ORDER BY post_path LIMIT 1 OFFSET {number})"


def touch(site: Site) -> None:
    os.utime(site.posts[4], ns=(1, 1))


def edit_with_the_time_kept(site: Site) -> None:
    status = site.posts[4].stat()
    site.posts[4].write_bytes(b"edited")
    os.utime(site.posts[4], ns=(status.st_atime_ns, status.st_mtime_ns))


def set_theme(site: Site) -> None:
    site.theme = "another theme"


def unfinish(site: Site) -> None:
    site.state.connection.execute("UPDATE post SET digest = '' WHERE path = ?", (site.posts[2].name,))


def forget(site: Site) -> None:
    site.table.put([], [site.posts[2].name])


def restore_the_index(site: Site) -> None:
    """Change a row, build, and bring back the index as it was before."""
    site.archive.index.close()
    before = site.archive.index.path.read_bytes()
    execute(site, f"UPDATE article SET {LOGGED}, slug = 'other' {row_of(5)}")
    site.render()
    site.archive.index.close()
    site.archive.index.path.write_bytes(before)


LOGGED = "title = title"
"""As the archive writes rows: else the index gives the change no number."""
TICKERS = '[{"symbol": "600050.SH", "name": "中国联通", "source": "inline"}]'
ONE, ALL = 1, DAYS * POSTS_A_DAY
CHANGES: dict[str, tuple[Callable[[Site], object], int, int]] = {
    "nothing": (lambda site: None, 0, 0),
    "touched": (touch, 0, ONE),
    "edited, time kept": (edit_with_the_time_kept, 0, ONE),
    "deleted": (lambda site: site.posts[3].unlink(), ONE, 0),
    "a day deleted": (lambda site: [post.unlink() for post in site.posts[:POSTS_A_DAY]], POSTS_A_DAY, 0),
    "renamed": (lambda site: site.posts[3].rename(site.posts[3].with_name("2022-05-17-other.md")), ONE, ONE),
    "moved to a folder": (lambda site: site.posts[3].rename(folder(site) / site.posts[3].name), ONE, ONE),
    "another day": (lambda site: site.archive.store([article(77)]), 0, ONE),
    "another title": (lambda site: site.archive.store([article(3, title="另一个")]), 0, ONE),
    "another outlet": (lambda site: site.archive.store([article(3, "新华社")]), 0, ONE),
    "by hand": (lambda site: (site.archive.directory.posts / "2022-05-17-by-hand.md").write_text("甲"), 0, ONE),
    "slug": (lambda site: execute(site, f"UPDATE article SET {LOGGED}, slug = 'other' {row_of(5)}"), 0, ONE),
    "tickers": (lambda site: execute(site, f"UPDATE article SET {LOGGED}, tickers = '{TICKERS}' {row_of(5)}"), 0, ONE),
    "twin": (lambda site: execute(site, f"UPDATE article SET {LOGGED}, slug = 'ZhengQuanShiBao' {row_of(5)}"), 0, ONE),
    "row deleted": (lambda site: execute(site, f"DELETE FROM article {row_of(5)}"), 0, ONE),
    "index restored": (restore_the_index, 0, ONE),
    "theme": (set_theme, 0, ALL),
    "unfinished": (unfinish, 0, ONE),
    "forgotten": (forget, 0, ONE),
}


def folder(site: Site) -> Path:
    made = site.archive.directory.posts / "more"
    made.mkdir()
    return made


@pytest.mark.parametrize("name", CHANGES)
def test_groups_hide_no_change(site: Site, name: str) -> None:
    change, dropped, rendered = CHANGES[name]
    change(site)
    found = site.found()
    site.state.set_values({GROUPS: ""})
    assert found == site.found(), "without groups"
    assert (len(found[0]), len(found[1])) == (dropped, rendered) or (name == "twin" and len(found[1]) > 1)


@pytest.mark.parametrize("name", CHANGES)
def test_a_build_records_what_it_has_rendered(site: Site, name: str) -> None:
    CHANGES[name][0](site)
    site.render()
    assert site.found() == (set(), {})


def test_only_the_groups_that_have_changed_are_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(site)
    read, digests_in = [], site.table.digests_in
    monkeypatch.setattr(site.table, "digests_in", lambda groups: read.append(set(groups)) or digests_in(groups))
    site.found()
    assert read
    assert all(groups == {group_of(site.posts[4].name)} for groups in read)


def test_a_killed_build_is_compared_post_by_post(site: Site) -> None:
    touch(site)
    changes = site.changes()
    digests = changes.changed(())
    site.table.put([replace_path(path) for path in digests])
    assert BuiltGroups.read(site.state) == BuiltGroups()
    assert site.found() == (set(), digests)


def replace_path(path: str) -> BuiltPost:
    return BuiltPost(path, f"{path}.html", ListedPost("", "", "", "", "", ""), [], True, "")


@pytest.mark.parametrize(
    "change", ["slug = x'ff'", "slug = 3", "media_name = NULL", "tickers = x'00'", "post_path = x'2f'"]
)
def test_a_damaged_row_is_reported(site: Site, change: str) -> None:
    execute(site, f"UPDATE article SET {LOGGED}, {change} {row_of(5)}")
    with pytest.raises(DamagedRow):  # at the latest when it is read to render its post
        read_post_metadata(site.archive, site.changes().changed(()))

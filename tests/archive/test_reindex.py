"""Reindex on a clone of an archive: two posts of one article become one entry, and retired posts stay retired."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.found_posts import PostReading, Read
from finews_crawler.archive.locations import locate_posts, posts_at
from finews_crawler.archive.rebuild import Rebuilt, rebuild
from finews_crawler.archive.reindex import Reindex
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article, article_from
from finews_crawler.operate.audit.audit import audit
from finews_crawler.posts.formats import PostFormat
from finews_crawler.site.theme_install import install_theme
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
TIME = datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING)
NOW = datetime(2026, 9, 1, tzinfo=BEIJING)


def an_article(code: str = CODE, **fields: object) -> Article:
    return derive(article_from("post", code, title="江城重工扩产", published_at=TIME, **fields), PostUrls())[0]


OUTLET = an_article(media_name="北台证券日报", text_html="<p>江城重工公告扩产。</p>")
ROLLING = an_article(
    digest="江城重工公告扩产。",
    public_url="http://finance.eastmoney.com/a/202205262391921712.html",
    content_html='<p><span data-code="1,600999">江城重工</span>公告扩产。</p>',
)
OUTLET_NAME, ROLLING_NAME = post_name(OUTLET), post_name(ROLLING)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    yield opened
    opened.close()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "clone" / "_posts").mkdir(parents=True)
    (tmp_path / "clone" / "old_post").mkdir()
    return tmp_path / "clone"


def write(folder: Path, *articles: Article) -> list[Path]:
    paths = [folder / post_name(article) for article in articles]
    for path, article in zip(paths, articles, strict=True):
        path.write_bytes(render_post(article, PostUrls()))
    return paths


def reindex(archive: Archive, *paths: Path, modernise: bool = False) -> dict[str, int]:
    archive.prepare()
    posts = [post for path in paths for post in posts_at(path)]
    readings = Counter(read.reading for read in Reindex(archive, NOW, modernise=modernise).read(posts))
    return {reading.value: number for reading, number in readings.items()}


def entry(archive: Archive) -> IndexEntry:
    found = archive.index.get(CODE)
    assert found
    return found


def files(archive: Archive) -> set[str]:
    return {path.relative_to(archive.directory.root).as_posix() for path in archive.directory.root.rglob("*.md")}


@pytest.mark.parametrize("together", [True, False], ids=["one run", "two runs"])
@pytest.mark.parametrize("order", [(ROLLING, OUTLET), (OUTLET, ROLLING)], ids=["digits first", "NW first"])
def test_both_posts_of_an_article_are_merged(
    archive: Archive, clone: Path, order: tuple[Article, Article], together: bool
) -> None:
    one, other = write(clone / "_posts", *order)
    runs = [reindex(archive, one, other)] if together else [reindex(archive, one), reindex(archive, other)]
    assert sum(map(Counter, runs), Counter()) == {"new": 1, "merged": 1}
    held = entry(archive)
    assert (held.post_path, held.post_as_found) == (f"site/_posts/{OUTLET_NAME}", None)
    assert files(archive) == {held.post_path}
    for name in ("title", "published_at", "media_name", "slug", "body_html", "share_url"):
        assert getattr(held.article, name) == getattr(OUTLET, name)
    for name in ("digest", "public_url", "content_html"):
        assert getattr(held.article, name) == getattr(ROLLING, name)
    assert [ticker.symbol for ticker in held.article.tickers] == ["600999.SH"]
    assert not held.article.is_stand_in
    assert one.exists()
    assert other.exists()
    assert reindex(archive, clone) == {"duplicate": 1, "unchanged": 1}
    assert entry(archive) == held


def test_the_body_of_either_post_completes_a_digest(archive: Archive, clone: Path) -> None:
    head = f'---\ntitle: "江城重工扩产"\ndate: {TIME:%Y-%m-%d %H:%M:%S}\ncategories: emnews\ntags: 东财滚动新闻\n---'
    (clone / "_posts" / ROLLING_NAME).write_text(f"{head}\n\n甲。\n\n<{ROLLING.public_url}>\n", encoding="utf-8")
    reindex(archive, clone / "_posts" / ROLLING_NAME)
    assert entry(archive).article.is_stand_in
    write(clone / "_posts", OUTLET)
    assert reindex(archive, clone) == {"merged": 1, "unchanged": 1}
    assert (entry(archive).article.is_stand_in, entry(archive).article.digest) == (False, "甲。")


def test_an_outlets_post_replaces_the_one_of_a_crawl(archive: Archive, clone: Path) -> None:
    crawled = dataclasses.replace(
        ROLLING, origins={**dict.fromkeys(ROLLING.origins, "rolling"), "content_html": "news_text"}
    )
    archive.store([dataclasses.replace(crawled, revision=2, revised_at=NOW)])
    write(clone / "_posts", OUTLET)
    assert reindex(archive, clone) == {"merged": 1}
    held = entry(archive)
    assert files(archive) == {f"site/_posts/{OUTLET_NAME}"} == {held.post_path}
    assert (held.article.origins["title"], held.article.origins["media_name"]) == ("rolling", "post")
    assert (held.article.revision, held.article.revised_at) == (2, NOW)


def test_posts_in_the_data_directory_are_merged_and_both_stay(archive: Archive) -> None:
    archive.directory.posts.mkdir(parents=True)
    write(archive.directory.posts, OUTLET, ROLLING)
    assert reindex(archive, archive.directory.root) == {"new": 1, "merged": 1}
    assert entry(archive).article.digest
    assert files(archive) == {f"site/_posts/{OUTLET_NAME}", f"site/_posts/{ROLLING_NAME}"}


def test_posts_of_old_post_stay_retired(archive: Archive, clone: Path) -> None:
    write(clone / "old_post", ROLLING, OUTLET)
    for argument in (clone, clone / "old_post", clone / "old_post" / OUTLET_NAME):
        reindex(archive, argument)
        assert files(archive) == {f"old_post/2022/05/{OUTLET_NAME}"}
    write(clone / "_posts", dataclasses.replace(OUTLET, info_code=f"{CODE[:-1]}9"))
    assert reindex(archive, clone) == {"new": 1, "unchanged": 1, "duplicate": 1}
    assert len(list(archive.directory.posts.iterdir())) == 1


def test_a_clone_below_a_folder_of_that_name_is_not_retired(archive: Archive, clone: Path) -> None:
    posts = clone / "old_post" / "copy" / "_posts"
    posts.mkdir(parents=True)
    write(posts, OUTLET)
    reindex(archive, posts)
    assert files(archive) == {f"site/_posts/{OUTLET_NAME}"}


def test_a_post_on_the_site_and_in_old_post_stays_on_the_site(archive: Archive, clone: Path) -> None:
    for folder in ("_posts", "old_post"):
        write(clone / folder, OUTLET)
    assert reindex(archive, clone) == {"new": 1, "duplicate": 1}
    assert files(archive) == {f"site/_posts/{OUTLET_NAME}"}


def test_modernise_keeps_retired_posts_retired_and_twins_merged(archive: Archive, clone: Path) -> None:
    write(clone / "old_post", ROLLING, OUTLET)
    old = (clone / "old_post" / OUTLET_NAME).read_bytes()
    (clone / "old_post" / OUTLET_NAME).write_bytes(
        old.replace(b"//finews.withounder.com/category/", b"//finews.withounder.com/").replace(b".html)", b"/)")
    )
    reindex(archive, clone, modernise=True)
    assert files(archive) == {f"old_post/2022/05/{OUTLET_NAME}"}
    assert (archive.directory.root / entry(archive).post_path).read_bytes() == old
    assert reindex(archive, archive.directory.root, modernise=True) == {PostReading.UNCHANGED.value: 1}


OTHER = PostUrls(archive_url="https://news.example.org")


def use(archive: Archive, urls: PostUrls) -> None:
    archive.addresses = archive.planner.urls = urls


def outcomes(archive: Archive, *, modernise: bool = False) -> list[Read]:
    archive.prepare()
    return [*Reindex(archive, NOW, modernise=modernise).read(posts_at(archive.directory.root))]


@pytest.fixture
def lost(archive: Archive) -> Archive:
    """An archive with a post of either kind, whose index is lost."""
    other = an_article(f"{CODE[:-1]}3", digest="江城重工公告扩产。", content_html="<p>甲</p>")
    archive.directory.posts.mkdir(parents=True)
    write(archive.directory.posts, OUTLET, other)
    return archive


def test_posts_with_another_url_are_known_and_rebuilt_with_todays(lost: Archive) -> None:
    before = contents(lost)
    use(lost, OTHER)
    read = outcomes(lost)
    assert [(one.reading, one.form, one.is_as_found, one.archive_url) for one in read] == [
        (PostReading.NEW, PostFormat.ROLLING, False, "//finews.withounder.com"),
        (PostReading.NEW, PostFormat.MEDIA, False, "//finews.withounder.com"),
    ]
    assert contents(lost) == before
    assert [one.reading for one in outcomes(lost)] == [PostReading.UNCHANGED] * 2
    assert entry(lost).article.body_html == OUTLET.body_html
    report = audit(locate_posts(lost.directory.root), OTHER, NOW)
    assert ([*report.findings], [len(note.paths) for note in report.notes if "//finews" in note.text]) == ([], [2])
    assert [outcome for _, outcome in rebuild(lost)] == [Rebuilt.RESPELT] * 2
    assert contents(lost) == {
        name: content.replace(b"(//finews.withounder.com/", b"(https://news.example.org/")
        for name, content in before.items()
    }
    assert not [*audit(locate_posts(lost.directory.root), OTHER, NOW).findings]


@pytest.mark.parametrize("is_right", [True, False], ids=["right setting", "another one"])
def test_rows_that_an_earlier_version_made_unknown_are_healed(lost: Archive, is_right: bool) -> None:
    outcomes(lost)
    before = contents(lost)
    lost.index.put(row.with_fields(post_as_found=before[row.post_path]) for row in [*lost.index.all()])
    use(lost, PostUrls() if is_right else OTHER)
    assert [(one.reading, one.is_as_found) for one in outcomes(lost)] == [(PostReading.CHANGED, False)] * 2
    assert [row.post_as_found for row in lost.index.all()] == [None, None]
    assert contents(lost) == before
    assert {one for _, one in rebuild(lost)} == {Rebuilt.UNCHANGED if is_right else Rebuilt.RESPELT}


def test_an_unknown_post_stays_as_found(lost: Archive) -> None:
    path = lost.directory.posts / OUTLET_NAME
    path.write_bytes(path.read_bytes() + b"\n")
    before = contents(lost)
    for urls in (OTHER, PostUrls(), OTHER):
        use(lost, urls)
        assert {one.path.name: one.is_as_found for one in outcomes(lost)}[OUTLET_NAME]
    assert entry(lost).post_as_found == path.read_bytes()
    use(lost, PostUrls())
    assert {outcome for _, outcome in rebuild(lost)} == {Rebuilt.UNCHANGED}
    assert contents(lost) == before


def test_both_posts_of_an_article_with_another_url_keep_their_bytes(archive: Archive) -> None:
    archive.directory.posts.mkdir(parents=True)
    write(archive.directory.posts, OUTLET, ROLLING)
    before = contents(archive)
    use(archive, OTHER)
    for order in (reversed, iter):
        archive.prepare()
        assert len([*Reindex(archive, NOW).read(order([*posts_at(archive.directory.root)]))]) == 2
        assert contents(archive) == before
    assert (entry(archive).post_as_found, entry(archive).article.digest) == (None, ROLLING.digest)


def test_our_theme_and_the_built_site_are_passed_over(archive: Archive, tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "elsewhere" / "data")
    (data.retired / "2022" / "05").mkdir(parents=True)
    (data.site_build / "a").mkdir(parents=True)
    install_theme(data.site)
    write(data.retired / "2022" / "05", OUTLET)
    (data.site_build / "a" / "2022-05-26-page.html").write_text("<p>", encoding="utf-8")
    for path in (data.root.parent, data.root, data.site):
        expected = [] if path == data.site else [data.retired / "2022" / "05" / OUTLET_NAME]
        assert [*posts_at(path)] == expected
    data.posts.mkdir()
    write(data.posts, ROLLING)
    assert [*posts_at(data.site)] == [data.posts / ROLLING_NAME]
    assert reindex(archive, data.root.parent) == {"new": 1, "merged": 1}


def test_modernise_writes_todays_url(lost: Archive) -> None:
    use(lost, OTHER)
    assert {one.archive_url for one in outcomes(lost, modernise=True)} == {""}
    assert all(b"(https://news.example.org/)" in content for content in contents(lost).values())


def contents(archive: Archive) -> dict[str, bytes]:
    return {name: (archive.directory.root / name).read_bytes() for name in files(archive)}


def test_the_rows_of_a_group_of_posts_are_read_together(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [f"NW20220526239192{number:04}" for number in range(20)]
    archive.directory.posts.mkdir(parents=True)
    paths = write(
        archive.directory.posts, *(an_article(code, media_name="甲", text_html="<p>乙</p>") for code in codes)
    )
    assert reindex(archive, *paths) == {PostReading.NEW: 20}
    asked, select = [], archive.index.select
    monkeypatch.setattr(archive.index, "select", lambda *query: (asked.append(query), select(*query))[1])
    assert reindex(archive, *paths) == {PostReading.UNCHANGED: 20}
    assert len(asked) == 2

"""The parts of an audit that no archive of a crawl shows: old formats, retired posts, other people's folders."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from finews_crawler.archive.index import IndexRow
from finews_crawler.archive.locations import locate_posts
from finews_crawler.articles.links import PostUrls
from finews_crawler.exporters.category_file import render_category
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import Kind, Report
from finews_crawler.operate.audit.index_checks import PostFile, compare, find_duplicates
from finews_crawler.operate.audit.post_checks import judge
from finews_crawler.posts.reader import PostFormat, read_post
from finews_crawler.utils import clock
from tests.support.paths import FIXTURES

POSTS = FIXTURES / "posts"
CODE, OTHER = "NW202205182383638060", "NW202205182383638061"
IN_FORM = re.compile(r"in the form (\S+)")
LINK = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode="


def post(code: str = CODE, medium: str = "甲", slug: str = "jia", date: str = "2022-05-18 16:48:06 +0800") -> bytes:
    head = f'layout: post\ntitle: "标题"\ndate: {date}\ncategories: {slug}\ntags: {medium}新闻\n'
    footer = f"[返回{medium}新闻](//finews.withounder.com/category/{slug}.html)｜[返回首页](//finews.withounder.com/)"
    return f"---\n{head}---\n<p>正文</p>\n\n<{LINK}{code}>\n\n{footer}".encode()


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def audited(folder: Path) -> Report:
    return audit(locate_posts(folder), PostUrls(), clock.now())


def kinds(report: Report) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.path) for finding in report.findings]


def test_a_jekyll_site_with_its_old_posts(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post())
    put(tmp_path, "category/jia.html", render_category("jia", "甲新闻"))
    # What left the site is nothing to Jekyll, nor to its category files; what it is in itself still counts.
    put(tmp_path, f"old_post/2022-05-17-{OTHER}.md", post(OTHER, "乙", "yi", "2022-05-17 20:00:00") + b"{%")
    put(tmp_path, "old_post/2022-05-16-NW202205160000000001.md", post("NW202205160000000001", date=""))
    put(tmp_path, "index.html", b"no post")
    report = audited(tmp_path)
    assert kinds(report) == [(Kind.UNDATED, "old_post/2022-05-16-NW202205160000000001.md")]
    assert report.posts == 3


def test_the_same_post_on_the_site_and_among_the_old_ones(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post())
    put(tmp_path, "category/jia.html", render_category("jia", "甲新闻"))
    put(tmp_path, f"old_post/2022/05/2022-05-18-{CODE}.md", post())
    assert kinds(audited(tmp_path)) == [(Kind.DUPLICATE, f"old_post/2022/05/2022-05-18-{CODE}.md")]


@pytest.mark.parametrize("page", ["category/emnews.html", "emnews/index.html", "emnews.html"])
def test_the_rolling_list_has_its_page_in_one_place_or_another(page: str, tmp_path: Path) -> None:
    name = f"2022-05-18-{CODE[2:]}.md"
    put(tmp_path, f"_posts/{name}", post(medium="东财滚动", slug="emnews"))
    assert kinds(audited(tmp_path)) == [(Kind.NO_CATEGORY_FILE, "category/emnews.html")]
    put(tmp_path, page, render_category("emnews", "东财滚动新闻"))
    assert kinds(audited(tmp_path)) == []


def test_media_of_one_slug_share_a_category_file(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post(medium="甲"))
    put(tmp_path, f"_posts/2022-05-18-{OTHER}.md", post(OTHER, medium="贾"))
    for tag, found in (("甲新闻", []), ("贾新闻", []), ("乙新闻", [(Kind.CATEGORY_TITLE, "category/jia.html")])):
        put(tmp_path, "category/jia.html", render_category("jia", tag))
        assert kinds(audited(tmp_path)) == found


def test_two_posts_with_one_address(tmp_path: Path) -> None:
    put(tmp_path, "2022-05-18-公告.md", post())
    put(tmp_path, "more/2022-05-18-公告.md", post(OTHER))
    found = Counter(finding.kind for finding in audited(tmp_path).findings)
    assert found == {Kind.MIS_KEYED: 2, Kind.IGNORED: 1}


def test_the_old_formats_are_told_and_counted_by_form(tmp_path: Path) -> None:
    forms = Counter[str]()
    for number, path in enumerate(sorted(path for path in POSTS.rglob("*.md") if path.is_file())):
        forms[read_post(path.name, path.read_bytes()).form.value] += 1
        (tmp_path / str(number)).mkdir()
        shutil.copy(path, tmp_path / str(number))
    report = audited(tmp_path)
    assert report.forms == {form.value: forms[form.value] for form in PostFormat if forms[form.value]}
    paths = {found[1]: set(note.paths) for note in report.notes if (found := IN_FORM.search(note.text))}
    assert {form: len(names) for form, names in paths.items()} == {
        form: number for form, number in forms.items() if form not in ("media", "rolling")
    }
    # An old form is no finding; a broken post always is.
    amiss = {path for kind, path in kinds(report) if kind is not Kind.DUPLICATE}
    assert not amiss & {path for form, names in paths.items() if form < "old-6" for path in names}
    assert amiss >= paths["old-6"]


def test_a_notice_of_the_site_is_no_finding() -> None:
    content = b'---\nlayout: post\ntitle: "x"\ndate: 2021-12-01 10:00:00 +0800\ncategories: sitenews\n---\ntext'
    judgement = judge("2021-12-01-init.md", content, PostUrls(), clock.now())
    assert (judgement.form, judgement.flaws, judgement.is_post) == (PostFormat.NOTICE, (), True)


def test_what_is_no_post_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "README.md", b"# A folder")
    put(tmp_path, "about.html", b"---\nlayout: page\n---\n")
    put(tmp_path, "2022-05-18.txt", b"text")
    put(tmp_path, f".git/2022-05-18-{CODE}.md", b"")
    report = audited(tmp_path)
    assert (report.posts, kinds(report)) == (0, [])
    assert [note.paths for note in report.notes if note.paths] == [("README.md", "about.html")]


def test_a_post_that_names_no_article_has_no_key(tmp_path: Path) -> None:
    put(tmp_path, "2022-05-18-随笔.md", "---\ntitle: 随笔\ndate: 2022-05-18\n---\n".encode())
    assert kinds(audited(tmp_path)) == [(Kind.MIS_KEYED, "2022-05-18-随笔.md")]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"2022-05-18-{CODE}.md")
    (tmp_path / f"2022-05-18-{OTHER}.md").mkdir()
    (tmp_path / "2022-05-18-NW202205182383638062.md").symlink_to("nowhere")
    assert audited(tmp_path).posts == 0


def test_times_eight_hours_late_on_the_same_day_are_a_note(tmp_path: Path) -> None:
    put(tmp_path, f"2022-05-18-{CODE}.md", post(date="2022-05-18 09:00:00"))
    report = audited(tmp_path)
    assert kinds(report) == []
    assert [note.text for note in report.notes if "zone" in note.text] == [
        "posts dated without a zone, shown by Jekyll at another time of the same day: 1"
    ]


def entry(code: str, path: str, content_hash: str = "", *, is_written: bool = True) -> IndexRow:
    return IndexRow(code, path, content_hash, is_written, "jia", "甲")


def test_rows_of_an_earlier_version_are_not_compared_by_bytes() -> None:
    assert list(compare([entry(CODE, "a.md")], {"a.md": PostFile(CODE, b"1")})) == []


def test_a_post_that_moved_is_one_finding() -> None:
    (finding,) = compare([entry(CODE, "a.md")], {"b.md": PostFile(CODE, b"1")})
    assert (finding.kind, finding.path, finding.detail) == (Kind.NO_POST, "a.md", "a post of that infoCode is b.md")


def test_a_post_with_a_flaw_is_not_asked_for_its_row() -> None:
    assert list(compare([], {"a.md": PostFile(CODE, b"1", is_sound=False), "init.md": PostFile("", b"2")})) == []


def test_of_copies_the_one_of_the_row_is_the_post() -> None:
    files = {path: PostFile(CODE, b"1") for path in ("a.md", "b.md", "c.md")}
    assert [finding.path for finding in find_duplicates(files, {CODE: "b.md"})] == ["a.md", "c.md"]
    assert [finding.path for finding in find_duplicates(files, {})] == ["b.md", "c.md"]
    # The row's post is gone, and has left copies.
    assert [finding.path for finding in find_duplicates(files, {CODE: "d.md"})] == ["b.md", "c.md"]

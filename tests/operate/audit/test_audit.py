"""Audits of folders that no crawl makes: old formats, retired posts, Jekyll sites, bare folders of posts."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from finews_crawler.archive.locations import locate_posts
from finews_crawler.articles.links import PostUrls
from finews_crawler.exporters.category_file import render_category
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import AuditReport, FindingKind
from finews_crawler.posts.formats import PostFormat
from finews_crawler.posts.reader import read_post
from finews_crawler.utils import clock
from tests.support.paths import FIXTURES

POSTS = FIXTURES / "posts"
CODE, OTHER = "NW202205182383638060", "NW202205182383638061"
FORM_IN_NOTE = re.compile(r"in format (\S+)")
LINK = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode="


def post(code: str = CODE, outlet: str = "甲", slug: str = "jia", date: str = "2022-05-18 16:48:06 +0800") -> bytes:
    head = f'layout: post\ntitle: "标题"\ndate: {date}\ncategories: {slug}\ntags: {outlet}新闻\n'
    footer = f"[返回{outlet}新闻](//finews.withounder.com/category/{slug}.html)｜[返回首页](//finews.withounder.com/)"
    return f"---\n{head}---\n<p>正文</p>\n\n<{LINK}{code}>\n\n{footer}".encode()


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def audited(folder: Path) -> AuditReport:
    return audit(locate_posts(folder), PostUrls(), clock.now())


def kinds(report: AuditReport) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.path) for finding in report.findings]


def test_audit_of_a_jekyll_site_with_retired_posts(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post())
    put(tmp_path, "category/jia.html", render_category("jia", "甲新闻"))
    # Neither Jekyll nor the category files apply to retired posts; their own flaws still count.
    put(tmp_path, f"old_post/2022-05-17-{OTHER}.md", post(OTHER, "乙", "yi", "2022-05-17 20:00:00") + b"{%")
    put(tmp_path, "old_post/2022-05-16-NW202205160000000001.md", post("NW202205160000000001", date=""))
    put(tmp_path, "index.html", b"no post")
    report = audited(tmp_path)
    assert kinds(report) == [(FindingKind.UNDATED, "old_post/2022-05-16-NW202205160000000001.md")]
    assert report.posts == 3


def test_a_retired_copy_of_a_post_on_the_site_is_a_duplicate(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post())
    put(tmp_path, "category/jia.html", render_category("jia", "甲新闻"))
    put(tmp_path, f"old_post/2022/05/2022-05-18-{CODE}.md", post())
    assert kinds(audited(tmp_path)) == [(FindingKind.DUPLICATE, f"old_post/2022/05/2022-05-18-{CODE}.md")]


@pytest.mark.parametrize("page", ["category/emnews.html", "emnews/index.html", "emnews.html"])
def test_the_rolling_list_may_have_its_page_in_each_of_three_places(page: str, tmp_path: Path) -> None:
    name = f"2022-05-18-{CODE[2:]}.md"
    put(tmp_path, f"_posts/{name}", post(outlet="东财滚动", slug="emnews"))
    assert kinds(audited(tmp_path)) == [(FindingKind.NO_CATEGORY_FILE, "category/emnews.html")]
    put(tmp_path, page, render_category("emnews", "东财滚动新闻"))
    assert kinds(audited(tmp_path)) == []


def test_outlets_with_the_same_slug_share_a_category_file(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post(outlet="甲"))
    put(tmp_path, f"_posts/2022-05-18-{OTHER}.md", post(OTHER, outlet="贾"))
    for tag, found in (("甲新闻", []), ("贾新闻", []), ("乙新闻", [(FindingKind.CATEGORY_TITLE, "category/jia.html")])):
        put(tmp_path, "category/jia.html", render_category("jia", tag))
        assert kinds(audited(tmp_path)) == found


def test_outlets_with_unsafe_or_shared_slugs_are_noted(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post(outlet="nul", slug="nul-"))
    put(tmp_path, f"_posts/2022-05-18-{OTHER}.md", post(OTHER, outlet="nul.", slug="nul-"))
    put(tmp_path, "category/nul-.html", render_category("nul-", "nul新闻"))
    report = audited(tmp_path)
    assert kinds(report) == []
    assert [note.paths for note in report.notes if note.paths] == [("nul: nul-", "nul.: nul-"), ("nul-: nul, nul.",)]


def test_a_post_in_a_folder_that_is_a_file_of_the_site_is_refused(tmp_path: Path) -> None:
    put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post(outlet="robots.txt", slug="robots.txt"))
    assert [kind for kind, _ in kinds(audited(tmp_path))] == [FindingKind.SLUG, FindingKind.REFUSED]


def test_two_posts_with_one_url_are_an_ignored_post(tmp_path: Path) -> None:
    put(tmp_path, "2022-05-18-公告.md", post())
    put(tmp_path, "more/2022-05-18-公告.md", post(OTHER))
    found = Counter(finding.kind for finding in audited(tmp_path).findings)
    assert found == {FindingKind.MIS_KEYED: 2, FindingKind.IGNORED: 1}


def test_old_formats_are_counted_and_noted(tmp_path: Path) -> None:
    forms = Counter[str]()
    for number, path in enumerate(sorted(path for path in POSTS.rglob("*.md") if path.is_file())):
        forms[read_post(path.name, path.read_bytes()).form.value] += 1
        (tmp_path / str(number)).mkdir()
        shutil.copy(path, tmp_path / str(number))
    report = audited(tmp_path)
    assert report.forms == {form.value: forms[form.value] for form in PostFormat if forms[form.value]}
    paths = {found[1]: set(note.paths) for note in report.notes if (found := FORM_IN_NOTE.search(note.text))}
    assert {form: len(names) for form, names in paths.items()} == {
        form: number for form, number in forms.items() if form not in ("media", "rolling")
    }
    # An old format is not a finding; a broken post always is.
    with_findings = {path for kind, path in kinds(report) if kind is not FindingKind.DUPLICATE}
    hidden = {f"{path.parent.name}/{path.name}" for path in tmp_path.rglob("*.md") if path.read_bytes()[:1] == b"\n"}
    old = {path for form, names in paths.items() if form.startswith("old-") and form != "old-6" for path in names}
    assert with_findings & old == hidden
    assert with_findings >= paths["old-6"]


def test_files_that_are_not_posts_are_only_noted(tmp_path: Path) -> None:
    put(tmp_path, "README.md", b"# A folder")
    put(tmp_path, "about.html", b"---\nlayout: page\n---\n")
    put(tmp_path, "2022-05-18.txt", b"text")
    put(tmp_path, f".git/2022-05-18-{CODE}.md", b"")
    report = audited(tmp_path)
    assert (report.posts, kinds(report)) == (0, [])
    assert [note.paths for note in report.notes if note.paths] == [("README.md", "about.html")]


@pytest.mark.parametrize(
    "sign",
    [
        "tags: 证券时报新闻\n---\n",
        "categories: emnews\n---\n",
        "---\n<http://127.0.0.1/html_News/NewsShare.html>\n",
        "---\n<https://finance.eastmoney.com/a/.html>\n",
        "---\n<http://finance.eastmoney.com/news/1345,2022.html>\n",
    ],
)
def test_the_post_of_an_article_without_info_code_is_mis_keyed(tmp_path: Path, sign: str) -> None:
    put(tmp_path, "2022-05-18-题.md", f"---\ntitle: 题\ndate: 2022-05-18\n{sign}".encode())
    assert kinds(audited(tmp_path)) == [(FindingKind.MIS_KEYED, "2022-05-18-题.md")]


@pytest.mark.parametrize("end", ["今天没有新闻。\n", "见：\n\n<https://example.org/news.html>\n"])
def test_a_post_of_ones_own_is_no_finding(tmp_path: Path, end: str) -> None:
    put(tmp_path, "2022-05-18-随笔.md", f"---\ntitle: 随笔\ndate: 2022-05-18\n---\n{end}".encode())
    assert kinds(audited(tmp_path)) == []


def test_audit_skips_fifos_folders_and_broken_links(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"2022-05-18-{CODE}.md")
    (tmp_path / f"2022-05-18-{OTHER}.md").mkdir()
    (tmp_path / "2022-05-18-NW202205182383638062.md").symlink_to("nowhere")
    assert audited(tmp_path).posts == 0


def test_times_shown_late_on_the_same_day_are_a_note(tmp_path: Path) -> None:
    put(tmp_path, f"2022-05-18-{CODE}.md", post(date="2022-05-18 09:00:00"))
    report = audited(tmp_path)
    assert kinds(report) == []
    assert [note.text for note in report.notes if "zone" in note.text] == [
        "posts dated without a time zone, which Jekyll shows eight hours late without the theme of this crawler: 1"
    ]


def test_the_own_theme_shows_times_without_zone_in_time(tmp_path: Path) -> None:
    for date, found in (("2022-05-18 09:00:00", []), ("2022-05-18 17:00:00", [FindingKind.WRONG_DATE])):
        put(tmp_path, f"_posts/2022-05-18-{CODE}.md", post(date=date))
        put(tmp_path, "category/jia.html", render_category("jia", "甲新闻"))
        assert [kind for kind, _ in kinds(audited(tmp_path))] == found
    put(tmp_path, "_plugins/beijing_dates.rb", b"")
    report = audited(tmp_path)
    assert kinds(report) == []
    assert not [note for note in report.notes if "zone" in note.text]


def test_blank_lines_above_the_front_matter_are_a_finding(tmp_path: Path) -> None:
    put(tmp_path, f"2022-05-18-{CODE}.md", b"\n" + post())
    (finding,) = audited(tmp_path).findings
    assert finding.kind is FindingKind.UNREADABLE
    assert finding.detail.startswith("blank lines above its front matter")

"""Corruptions of an archive, each with the finding that an audit must report."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from finews_crawler.archive.image_store import open_images
from finews_crawler.archive.locations import locate_posts
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.utils import clock

CODE = re.compile(r"NW\d{18}")
Expected = tuple[FindingKind, str]


@dataclass
class Archive:
    """A copy of a crawled archive, to corrupt."""

    data: Path

    def outlet_post(self, number: int) -> Path:
        """Return the outlet's post at position *number*."""
        return sorted((self.data / "site/_posts").glob("*-NW*.md"))[number]

    def new_post(self, number: int, *changes: tuple[str, str]) -> Path:
        """Write a copy of a post under a new infoCode, with changes (pattern, replacement)."""
        like = self.outlet_post(number)
        code = f"NW20220101{number:010}"
        text = CODE.sub(code, like.read_text(encoding="utf-8"))
        for pattern, replacement in changes:
            assert re.search(pattern, text, re.MULTILINE)
            text = re.sub(pattern, lambda _, by=replacement: by, text, count=1, flags=re.MULTILINE)
        path = like.with_name(CODE.sub(code, like.name))
        path.write_text(text, encoding="utf-8")
        return path

    def category_of(self, post: Path) -> Path:
        slug = re.search(r'^categories: (?:\["(.+)"\]|"(.+)"|(.+))$', post.read_text(encoding="utf-8"), re.MULTILINE)
        assert slug
        return self.data / "site/category" / f"{slug[1] or slug[2] or slug[3]}.html"

    def name(self, path: Path) -> str:
        return path.relative_to(self.data).as_posix()


def find_in(folder: Path) -> list[Expected]:
    return [(finding.kind, finding.path) for finding in audit(locate_posts(folder), PostUrls(), clock.now()).findings]


def changed_post(kind: FindingKind, pattern: str, replacement: str, archive: Archive, number: int) -> Expected:
    return kind, archive.name(archive.new_post(number, (pattern, replacement)))


def duplicate(archive: Archive, number: int) -> Expected:
    post = archive.outlet_post(number)
    copy = post.with_name(post.name.replace("NW", ""))
    copy.write_bytes(post.read_bytes())
    return FindingKind.DUPLICATE, archive.name(copy)


def mis_keyed(archive: Archive, number: int) -> Expected:
    post = archive.outlet_post(number)
    copy = post.with_name(CODE.sub(f"NW20220202{number:010}", post.name))
    copy.write_bytes(post.read_bytes())
    return FindingKind.MIS_KEYED, archive.name(copy)


def nameless(archive: Archive, number: int) -> Expected:
    post = archive.new_post(number)
    renamed = post.rename(post.with_name(re.sub(r"^[\d-]{10}-NW", "-", post.name)))
    return FindingKind.IGNORED, archive.name(renamed)


def another_day(archive: Archive, number: int) -> Expected:
    post = archive.new_post(number)
    renamed = post.rename(post.with_name(f"2020-02-02{post.name[10:]}"))
    return FindingKind.WRONG_DATE, archive.name(renamed)


def without_row(archive: Archive, number: int) -> Expected:
    return FindingKind.NO_ROW, archive.name(archive.new_post(number))


def without_post(archive: Archive, number: int) -> Expected:
    post = archive.outlet_post(number)
    post.unlink()
    return FindingKind.NO_POST, archive.name(post)


def edited(archive: Archive, number: int) -> Expected:
    post = archive.outlet_post(number)
    post.write_bytes(post.read_bytes().replace(b"<p>", b"<p>!", 1))
    return FindingKind.DIFFERS, archive.name(post)


def unfinished(archive: Archive, number: int) -> Expected:
    name = archive.name(archive.outlet_post(number))
    with closing(sqlite3.connect(archive.data / "index.sqlite")) as index, index:
        assert index.execute("UPDATE article SET is_written = 0 WHERE post_path = ?", (name,)).rowcount == 1
    return FindingKind.UNFINISHED, name


def damaged_row(archive: Archive, number: int) -> Expected:
    name = archive.name(archive.outlet_post(number))
    damage = "UPDATE article SET bodies = substr(bodies, 1, 9), title = NULL WHERE post_path = ?"
    with closing(sqlite3.connect(archive.data / "index.sqlite")) as index, index:
        assert index.execute(damage, (name,)).rowcount == 1
    return FindingKind.DAMAGED_ROW, "index.sqlite"


def missing_trigger(archive: Archive, number: int) -> Expected:
    with closing(sqlite3.connect(archive.data / "index.sqlite")) as index, index:
        index.execute("DROP TRIGGER article_removed")
    return FindingKind.DAMAGED_INDEX, "index.sqlite"


def half_written(archive: Archive, number: int) -> Expected:
    path = archive.data / f"site/_posts/.{number}.part"
    path.write_bytes(b"---\nlay")
    return FindingKind.HALF_WRITTEN, archive.name(path)


def without_category(archive: Archive, number: int) -> Expected:
    category = archive.category_of(archive.outlet_post(number))
    category.unlink()
    return FindingKind.NO_CATEGORY_FILE, archive.name(category)


def of_another_outlet(archive: Archive, number: int) -> Expected:
    category = archive.category_of(archive.outlet_post(number))
    category.write_text(re.sub("title: .*", "title: 乙新闻", category.read_text("utf-8")), encoding="utf-8")
    return FindingKind.CATEGORY_TITLE, archive.name(category)


def of_another_category(archive: Archive, number: int) -> Expected:
    category = archive.category_of(archive.outlet_post(number))
    category.write_text(re.sub("category: .*", "category: yi", category.read_text("utf-8")), encoding="utf-8")
    return FindingKind.CATEGORY_TITLE, archive.name(category)


def broken_category(archive: Archive, number: int) -> Expected:
    category = archive.category_of(archive.outlet_post(number))
    category.write_text('---\nlayout: category\ntitle: "a" b\n---\n', encoding="utf-8")
    return FindingKind.UNREADABLE, archive.name(category)


def lost_picture(archive: Archive, number: int) -> Expected:
    with open_images(DataDirectory(archive.data)) as images:
        before = set(images.files())
        images.keep(f"https://a.test/{number}.gif", b"GIF89a%d" % number, "gif", clock.now())
        (name,) = images.files().keys() - before
        images.path_of(name).unlink()
    return FindingKind.IMAGE_LOST, f"images/{name}"


def unknown_picture(archive: Archive, number: int) -> Expected:
    path = archive.data / "images" / f"{number}.gif"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"GIF89a")
    return FindingKind.IMAGE_UNKNOWN, archive.name(path)


DATE, TITLE, CATEGORY, BODY = r"(?<=^date: ).*$", r"(?<=^title: ).*$", r"(?<=^categories: ).*$", r"<p>"


def lost_index(archive: Archive, _number: int) -> Expected:
    for path in archive.data.glob("index.sqlite*"):
        path.unlink()
    return FindingKind.NO_INDEX, "index.sqlite"


CORRUPTIONS: dict[str, Callable[[Archive, int], Expected]] = {
    "no date": partial(changed_post, FindingKind.UNDATED, r"^date: .*\n", ""),
    "empty date": partial(changed_post, FindingKind.UNDATED, DATE, ""),
    "no day of the calendar": partial(changed_post, FindingKind.UNDATED, DATE, "2022-05-32 10:00:00 +0800"),
    "id and infoCode": duplicate,
    "another link": mis_keyed,
    "quotes in the title": partial(changed_post, FindingKind.UNREADABLE, TITLE, '"说"好"了"'),
    "no front matter": partial(changed_post, FindingKind.UNREADABLE, r"\A---\n", ""),
    "lost characters": partial(changed_post, FindingKind.LOST_CHARACTERS, BODY, "<p>净利\ufffd"),
    "no title": partial(changed_post, FindingKind.BROKEN, TITLE, '""'),
    "empty link": partial(changed_post, FindingKind.BROKEN, r"<http[^>]*infoCode[^>]*>", "<>"),
    "an element as link": partial(changed_post, FindingKind.BROKEN, r"<http[^>]*infoCode[^>]*>", "<base href=x>"),
    "another slug": partial(changed_post, FindingKind.SLUG, CATEGORY, "yi"),
    "two categories": partial(changed_post, FindingKind.SLUG, CATEGORY, "[yi, er]"),
    "another zone": partial(changed_post, FindingKind.WRONG_DATE, r" \d\d:\d\d:\d\d \+0800$", " 20:00:00 -0800"),
    "another day in the name": another_day,
    "Liquid": partial(changed_post, FindingKind.REFUSED, BODY, "<p>{% x"),
    "a symbol of Ruby": partial(changed_post, FindingKind.REFUSED, TITLE, ":word"),
    "a hyphen first": nameless,
    "not published": partial(changed_post, FindingKind.IGNORED, r"^tags", "published: false\ntags"),
    "no row": without_row,
    "no post": without_post,
    "edited": edited,
    "unfinished": unfinished,
    "half written": half_written,
    "a row cut short": damaged_row,
    "a missing trigger": missing_trigger,
    "no category file": without_category,
    "another outlet's title": of_another_outlet,
    "another category's page": of_another_category,
    "broken category file": broken_category,
    "a lost picture": lost_picture,
    "an unknown picture": unknown_picture,
    "a lost index": lost_index,
}

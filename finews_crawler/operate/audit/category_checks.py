"""Category files: each category of the site's posts has one, and it is titled by the medium of its posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from finews_crawler.archive.locations import read_file
from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.exporters.category_file import category_name
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.operate.audit.findings import Finding, Kind
from finews_crawler.operate.audit.jekyll_yaml import Refused, Scalar, Value, read_front_matter, split

Media = Mapping[str, Mapping[str, str]]
"""For each slug its media, and of each medium one post's path."""


def judge_categories(folder: Path, shown_as: str, media: Media) -> Iterator[Finding]:
    """Judge the files of *folder*, which findings call *shown_as*, by the media of the posts."""
    for slug, posts in media.items():
        content = read_file(folder / category_name(slug))
        name = f"{shown_as}/{category_name(slug)}"
        if content is not None:
            yield from _judge_file(name, slug, content, posts)
        elif not _has_page_of_its_own(slug, folder.parent):
            yield Finding(Kind.NO_CATEGORY_FILE, name, detail=f"{next(iter(posts.values()))} is in that category")


def _has_page_of_its_own(slug: str, site: Path) -> bool:
    """The rolling list's page need not be among the category files: the archive has ``/emnews/``."""
    return slug == EMNEWS_SLUG and any((site / name).is_file() for name in ("emnews/index.html", "emnews.html"))


def _judge_file(name: str, slug: str, content: bytes, posts: Mapping[str, str]) -> Iterator[Finding]:
    try:
        values = read_front_matter(split(content.decode("utf-8-sig"))[0] or "---\n")
    except (UnicodeDecodeError, Refused) as error:
        yield Finding(Kind.UNREADABLE, name, detail=str(error))
        return
    title, category = (_text(values.get(key)) for key in ("title", "category"))
    expected = {media_tag(media_name): path for media_name, path in posts.items()}
    if title not in expected:
        tag, path = next(iter(expected.items()))
        yield Finding(Kind.CATEGORY_TITLE, name, detail=f"its title is {title!r}, the tag of {path} is {tag!r}")
    elif category != slug:
        yield Finding(Kind.CATEGORY_TITLE, name, detail=f"it lists the category {category!r}")


def _text(value: Value) -> str:
    return value.text if isinstance(value, Scalar) else ""

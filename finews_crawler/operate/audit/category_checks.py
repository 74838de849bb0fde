"""Checks of category files: one for each category of the site's posts, titled by the outlet of its posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from finews_crawler.archive.locations import read_file
from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.exporters.category_file import category_name
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.operate.audit.findings import Finding, FindingKind
from finews_crawler.operate.audit.jekyll_yaml import (
    JekyllRefusal,
    Scalar,
    load_front_matter,
    split_front_matter,
)

PostsBySlug = Mapping[str, Mapping[str, str]]
"""By slug and outlet: the path of one post."""
EMNEWS_PAGES = ("emnews/index.html", "emnews.html")
"""Page of the rolling list on the archive site, in place of a category file."""


def check_categories(folder: Path, display_path: str, posts_by_slug: PostsBySlug) -> Iterator[Finding]:
    """Check the category files in *folder*, which findings name *display_path*, against the outlets of the posts."""
    for slug, posts in posts_by_slug.items():
        content = read_file(folder / category_name(slug))
        name = f"{display_path}/{category_name(slug)}"
        if content is not None:
            yield from _check_file(name, slug, content, posts)
        elif not (slug == EMNEWS_SLUG and any((folder.parent / page).is_file() for page in EMNEWS_PAGES)):
            yield Finding(FindingKind.NO_CATEGORY_FILE, name, detail=f"{next(iter(posts.values()))} has this category")


def _check_file(name: str, slug: str, content: bytes, posts: Mapping[str, str]) -> Iterator[Finding]:
    try:
        values = load_front_matter(split_front_matter(content.decode("utf-8-sig"))[0] or "---\n")
    except (UnicodeDecodeError, JekyllRefusal) as error:
        yield Finding(FindingKind.UNREADABLE, name, detail=str(error))
        return
    found = (values.get(key) for key in ("title", "category"))
    title, category = (value.text if isinstance(value, Scalar) else "" for value in found)
    expected = {media_tag(media_name): path for media_name, path in posts.items()}
    if title not in expected:
        tag, path = next(iter(expected.items()))
        yield Finding(
            FindingKind.CATEGORY_TITLE, name, detail=f"its title is {title!r}, but {path} has the tag {tag!r}"
        )
    elif category != slug:
        yield Finding(FindingKind.CATEGORY_TITLE, name, detail=f"it lists the category {category!r}")

"""Partitions of a site: which posts Jekyll would read, and when a partition has changed."""

from __future__ import annotations

import os
from pathlib import Path

from finews_crawler.site.partitions import PostMetadata, PostSource, digest_of, divide, find_posts

POST = PostSource("2022-05-18-NW202205182383638060.md", "2022-05-18", 100, 7)
METADATA = {POST.path: PostMetadata("TechWeb", "TechWeb新闻", "[]")}


def test_find_posts_ignores_what_jekyll_ignores(tmp_path: Path) -> None:
    kept = ["2022-05-18-a.md", "22-5-1-a.md", "old/2022-05-17-b.markdown"]
    ignored = [".2022-05-18-a.md.part", "-202205262391921712.md", "notes.md", "_2022-05-18-a.md", ".x/2022-05-18-c.md"]
    for name in kept + ignored:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sorted(post.path for post in find_posts(tmp_path)) == sorted(kept)


def test_the_last_days_are_those_of_the_newest_posts() -> None:
    posts = [
        PostSource(f"1999-12-{day:02}-{n}.md", f"1999-12-{day:02}", 1, 1) for day in range(1, 32) for n in range(5)
    ]
    divided = divide(posts)
    assert {name: len(posts) for name, posts in divided.items()} == {"recent": 15, "1999-12": 140}
    assert {post.day for post in divided["recent"]} == {"1999-12-31", "1999-12-30", "1999-12-29"}


def test_posts_without_a_month_are_a_partition() -> None:
    assert divide([POST._replace(path="22-05-18-a.md", day="22-05-18-a")]).keys() == {"undated"}


def test_a_partition_changes_with_each_of_its_sources(tmp_path: Path) -> None:
    same = digest_of([POST], METADATA, {}, "theme")
    assert digest_of([POST], METADATA, {}, "theme") == same
    assert digest_of([POST], METADATA, {"another": "category/another/index.html"}, "theme") == same
    assert digest_of([POST], METADATA, {}, "theme", ["foreign"]) == same
    changed = [
        digest_of([POST._replace(changed=8)], METADATA, {}, "theme"),
        digest_of([POST._replace(size=101)], METADATA, {}, "theme"),
        digest_of([POST, POST._replace(path="2022-05-18-b.md")], METADATA, {}, "theme"),
        digest_of([POST], {POST.path: PostMetadata("TechWeb", "TechWeb新闻", '[{"symbol": "NIO.US"}]')}, {}, "theme"),
        digest_of([POST], METADATA, {"TechWeb": "category/!tech!web/index.html"}, "theme"),
        digest_of([POST], METADATA, {"foreign": "category/!foreign/index.html"}, "theme", ["foreign"]),
        digest_of([POST], METADATA, {}, "another theme"),
    ]
    assert len({same, *changed}) == len(changed) + 1


def test_a_post_has_changed_when_its_modification_time_has(tmp_path: Path) -> None:
    """A crawl does not rewrite a post that would have the same bytes."""
    (tmp_path / POST.path).write_text("a")
    before = find_posts(tmp_path)
    assert find_posts(tmp_path) == before
    os.utime(tmp_path / POST.path, ns=(1, 1))
    assert find_posts(tmp_path) != before

"""Sources of posts: which files Jekyll would read, and when a page has to be rendered again."""

from __future__ import annotations

import os
from pathlib import Path

from finews_crawler.site.post_sources import PostSource, PostSummary, digest_of, find_posts

POST = PostSource("2022-05-18-NW202205182383638060.md", 100, 7)
SUMMARY = PostSummary("TechWeb", "TechWeb\n[]")


def test_find_posts_ignores_what_jekyll_ignores(tmp_path: Path) -> None:
    kept = ["2022-05-18-a.md", "22-5-1-a.md", "old/2022-05-17-b.markdown"]
    ignored = [".2022-05-18-a.md.part", "-202205262391921712.md", "notes.md", "_2022-05-18-a.md", ".x/2022-05-18-c.md"]
    for name in kept + ignored:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sorted(post.path for post in find_posts(tmp_path)) == sorted(kept)


def test_posts_are_sorted_by_the_day_in_their_name() -> None:
    posts = [POST._replace(path=path) for path in ("old/2022-05-18-a.md", "2022-05-17-b.md", "x/2022-05-16-c.md")]
    shuffled = [posts[1], posts[2], posts[0]]
    assert sorted(shuffled, key=lambda post: post.newness, reverse=True) == posts


def test_the_digest_of_a_post_changes_with_each_of_its_sources() -> None:
    same = digest_of(POST, SUMMARY, "", "theme")
    assert digest_of(POST, SUMMARY, "", "theme") == same
    changed = [
        digest_of(POST._replace(changed=8), SUMMARY, "", "theme"),
        digest_of(POST._replace(size=101), SUMMARY, "", "theme"),
        digest_of(POST, None, "", "theme"),
        digest_of(POST, SUMMARY._replace(rest=""), "", "theme"),
        digest_of(POST, SUMMARY, "category/!tech!web/index.html", "theme"),
        digest_of(POST, SUMMARY, "", "another theme"),
    ]
    assert len({same, *changed}) == len(changed) + 1


def test_a_post_has_changed_when_its_modification_time_has(tmp_path: Path) -> None:
    """A crawl does not rewrite a post that would have the same bytes."""
    (tmp_path / POST.path).write_text("a")
    before = find_posts(tmp_path)
    assert find_posts(tmp_path) == before
    os.utime(tmp_path / POST.path, ns=(1, 1))
    assert find_posts(tmp_path) != before

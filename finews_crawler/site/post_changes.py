"""Posts to render: those whose files, rows of the index or addresses have changed since the last build."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.changes import newest_change
from finews_crawler.site.post_data import read_changed_groups, read_path_digests, read_summaries
from finews_crawler.site.post_groups import BuiltGroups, GroupedPosts
from finews_crawler.site.post_sources import PostSource, PostSummary, digest_of, digest_of_text, group_of
from finews_crawler.site.post_table import PostTable
from finews_crawler.site.urls import CategoryAddresses


class PostChanges:
    """Compares the posts with the state, at first by groups: see ``post_groups``."""

    def __init__(self, table: PostTable, archive: Archive, theme: str, posts: GroupedPosts) -> None:
        self.table = table
        self.archive = archive
        self.theme = theme
        self.posts = posts
        self.addresses = CategoryAddresses([])
        """Of the categories, as of the last call of ``changed``."""
        self._recorded = BuiltGroups.read(table.state)
        self._index = newest_change(archive.index)
        written = read_changed_groups(archive, self._recorded.index)
        rows = read_path_digests(archive, posts)
        self._now = {name: f"{digest}{rows.get(name, '')}" for name, digest in posts.digests.items()}
        self._names: set[str] = set()
        """Groups to look at."""
        self._known: dict[str, PostSummary] = {}
        """What the index has of their posts."""
        self._shared = ""
        all_or_written = self._now.keys() if written is None else written & self._now.keys()
        self._look_at(self._recorded.changed(self._now) | all_or_written)

    def dropped(self) -> list[str]:
        """Return the paths of the posts in the state whose files are gone."""
        built = self.table.digests_in(self._names) if self._recorded.digests else self.table.digests()
        return list(built.keys() - self._paths())

    def changed(self, gone: Collection[str]) -> dict[str, str]:
        """Return the digests of the posts to render, by path, newest first. *gone*: posts to leave out."""
        # Posts whose pages were not finished, or that another post has left its page to.
        self._look_at(set(map(group_of, self.table.unfinished())) & self._now.keys())
        foreign = self.table.foreign_slugs()
        self.addresses = CategoryAddresses(self._slugs(foreign))
        moved = self.addresses.moved
        self._shared = digest_of_text(repr([self.theme, sorted(moved.items()), sorted(foreign.items())]))
        if self._shared != self._recorded.shared:
            self._look_at(self._now.keys())
        built = self.table.digests_in(self._names)
        found = {}
        for post in self._posts():
            summary = self._known.get(post.path)
            slug = summary.slug if summary else foreign.get(post.path, "")
            digest = digest_of(post, summary, moved.get(slug, ""), self.theme)
            if built.get(post.path) != digest and post.path not in gone:
                found[post] = digest
        return {post.path: found[post] for post in sorted(found, key=lambda post: post.newness, reverse=True)}

    def record(self) -> None:
        """Record that all posts are rendered from what they were when ``changed`` was last called."""
        slugs = {
            name: self._slugs_of(name) if name in self._names else self._recorded.slugs[name] for name in self._now
        }
        BuiltGroups(self._shared, self._now, slugs, self._index).write(self.table.state)

    def _look_at(self, names: Collection[str]) -> None:
        if more := set(names) - self._names:
            self._names |= more
            is_all = self._names >= self._now.keys()
            self._known = read_summaries(self.archive, None if is_all else self._paths())

    def _posts(self) -> Iterator[PostSource]:
        return chain.from_iterable(self.posts.get(name, ()) for name in self._names)

    def _paths(self) -> set[str]:
        return {post.path for post in self._posts()}

    def _slugs(self, foreign: Mapping[str, str]) -> set[str]:
        """Return the categories of all posts. *foreign*: those of the posts that are not in the index, by path."""
        others = {slug for path, slug in foreign.items() if path not in self._known}
        here = set(chain.from_iterable(map(self._slugs_of, self._names)))
        return (here | others | self._recorded.slugs_without(self._names)) - {""}

    def _slugs_of(self, name: str) -> list[str]:
        known = (self._known.get(post.path) for post in self.posts.get(name, ()))
        return sorted({summary.slug for summary in known if summary})

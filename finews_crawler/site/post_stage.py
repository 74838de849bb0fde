"""First stage of a build: posts that have changed are rendered, and the feed if its posts have."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, as_completed
from functools import cached_property
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.address import read_configuration
from finews_crawler.site.build_context import POSTS, BuildContext
from finews_crawler.site.post_changes import PostChanges
from finews_crawler.site.post_data import index_stamp, read_post_metadata, read_summaries
from finews_crawler.site.post_groups import GroupedPosts
from finews_crawler.site.post_render import FEED, PostRenderer, RenderedPosts
from finews_crawler.site.post_rows import UNPUBLISHED, BuiltPost
from finews_crawler.site.post_sources import PostSource, find_posts, linked_posts
from finews_crawler.site.post_table import SOURCES, PostTable
from finews_crawler.site.take_over import remove_built, take_over
from finews_crawler.site.urls import CategoryAddresses

POSTS_A_RUN = 1_000
"""Posts that one run of Jekyll renders: each start costs a second of CPU, and each post 100 kB of memory."""
FEED_POSTS = 10
"""Default of jekyll-feed, which sees only the posts of its own run."""


class PostStage:
    """Renders posts in the threads of the pool, some at a time."""

    def __init__(self, context: BuildContext, archive: Archive) -> None:
        self.context = context
        self.archive = archive
        self.table = PostTable(context.state)
        self._rendered: set[str] = set()
        self._contested: set[str] = set()
        """Posts that one run has rendered together with others of the same URL: once, to end in any case."""
        self._gone: set[str] = set()
        """Posts that a crawl has moved while they were rendered: the next build finds them."""
        self._addresses = CategoryAddresses([])
        self._feeds: dict[tuple[str, ...], Path] = {}
        """Feeds that the runs of Jekyll have written, by the paths of their posts."""
        self._runs = 0

    def build(self) -> None:
        """Render the posts that have changed. Raises BuildFailed, OSError."""
        posts, stamp = GroupedPosts(self._find_posts()), index_stamp(self.archive)
        self.context.report.posts = sum(map(len, posts.values()))
        sources = hashlib.sha256(json.dumps([self.context.theme, stamp, posts.digests]).encode()).hexdigest()
        if self.context.state.value(SOURCES) != sources:
            self._update(posts)
            if not self._gone and stamp == index_stamp(self.archive):
                self.context.state.set_values({SOURCES: sources})
        self._update_feed()
        self.context.report.rendered = len(self._rendered)

    def _find_posts(self) -> list[PostSource]:
        folder = self.context.directory.posts
        posts = find_posts(folder) if folder.is_dir() else []
        if not posts and (known := read_summaries(self.archive)):
            problem = f"there are no posts in {folder}, and the index knows of {len(known)}"
            raise BuildFailed(f"{problem}: check FINEWS_DATA_DIR, or `finews rebuild` them")
        return posts

    def _update(self, posts: GroupedPosts) -> None:
        changes = PostChanges(self.table, self.archive, self.context.theme, posts)
        if dropped := changes.dropped():
            self._remove_pages(self.table.put([], dropped))
        # Only Jekyll knows the category of a post that is not in the index. If it takes the page of another category,
        # or no longer does, the posts of that one must be rendered again. So must be the later one of two posts with
        # the same URL if one run has rendered both, as only Jekyll knows which was written last.
        while changed := changes.changed(self._gone):
            foreign = self.table.foreign_slugs()
            self._addresses = changes.addresses
            self._render_all(changed, posts.paths)
            if foreign == self.table.foreign_slugs() and not self.table.unfinished():
                break
        if not self._gone:
            changes.record()

    def _remove_pages(self, files: Collection[str]) -> None:
        for file in files:
            remove_built(self.context.state.build_directory / POSTS, file)

    def _render_all(self, digests: Mapping[str, str], posts: Callable[[], Collection[str]]) -> None:
        """Render the posts in *digests*, one run of Jekyll on each core. A failure is raised when all are done."""
        self.context.check_jekyll()
        paths = list(digests)
        runs = [paths[first : first + POSTS_A_RUN] for first in range(0, len(paths), POSTS_A_RUN)]
        # The first run has the newest posts: with those of the last feed, it can write this one.
        futures = {self._submit([*run, *(self._newest() if run is runs[0] else [])], posts): run for run in runs}
        failures, done = [], 0
        for future in as_completed(futures):
            run = futures[future]
            try:
                self._record(future.result(), {path: digests[path] for path in run})
            except BuildFailed as error:
                failures.append(error)
                continue
            done += len(run)
            self.context.echo(f"rendered {done} of {len(paths)} posts")
        if failures:
            raise failures[0]

    def _submit(self, paths: Sequence[str], posts: Callable[[], Collection[str]]) -> Future[RenderedPosts]:
        """Begin to render some posts; *posts* returns the paths of all. Raises DamagedRow."""
        context = self.context
        metadata = read_post_metadata(self.archive, paths)
        handwritten = [path for path in paths if path not in metadata]
        linked = linked_posts(context.directory.posts, handwritten, posts()) if handwritten else set()
        metadata.update(read_post_metadata(self.archive, linked))
        renderer = PostRenderer(
            *(context.directory.site, metadata, self._addresses),
            *(context.address, context.archive_url, context.share_url),
        )
        run = {*paths, *linked}
        self._runs += 1
        return context.pool.submit(renderer.render, sorted(run), context.scratch / f"run-{self._runs}")

    def _record(self, rendered: RenderedPosts, digests: Mapping[str, str]) -> None:
        """Record the posts in *digests* as rendered, once their pages are on disk."""
        posts = {post.path: post for post in rendered.posts}
        self._keep_feed(rendered)
        missing = [path for path in digests if path not in posts]
        built = [posts[path] for path in digests if path in posts]
        built += [BuiltPost(path, "", UNPUBLISHED, [], False, "") for path in missing if self._exists(path)]
        self._remove_pages(self.table.put(built))
        claims = Counter(post.file for post in rendered.posts)
        owned = [post for post in built if post.file and self.table.owner(post.file) == post.path]
        contested = {post.path for post in owned if claims[post.file] > 1} - self._contested
        self._contested |= contested
        pages = [post.file for post in owned if post.path not in contested]
        take_over(self.context.state, rendered.folder, POSTS, pages)
        self.context.former.update({post.listed.info_code: post.listed.url for post in built if post.listed.info_code})
        os.sync()  # The pages must be on disk before they are recorded as complete.
        self.table.finish({post.path: digests[post.path] for post in built if post.path not in contested})
        self._rendered.update(digests)
        self._gone.update(digests.keys() - {post.path for post in built})
        shutil.rmtree(rendered.folder.parent, ignore_errors=True)

    def _exists(self, path: str) -> bool:
        """Return True for a post that Jekyll does not publish, and False for one that a crawl has moved meanwhile."""
        return (self.context.directory.posts / path).exists()

    @cached_property
    def _feed_limit(self) -> int:
        options = read_configuration(self.context.directory.site).get("feed")
        limit = options.get("posts_limit") if isinstance(options, dict) else None
        return limit if isinstance(limit, int) else FEED_POSTS

    def _newest(self) -> list[str]:
        return [path for path, _ in self.table.newest(self._feed_limit) if self._exists(path)]

    def _keep_feed(self, rendered: RenderedPosts) -> None:
        newest = sorted(rendered.posts, key=lambda post: (post.listed.date, post.path), reverse=True)
        feed = rendered.folder / FEED
        if feed.is_file():
            kept = rendered.folder.parent.with_suffix(".feed") / FEED
            kept.parent.mkdir()
            feed.replace(kept)
            self._feeds[tuple(post.path for post in newest[: self._feed_limit])] = kept.parent

    def _update_feed(self) -> None:
        """Put the feed of the newest posts into the site, unless the user has one."""
        state, newest = self.context.state, self.table.newest(self._feed_limit)
        is_ours = not (self.context.directory.site / FEED).exists()
        digest = hashlib.sha256(repr([self.context.theme, newest, is_ours]).encode()).hexdigest()
        if state.value("feed") == digest:
            return
        if is_ours:
            folder = self._feed_of(tuple(path for path, _ in newest))
            written = (folder / FEED).is_file()
            take_over(state, folder, POSTS, [FEED] if written else [], [] if written else [FEED])
            os.sync()
        state.set_values({"feed": digest})

    def _feed_of(self, newest: tuple[str, ...]) -> Path:
        """Return a folder with the feed of these posts, if jekyll-feed has written one."""
        if newest and newest not in self._feeds:
            self._keep_feed(self._submit(newest, lambda: newest).result())
        return self._feeds.get(newest, self.context.scratch)

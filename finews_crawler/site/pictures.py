"""Pictures of posts that the site has itself, for when upstream's are gone: see ``archive.image_store``.

A picture is a hard link to the archive's file. The page of a post has the addresses of its pictures as JSON, for a
script of the theme, which asks for one only if upstream's fails. They are written together with the links to other
posts: a post is not rendered again when a picture of it was fetched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from finews_crawler.archive.image_urls import articles_with, images_of
from finews_crawler.site.build_context import PICTURES, BuildContext
from finews_crawler.site.post_render import link_file
from finews_crawler.site.take_over import remove_built, take_over

if TYPE_CHECKING:
    from finews_crawler.archive.image_store import ImageStore
    from finews_crawler.archive.index import Index

FOLDER = "images"
"""Folder of the site."""
LAST = "pictures"
"""Value of the state: number of the last attempt of ``finews images`` that the pages know of."""
WITH_CODES = "SELECT post.id FROM json_each(?) JOIN post ON info_code = value"
CODES = "SELECT post.id, info_code FROM json_each(?) JOIN post ON post.id = value WHERE info_code <> ''"
UNUSED = """
    SELECT path FROM file WHERE source > ? AND source < ? AND NOT EXISTS (SELECT 1 FROM picture WHERE file = path)"""
Shown = Mapping[int, Mapping[str, str]]
"""For each post, by its id in the state: the files of its pictures, below the site, by URL."""
# Of what JSON leaves as it is, these could end the element or begin a comment in it.
ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&"})


@dataclass(frozen=True)
class Pictures:
    """The pictures of the posts in the build state."""

    context: BuildContext
    index: Index
    images: ImageStore

    @cached_property
    def _newest(self) -> int:
        """Number of the last attempt when the build began."""
        return self.images.newest()

    def touched(self) -> Iterator[int]:
        """Yield the posts that show pictures which were fetched since the last build. Raises ArchiveError."""
        connection, last = self.context.state.connection, int(self.context.state.value(LAST) or 0)
        if self._newest < last:  # another table
            yield from (post for (post,) in connection.execute("SELECT post FROM picture"))
            last = 0
        if urls := self.images.held_since(last) if self._newest > last else []:
            codes = json.dumps(articles_with(self.index, urls))
            yield from (post for (post,) in connection.execute(WITH_CODES, (codes,)))

    def of(self, posts: Collection[int]) -> Shown:
        """Return the pictures of some posts that the archive has, without posts that have none. Raises ArchiveError."""
        if not self._newest:
            return {}
        rows = self.context.state.connection.execute(CODES, (json.dumps(list(posts)),)).fetchall()
        urls = images_of(self.index, {code for _, code in rows})
        files = self.images.files_of({url for found in urls.values() for url in found})
        there = {url: f"{FOLDER}/{name}" for url, name in files.items() if self.images.path_of(name).is_file()}
        shown = {post: {url: there[url] for url in urls.get(code, ()) if url in there} for post, code in rows}
        return {post: found for post, found in shown.items() if found}

    def publish(self, shown: Shown) -> None:
        """Put the pictures of posts into the site. Raises OSError."""
        state, folder = self.context.state, self.context.scratch / PICTURES
        names = {file for found in shown.values() for file in found.values()}
        new = sorted(file for file in names if state.source_of(file) != f"{PICTURES}/{file}")
        for file in new:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            link_file(self.images.path_of(file.removeprefix(f"{FOLDER}/")), folder / file)
        if new:
            take_over(state, folder, PICTURES, new)

    def block(self, found: Mapping[str, str]) -> str:
        """Return the data of a post's page for the theme's script; '' for a post without pictures."""
        if not found:
            return ""
        base = self.context.address.base
        data = json.dumps({url: f"{base}/{file}" for url, file in found.items()}, ensure_ascii=False)
        return f'<script type="application/json" id="images">{data.translate(ESCAPES)}</script>\n'

    def record_within(self, posts: Collection[int], shown: Shown) -> None:
        """Record, within a transaction, the pictures of some posts."""
        connection = self.context.state.connection
        connection.executemany("DELETE FROM picture WHERE post = ?", [(post,) for post in posts])
        rows = {(post, file) for post, found in shown.items() for file in found.values()}
        connection.executemany("INSERT INTO picture VALUES (?, ?)", rows)

    def finish(self) -> None:
        """Remove the pictures that no post shows any more, and record what the pages know of. Raises OSError."""
        state = self.context.state
        unused = [path for (path,) in state.connection.execute(UNUSED, (f"{PICTURES}/", f"{PICTURES}0"))]
        if unused:
            state.put_files(dict.fromkeys(unused, ""))
        for file in unused:
            remove_built(state.build_directory / PICTURES, file)
        if state.value(LAST) != str(self._newest):
            state.set_values({LAST: str(self._newest)})

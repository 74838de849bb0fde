"""Last stage of a build: index pages whose posts have changed, and sitemaps."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TextIO

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.build_context import PAGES, BuildContext
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.index_pages import IndexPages
from finews_crawler.site.jekyll import run_jekyll
from finews_crawler.site.listing import Listing, ListingKey
from finews_crawler.site.post_render import FEED, files_below
from finews_crawler.site.post_table import INDEX
from finews_crawler.site.sitemaps import Sitemaps
from finews_crawler.site.take_over import take_over
from finews_crawler.site.user_files import UserFiles

LISTINGS = "listings.jsonl"
FILES = "files"
"""Folder of the files that Jekyll does not render."""


def build_index_pages(context: BuildContext) -> None:
    """Build the index pages that have changed, and remove obsolete ones. Raises BuildFailed, OSError."""
    state = context.state
    user_files = UserFiles.of(state, context.directory.site)
    digest = f"{context.theme} {user_files.digest()}"
    stamp = _stamp(state, digest, user_files)
    if state.value(INDEX) == stamp:
        return
    pages = IndexPages(context, user_files)
    if state.value("theme") != context.theme:
        pages.touch_all()
    pages.touch_categories()
    redirects = pages.redirects(context.former.redirects(state))
    obsolete = pages.obsolete_paths(redirects)
    scratch = context.scratch / "front"
    scratch.mkdir()
    with (scratch / LISTINGS).open("w", encoding="utf-8") as file:
        fixed = [_write(listing, file, scratch) for listing in pages.fixed_pages]
        changed = [
            _write(listing, file, scratch)
            for listing in chain(pages.touched_listings(), pages.ticker_pages, redirects)
            if pages.has_changed(listing.short)
        ]
    is_same = state.value("front") == digest and not any(map(pages.has_changed, fixed))
    # A post that is in no sitemap any more is in its lists as before.
    if is_same and not changed and not obsolete and not pages.touched_days():
        pages.mark_built([], [])
        state.set_values({INDEX: stamp})
        return
    context.check_jekyll()
    _render(context, pages, [*fixed, *changed], obsolete, scratch)
    os.sync()  # The pages must be on disk before they are recorded as complete.
    pages.mark_built([*fixed, *changed], obsolete)
    state.set_values({"theme": context.theme, "front": digest, INDEX: stamp})
    context.report.listings = len(changed)


def _stamp(state: BuildState, digest: str, user_files: UserFiles) -> str:
    """Return the digest of everything but the posts that the index pages depend on."""
    bundles = state.connection.execute("SELECT folder FROM bundle ORDER BY folder").fetchall()
    return hashlib.sha256(repr([digest, user_files.category_files(), bundles]).encode()).hexdigest()


def _write(listing: Listing, file: TextIO, scratch: Path) -> ListingKey:
    """Write a listing for our Jekyll plugin, one at a time: all of a large month would not fit into little memory.

    A file that Jekyll does not render is written as it is.
    """
    if listing.text:
        path = scratch / FILES / listing.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(listing.text, "utf-8")
    else:
        file.write(listing.lines)
    return listing.short


def _render(
    context: BuildContext, pages: IndexPages, listings: Sequence[ListingKey], obsolete: Sequence[str], scratch: Path
) -> None:
    folder, site = context.scratch / "front.built", context.directory.site
    source, unlisted = scratch / "source", scratch / "unlisted.json"
    pages.user_files.link_into(source, {listing.source for listing in listings})
    run_jekyll(source, folder, context.address, {"listings": str(scratch / LISTINGS), "unlisted": str(unlisted)})
    if (scratch / FILES).is_dir():
        shutil.copytree(scratch / FILES, folder, dirs_exist_ok=True)
    listed, rendered = {listing.path for listing in listings}, set(files_below(folder))
    if missing := sorted(listed - rendered):
        raise BuildFailed(f"Jekyll did not write {missing[0]}: check the permalinks in {site}")
    # The feed is that of the posts, unless the user has one: jekyll-feed sees no posts here.
    rendered -= set() if (site / FEED).exists() else {FEED}
    # Jekyll also renders listings that are files of the site folder, such as emnews/index.html, when they have not
    # changed. It renders them without posts, so they are not taken.
    others = {file for file in rendered - listed if file in obsolete or not pages.is_listing(file)}
    # A page without posts may have become one of the site folder's own: it is obsolete as a listing, and not gone.
    lists = (pages.lists() - set(obsolete)) | listed | others
    shown = [path for path in lists - set(json.loads(unlisted.read_text("utf-8"))) if path.endswith(".html")]
    sitemaps = Sitemaps(folder, context.address, context.state).write(pages.touched_days(), shown)
    before = set(filter(None, context.state.value("others").split("\n")))
    gone = (before | set(obsolete)) - listed - others - set(sitemaps)
    written = {file for file in sitemaps if (folder / file).is_file()}
    take_over(context.state, folder, PAGES, listed | others | written, gone)
    context.state.set_values({"others": "\n".join(sorted(others | set(sitemaps)))})

"""Second stage of a build: index pages whose posts have changed."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.build_context import PAGES, BuildContext
from finews_crawler.site.index_pages import IndexPages
from finews_crawler.site.jekyll import run_jekyll
from finews_crawler.site.listings import Listing
from finews_crawler.site.partition_build import FEED, files_below
from finews_crawler.site.sitemaps import write_sitemaps


def build_index_pages(context: BuildContext) -> None:
    """Build the index pages that have changed, and remove obsolete ones. Raises BuildFailed, OSError."""
    state = context.state
    pages = IndexPages(state, context.directory.site)
    digest = f"{context.theme} {pages.user_files.digest()} {','.join(state.partitions())}"
    if state.value("theme") != context.theme:
        pages.touch_all()
    pages.touch_categories()
    redirects = pages.redirects(context.former.redirects(state))
    fixed, obsolete = pages.fixed_pages(), pages.obsolete_paths(redirects)
    listings = [*pages.touched_listings(), *redirects]
    changed = [listing for listing in listings if pages.built_digest(listing) != listing.digest]
    is_same = state.value("front") == digest and all(pages.built_digest(page) == page.digest for page in fixed)
    if is_same and not changed and not obsolete:
        pages.mark_built([], [])
        return
    _render(context, pages, [*fixed, *changed], obsolete)
    os.sync()  # The pages must be on disk before they are recorded as complete.
    pages.mark_built([*fixed, *changed], obsolete)
    state.set_values({"theme": context.theme, "front": digest})
    context.report.listings = len(changed)


def _render(context: BuildContext, pages: IndexPages, listings: Sequence[Listing], obsolete: Sequence[str]) -> None:
    folder, scratch, site = context.scratch / "front.built", context.scratch / "front", context.directory.site
    source, data, unlisted = scratch / "source", scratch / "listings.json", scratch / "unlisted.json"
    pages.user_files.link_into(source, {listing.source for listing in listings})
    data.write_text(f"[{','.join(listing.as_json for listing in listings)}]", "utf-8")
    run_jekyll(source, folder, context.address, {"listings": str(data), "unlisted": str(unlisted)})
    listed, rendered = {listing.path for listing in listings}, set(files_below(folder))
    if missing := sorted(listed - rendered):
        raise BuildFailed(f"Jekyll did not write {missing[0]}: check the permalinks in {site}")
    # The newest partition has the feed, unless the user has one: jekyll-feed sees no posts here.
    rendered -= set() if (site / FEED).exists() else {FEED}
    # Jekyll also renders listings that are files of the site folder, such as emnews/index.html, when they have not
    # changed. It renders them without posts, so they are not taken.
    others = {file for file in rendered - listed if file in obsolete or not pages.is_listing(file)}
    # A page without posts may have become one of the site folder's own: it is obsolete as a listing, and not gone.
    lists = (pages.lists() - set(obsolete)) | listed | others
    shown = [path for path in lists - set(json.loads(unlisted.read_text("utf-8"))) if path.endswith(".html")]
    others.update(write_sitemaps(folder, context.address, context.state.partitions(), shown))
    before = set(filter(None, context.state.value("others").split("\n")))
    _take_over(context, folder, [*listed, *others], (before | set(obsolete)) - listed - others)
    context.state.set_values({"others": "\n".join(sorted(others))})


def _take_over(context: BuildContext, folder: Path, files: Iterable[str], removed: Collection[str]) -> None:
    """Replace the pages of the last build by those in *folder*.

    Changes are recorded before files move: a build killed in between renders them again, and may find them in place.
    Removals come first: on a case-insensitive file system, a new page may have the name of a removed one.
    """
    state, pages = context.state, context.directory.site_build / PAGES
    # A post may have taken the URL of a removed page: its file stays.
    gone = [file for file in removed if state.source_of(file) in ("", f"{PAGES}/{file}")]
    changed = [file for file in files if not (state.has_file(file) and _is_same(folder / file, pages / file))]
    state.put_files({**dict.fromkeys(gone, ""), **{file: f"{PAGES}/{file}" for file in changed}})
    for file in removed:
        (pages / file).unlink(missing_ok=True)
    for file in changed:
        (pages / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).replace(pages / file)


def _is_same(file: Path, other: Path) -> bool:
    return other.is_file() and file.read_bytes() == other.read_bytes()

"""Routes of the archive site: home, categories, posts and the feed."""

from __future__ import annotations

from aiohttp import web

from finews_crawler.testing.origin.archive_site import (
    category_of,
    category_page,
    feed_xml,
    home_page,
    layout,
    post_page,
)
from finews_crawler.testing.origin.dataset import Dataset, dataset_of


def add_routes(app: web.Application) -> None:
    """Add the feed, and a page for every path that no other surface has."""
    app.router.add_get("/feed.xml", feed)
    app.router.add_get("/{path:.*}", archive_page)


async def feed(request: web.Request) -> web.Response:
    return web.Response(body=feed_xml(dataset_of(request).archive), content_type="application/xml", charset="utf-8")


async def archive_page(request: web.Request) -> web.Response:
    dataset, path = dataset_of(request), request.path
    page = dataset.rendered.get(path) or render_archive(dataset, path)
    if page and (path == "/" or category_of(path)):
        dataset.rendered[path] = page  # not the posts: there are many, and each is requested once
    status = 404 if page is None else 200
    body = layout("404", "<h1>404</h1>").encode() if page is None else page
    return web.Response(status=status, body=body, content_type="text/html", charset="utf-8")


def render_archive(dataset: Dataset, path: str) -> bytes | None:
    """Return the page at the decoded *path*; None for an unknown path."""
    category = category_of(path)
    if path == "/":
        page: str | None = home_page(dataset.archive)
    elif category:
        page = category_page(dataset.archive, category)
    else:
        page = post_page(dataset.archive, path)
    return None if page is None else page.encode("utf-8", "replace")

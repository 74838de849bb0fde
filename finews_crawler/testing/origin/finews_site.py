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
    """Serve the Atom feed."""
    return web.Response(body=feed_xml(dataset_of(request).archive), content_type="application/xml", charset="utf-8")


async def archive_page(request: web.Request) -> web.Response:
    """Serve the home page, a category, a post, or 404."""
    dataset, path = dataset_of(request), request.path
    page = dataset.rendered.get(path) or render_archive(dataset, path)
    if page and (path == "/" or category_of(path)):
        dataset.rendered[path] = page  # not the posts: there are many, and each is requested once
    return html_response(page)


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


def html_response(page: bytes | None) -> web.Response:
    """Return *page* as a response; 404 for None."""
    status, body = (200, page) if page is not None else (404, layout("404", "<h1>404</h1>").encode())
    return web.Response(status=status, body=body, content_type="text/html", charset="utf-8")

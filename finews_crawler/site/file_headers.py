"""Content-Type and Cache-Control of the files of the site, for hosts that store them with each file."""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePosixPath

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff2": "font/woff2",
    ".gz": "application/gzip",  # not Content-Encoding: the pages decompress the search index themselves
    ".webmanifest": "application/manifest+json",
}
OTHER = "application/octet-stream"
SYSTEM_INDEPENDENT = mimetypes.MimeTypes()
"""Python's own table: ``mimetypes.guess_type`` also reads the files of the system."""
DIGEST = re.compile(r"(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])", re.IGNORECASE)
"""Part of a name that another content would not have."""
FOR_EVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60"
PAGES = (".html", ".xml")
"""Files that name others: pages, feeds and sitemaps."""


def content_type(path: str) -> str:
    """Return the Content-Type of a file by its name.

    >>> content_type("category/emnews.html"), content_type("search-index/a/t.gz"), content_type("CNAME")
    ('text/html; charset=utf-8', 'application/gzip', 'application/octet-stream')
    """
    suffix = PurePosixPath(path).suffix.lower()
    return CONTENT_TYPES.get(suffix) or SYSTEM_INDEPENDENT.types_map[True].get(suffix, OTHER)


def cache_control(path: str) -> str:
    """Return the Cache-Control of a file: for ever if another content would have another name, else a minute.

    >>> cache_control("index.html"), cache_control("assets/site.css")
    ('public, max-age=60', 'public, max-age=60')
    >>> cache_control("search-index/2022-05-1.0123456789abcdef0123456789abcdef/t")
    'public, max-age=31536000, immutable'
    >>> cache_control(f"images/9f/{'9f' * 32}.jpg") == FOR_EVER
    True
    """
    return FOR_EVER if DIGEST.search(path) else SHORT


def is_page(path: str) -> bool:
    """Return True for a file that names others: it must not arrive before them, nor stay longer."""
    return path.endswith(PAGES)

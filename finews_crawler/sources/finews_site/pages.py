"""The surface of archived posts. Its parser is imported with the first page: most runs request none."""

from __future__ import annotations

from finews_crawler.sources.source import UPSTREAM_FIELDS, Surface

POST = Surface(
    name="archive_page",
    host_setting="FINEWS_ARCHIVE_URL",
    gives=UPSTREAM_FIELDS,
    # Behind the source's own surfaces, since its body has been through kramdown. But it names the outlet as the lists
    # did when the post was written.
    precedence={
        **{"title": 9, "published_at": 9, "media_name": 3, "digest": 9, "public_url": 9},
        **{"text_html": 9, "content_html": 9, "source_url": 9},
    },
    is_copy=True,
)

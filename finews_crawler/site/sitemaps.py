"""Sitemaps of the index pages, and the index of all sitemaps (sitemaps.org, version 0.9).

jekyll-sitemap makes those of the posts, one for each partition. It sees no index page that was built before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from lxml import etree

from finews_crawler.site.address import SiteAddress
from finews_crawler.site.urls import url_of

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_URLS = 50_000
"""Maximum number of URLs in a sitemap."""
INDEX = "sitemap.xml"


def write_sitemaps(folder: Path, address: SiteAddress, partitions: Iterable[str], pages: Sequence[str]) -> list[str]:
    """Write the sitemaps of *pages* and the index into *folder*. Return their paths. Raises OSError."""
    (folder / "sitemaps").mkdir(exist_ok=True)
    urls, written = [f"{address}{url_of(page)}" for page in sorted(pages)], []
    for start in range(0, len(urls), MOST_URLS):
        written.append(f"sitemaps/pages-{start // MOST_URLS + 1}.xml")
        (folder / written[-1]).write_bytes(_document("urlset", "url", urls[start : start + MOST_URLS]))
    paths = [*(f"sitemaps/{name}.xml" for name in partitions), *written]
    (folder / INDEX).write_bytes(_document("sitemapindex", "sitemap", (f"{address}{url_of(path)}" for path in paths)))
    return [*written, INDEX]


def _document(root: str, element: str, urls: Iterable[str]) -> bytes:
    document = etree.Element(f"{{{NAMESPACE}}}{root}", nsmap={None: NAMESPACE})
    for url in urls:
        location = etree.SubElement(document, f"{{{NAMESPACE}}}{element}")
        etree.SubElement(location, f"{{{NAMESPACE}}}loc").text = url
    return bytes(etree.tostring(document, xml_declaration=True, encoding="utf-8", pretty_print=True))

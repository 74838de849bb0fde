"""The URLs of the built site, and how a server or crawler of it is compared with them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import etree

from finews_crawler import Archive
from tests.interop.cells import Outcome, right, wrong
from tests.interop.daemons import daemon
from tests.interop.material import LocalSite, Material
from tests.support.http_client import fetch

LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
TYPES = {
    ".html": {"text/html"},
    ".xml": {"application/xml", "text/xml", "application/atom+xml"},
    ".css": {"text/css"},
    ".js": {"text/javascript", "application/javascript"},
    ".svg": {"image/svg+xml"},
    ".txt": {"text/plain"},
}


def listed(site: LocalSite, name: str = "sitemap.xml") -> Iterator[str]:
    """Yield the URLs of the sitemaps, as XML has them."""
    for location in etree.parse(site.folder / name).getroot().iter(LOCATION):
        path = unquote(urlsplit(location.text).path)[1:]
        if path.startswith("sitemaps/"):
            yield from listed(site, path)
        else:
            yield location.text


def posts(material: Material) -> set[str]:
    """Return the URLs that the posts have by Jekyll's rules."""
    site = material.local_site
    return {
        f"{site.url}/{quote(record.slug.lower(), safe='()')}/{record.published_at:%Y/%m/%d}/"
        f"{record.info_code if record.media_name else record.info_code[2:]}.html"
        for record in Archive.open(material.data).articles()
    }


def compare_urls(material: Material, found: Iterable[str]) -> Outcome:
    """Compare the pages that a crawler has found with those of the sitemaps; each post is one of them."""
    theirs, ours = list(found), {*listed(material.local_site)}
    assert posts(material) <= ours
    if len(theirs) != len({*theirs}) or {*theirs} != ours:
        lost, more = ours - {*theirs}, {*theirs} - ours
        return wrong(f"{len(theirs)} of {len(ours)} URLs: without {sorted(lost)[:2]}, but {sorted(more)[:2]}")
    return right(f"{len(ours)} URLs, {len(posts(material))} of posts among them: those of the sitemaps")


@contextmanager
def served(site: LocalSite, scratch: Path) -> Iterator[str]:
    """Serve the site at the address that it is built for."""
    command = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", site.folder, site.port)
    with daemon(*map(str, command), port=site.port, cwd=scratch) as url:
        yield url


def files(site: LocalSite) -> Iterator[tuple[str, Path]]:
    """Yield the paths and files of what a server has to have: pages, feeds, sitemaps, assets, and the search index."""
    for path in sorted(site.folder.resolve().rglob("*")):
        name = path.relative_to(site.folder.resolve()).as_posix()
        if path.is_file() and not name.startswith("search-index/"):
            yield f"/{quote(name)}", path
    index = sorted(path for path in (site.folder / "search-index").resolve().rglob("*") if path.is_file())
    for path in index[:5]:
        yield f"/{quote(path.relative_to(site.folder.resolve()).as_posix())}", path


def ask_for_all(site: LocalSite, server: str, *, follows: bool = False) -> Outcome:
    """Compare what *server* responds for each file, and for each URL of the sitemaps, with the file.

    *follows*: go where it redirects to.
    """
    problems, number = [], 0
    folders = (
        (urlsplit(url).path, site.folder / unquote(urlsplit(url).path)[1:] / "index.html") for url in listed(site)
    )
    for path, file in [*files(site), *((path, file) for path, file in folders if path.endswith("/"))]:
        answer, number = fetch(f"{server}{path}"), number + 1
        url = f"{server}{path}"
        while follows and answer.status in (301, 302, 307, 308):
            url = urljoin(url, answer.headers["Location"])
            answer = fetch(url)
        kind = re.split(r"\s*;", answer.headers.get("Content-Type", ""))[0]
        if answer.status != 200:
            problems.append(f"{path}: status {answer.status}")
        elif answer.body != file.read_bytes():
            problems.append(f"{path}: other bytes")
        elif kind not in TYPES.get(file.suffix, {kind}):
            problems.append(f"{path}: {kind or 'no type'}")
    if problems:
        return wrong(f"{len(problems)} of {number} URLs: {problems[0]}")
    return right(f"{number} URLs: status 200, type, every byte")

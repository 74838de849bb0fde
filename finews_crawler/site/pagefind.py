"""Pagefind's index of a part of the site: static files that the search page reads.

Pagefind divides a page into words by a dictionary, and what is typed by another, the browser's: it then misses what
the two divide differently. So each Chinese character is made a word of its own, and the search page asks for phrases.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.jekyll import check_room

# Of what Pagefind writes, its own pages' parts, which our search page does not use.
NOT_USED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js")
BREAK = "\u200b"  # has no width, and Pagefind leaves it out of what it shows
HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
# Before each, whatever stands there: the character before may be at the end of another element's text.
BESIDE_HAN = re.compile(rf"(?=[{HAN}])|(?<=[{HAN}])(?=\w)")
TAG = re.compile(r"(<[^>]*>)")
INSTALL = f"{sys.executable} -m pip install 'pagefind[extended]'"
INSTRUCTION = re.compile(r"\sdata-pagefind-[\w-]*(?:=\"[^\"]*\")?")
# Between these the layout puts the body, which has nothing to tell Pagefind.
BODY = re.compile(r"(?<=<small>\(GMT\+8).*(?=<small>tags:)", re.DOTALL)
NOT_TEXT = "[data-pagefind-body] > small"  # the time zone and the tags, the same on every page


def pagefind_version() -> str:
    """What Pagefind is installed. Raises BuildFailed where none is."""
    try:
        return f"{version('pagefind')} {version('pagefind-bin-extended')}"
    except PackageNotFoundError as error:
        raise BuildFailed(f"{error.name} is missing. Install and try again: {INSTALL}") from error


def index_pages(folder: Path, pages: Iterable[str], bundle: Path, scratch: Path) -> None:
    """Write the search index of *pages* in *folder* to *bundle*, by way of *scratch*.

    Raises BuildFailed with what Pagefind said, OSError for a disk that is full.
    """
    for page in pages:
        copy = scratch / page
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(divide_words((folder / page).read_text("utf-8")), "utf-8")
    places = ["--site", str(scratch.resolve()), "--output-path", str(bundle.resolve())]
    command = [sys.executable, "-m", "pagefind", *places, "--quiet"]
    command += ["--exclude-selectors", NOT_TEXT]
    # Where it is started it would look for a configuration.
    done = subprocess.run(command, cwd=scratch, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        check_room(done.stdout + done.stderr)
        said = " / ".join(line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip())
        raise BuildFailed(f"Pagefind failed: {said}")
    for pattern in NOT_USED:
        for file in bundle.glob(pattern):
            file.unlink()


def divide_words(page: str) -> str:
    """A page in whose text each Chinese character is a word of its own.

    >>> divide_words('<h1 title="联通">A股联通5G</h1>').replace(BREAK, "|")
    '<h1 title="联通">A|股|联|通|5G</h1>'

    A body that brings instructions for Pagefind gives none.

    >>> divide_words('<small>(GMT+8)</small><p data-pagefind-filter="media:x">A</p><small>tags:</small>')
    '<small>(GMT+8)</small><p>A</p><small>tags:</small>'
    """
    pieces = TAG.split(BODY.sub(lambda body: INSTRUCTION.sub("", body[0]), page))
    pieces[::2] = [BESIDE_HAN.sub(BREAK, text) for text in pieces[::2]]
    return "".join(pieces)

"""Search index of a partition by Pagefind: static files that the search page loads.

Pagefind segments a page by one dictionary and a query by another, the browser's, and misses what they segment
differently. So every Chinese character becomes a word of its own here, and the search page searches for phrases.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.jekyll import raise_if_disk_full

# Pagefind's own user interface, which our search page does not use.
UNUSED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js")
# A zero-width space: it separates words for Pagefind, which omits it from excerpts.
BREAK = "\u200b"
HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
# A break before every Han character, even at the start of a text: the character before it may be at the end of another
# element. And one between a Han character and a word in another script.
BESIDE_HAN = re.compile(rf"(?=[{HAN}])|(?<=[{HAN}])(?=\w)")
TAG = re.compile(r"(<[^>]*>)")
INSTALL = f"{sys.executable} -m pip install 'pagefind[extended]'"
# An attribute that instructs Pagefind, with its value.
INSTRUCTION = re.compile(r"\sdata-pagefind-[\w-]*(?:=\"[^\"]*\")?")
# The article's body, which the layout puts between these two elements. Greedy to the last one: a body may contain them.
BODY = re.compile(r"(?<=<small>\(GMT\+8).*(?=<small>tags:)", re.DOTALL)
EXCLUDED = "[data-pagefind-body] > small"  # the time zone and the tags, the same on every page


def pagefind_version() -> str:
    """Return the installed version of Pagefind. Raises BuildFailed if it is not installed."""
    try:
        return f"{version('pagefind')} {version('pagefind-bin-extended')}"
    except PackageNotFoundError as error:
        raise BuildFailed(f"{error.name} is missing. Install and try again: {INSTALL}") from error


def build_search_index(folder: Path, pages: Iterable[str], bundle: Path, scratch: Path) -> None:
    """Write the search index of *pages* in *folder* to *bundle*. Raises BuildFailed, OSError if the disk is full."""
    for page in pages:
        copy = scratch / page
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(divide_words((folder / page).read_text("utf-8")), "utf-8")
    paths = ["--site", str(scratch.resolve()), "--output-path", str(bundle.resolve())]
    command = [sys.executable, "-m", "pagefind", *paths, "--quiet", "--exclude-selectors", EXCLUDED]
    # In *scratch*: Pagefind looks for a configuration in its working directory.
    done = subprocess.run(command, cwd=scratch, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        output = done.stdout + done.stderr
        raise_if_disk_full(output)
        message = " / ".join(line.strip() for line in output.splitlines() if line.strip())
        raise BuildFailed(f"Pagefind failed: {message}")
    for pattern in UNUSED:
        for file in bundle.glob(pattern):
            file.unlink()


def divide_words(page: str) -> str:
    """Return the page with every Chinese character as a word of its own, and no instructions for Pagefind in the body.

    >>> divide_words('<h1 title="联通">A股联通5G</h1>').replace(BREAK, "|")
    '<h1 title="联通">A|股|联|通|5G</h1>'
    >>> divide_words('<small>(GMT+8)</small><p data-pagefind-filter="media:x">A</p><small>tags:</small>')
    '<small>(GMT+8)</small><p>A</p><small>tags:</small>'
    """
    pieces = TAG.split(BODY.sub(lambda body: INSTRUCTION.sub("", body[0]), page))
    pieces[::2] = [BESIDE_HAN.sub(BREAK, text) for text in pieces[::2]]
    return "".join(pieces)

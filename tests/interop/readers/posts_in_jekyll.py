"""Posts in Jekyll with another Markdown, and with plugins that sites of archives have."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.cells import Checks, Outcome, attempt, in_version, with_help, wrong
from tests.interop.environments import SCRIPTS, debian_with
from tests.interop.expected import compare
from tests.interop.material import Material
from tests.interop.posts import compare_posts, expected
from tests.interop.readers.posts import LINKS, NOTE, OUTPUT, copied
from tests.support.debian_root import DebianRoot, Within

CHECKS = Checks()
PLUGINS = (
    "relative-links",
    "optional-front-matter",
    "titles-from-headings",
    "redirect-from",
    "last-modified-at",
    "toc",
)
PACKAGES = ("jekyll", *(f"ruby-jekyll-{name}" for name in ("commonmark", "seo-tag", *PLUGINS)))
COMMONMARK = "markdown: CommonMark\nplugins: [jekyll-commonmark]\n"
UNSAFE = "commonmark: {options: [UNSAFE]}\n"
# Titles of pages, as search engines read them.
LINKED_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def root() -> DebianRoot:
    return debian_with("trixie", *PACKAGES)


def with_version(outcome: Outcome) -> Outcome:
    return in_version(root().run("jekyll --version").split()[1], outcome)


@contextmanager
def built(material: Material, configuration: str, layout: str = "", shell: str = "") -> Iterator[Path]:
    """Yield the site that Jekyll has built; *layout*: of the posts, '' for none."""
    with copied(material, "_posts", shell) as folder:
        (folder / "_config.yml").write_text(configuration, "utf-8")
        if layout:
            (folder / "_layouts").mkdir()
            (folder / "_layouts" / "post.html").write_text(layout, "utf-8")
        shutil.copy(SCRIPTS / "posts.liquid", folder / "posts.jsonl")
        within = Within(folder="/mnt", volumes={"/mnt": folder})
        root().run("jekyll build --strict_front_matter -q", within)
        yield folder / "_site"


@CHECKS.add("posts-commonmark-jekyll", OUTPUT, "Jekyll of Debian 13, jekyll-commonmark")
def commonmark(material: Material, _: str) -> Outcome:
    def read(configuration: str, shell: str = "") -> Outcome:
        with built(material, configuration, shell=shell) as site:
            return compare_posts(material, (site / "posts.jsonl").read_text("utf-8"))

    note = f"`{UNSAFE.strip()}` in `_config.yml`, since bodies are HTML. {NOTE}"
    alone = attempt(lambda: read(COMMONMARK))
    return with_version(with_help(alone, lambda: read(COMMONMARK + UNSAFE, LINKS), note))


@CHECKS.add("posts-plugins-jekyll", OUTPUT, f"Jekyll of Debian 13, jekyll-{', '.join(PLUGINS)}")
def plugins(material: Material, _: str) -> Outcome:
    configuration = f"plugins: [{', '.join(f'jekyll-{name}' for name in PLUGINS)}]\n"
    with built(material, configuration) as site:
        return with_version(compare_posts(material, (site / "posts.jsonl").read_text("utf-8")))


@CHECKS.add("posts-seo-tag-jekyll", OUTPUT, "Jekyll of Debian 13, titles in the pages of jekyll-seo-tag")
def seo_tag(material: Material, _: str) -> Outcome:
    with built(material, "title: x\nplugins: [jekyll-seo-tag]\n", "{% seo %}") as site:
        lines = "\n".join(map(json.dumps, _headlines(site)))
    found = compare(sorted(expected(material), key=lambda post: post["info_code"]), lines, ("title",))
    way = "Titles are Markdown to it: write `<title>{{ page.title | escape }}</title>` instead"
    return with_version(wrong(found.seen, way) if found.seen.startswith("title differs") else found)


def _headlines(site: Path) -> Iterator[dict[str, str]]:
    pages = {f"NW{page.stem.removeprefix('NW')}": page for page in site.rglob("*.html")}
    for info_code, page in sorted(pages.items()):
        if found := LINKED_DATA.search(page.read_text("utf-8")):
            yield {"info_code": info_code, "title": json.loads(found[1])["headline"]}

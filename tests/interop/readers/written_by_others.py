"""Posts that other programs have written again or made, as ``finews reindex`` and ``finews audit`` read them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.interop.cells import Checks, Outcome, in_version, right, wrong
from tests.interop.environments import SCRIPTS, node_with, program, python_with, run
from tests.interop.expected import compare, short
from tests.interop.material import Material

CHECKS = Checks()
REWRITTEN, FOREIGN = "Posts written again by others, read by reindex", "Posts of others, read by reindex"
FIELDS = ("title", "media_name", "published_at", "text")
COUNTS = re.compile(r"(\w+) (\d+)")


def read_again(material: Material, write: Callable[[Path, Path], object]) -> Outcome:
    """Have the posts written from one folder to another, import these, and compare the articles."""
    with tempfile.TemporaryDirectory(prefix="finews-rewritten-") as name:
        home = Path(name)
        written = home / "written"
        written.mkdir()
        write(material.posts, written)
        again = Material(home / "data")
        again.data.mkdir()
        found = dict(COUNTS.findall(again.finews("reindex", written)))
        if (found["new"], found["unreadable"]) != (str(len(material.articles)), "0"):
            return wrong(f"reindex: {found}")
        if "clean" not in (audit := again.finews("audit")):
            return wrong(f"audit: {audit}"[-200:])
        printed = "\n".join(map(as_line, again.articles))
    return compare(material.articles, printed, FIELDS)


def as_line(article: dict[str, object]) -> str:
    import json

    return json.dumps(article)


@CHECKS.add("read-autocrlf", REWRITTEN, "git, core.autocrlf=true")
def autocrlf(material: Material, _: str) -> Outcome:
    git = program("git", "git")

    def write(posts: Path, written: Path) -> None:
        origin = written.parent / "origin"
        shutil.copytree(posts, origin)
        names = ("-c", "user.name=n", "-c", "user.email=n@example.org")
        run(git, "init", "-q", cwd=origin)
        run(git, "add", ".", cwd=origin)
        run(git, *names, "commit", "-qm", "posts", cwd=origin)
        run(git, "clone", "-q", "-c", "core.autocrlf=true", origin, written)
        assert b"\r\n" in next(written.glob("*.md")).read_bytes()

    return in_version(run(git, "--version").split()[-1], read_again(material, write))


PYTHON = (
    ("python-frontmatter", "python-frontmatter, dumps", ("1.1.0", "1.3.0")),
    ("ruamel.yaml", "ruamel.yaml, round trip", ("0.18.15",)),
    ("PyYAML", "PyYAML, safe_dump in flow style, ASCII, short lines", ("6.0.3",)),
)


def register(library: str, title: str, versions: tuple[str, ...]) -> None:
    @CHECKS.add(f"read-{library.lower()}", REWRITTEN, title, *versions)
    def check(material: Material, version: str) -> Outcome:
        python = python_with(f"{library}=={version}")
        script = SCRIPTS / "rewrite_python.py"
        return read_again(material, lambda posts, written: run(python, script, library, posts, written))


for library in PYTHON:
    register(*library)


@CHECKS.add("read-gray-matter", REWRITTEN, "gray-matter, stringify (Node)", "4.0.3")
def gray_matter(material: Material, version: str) -> Outcome:
    modules = node_with(f"gray-matter@{version}")
    script = SCRIPTS / "rewrite_matter.mjs"
    return read_again(material, lambda posts, written: run("node", script, modules, posts, written))


@CHECKS.add("read-psych", REWRITTEN, "Ruby's YAML, dump, in UTC")
def psych(material: Material, _: str) -> Outcome:
    ruby = program("ruby", "ruby")
    script, zone = SCRIPTS / "rewrite_psych.rb", {"TZ": "UTC"}
    found = read_again(material, lambda posts, written: run(ruby, script, posts, written, environment=zone))
    return in_version(run(ruby, "-e", "print RUBY_VERSION"), found)


@CHECKS.add("read-hugo", REWRITTEN, "Hugo, hugo convert toYAML", "0.168.0")
def hugo(material: Material, version: str) -> Outcome:
    hugo = python_with(f"hugo=={version}").with_name("hugo")

    def write(posts: Path, written: Path) -> None:
        site = written.parent / "site"
        shutil.copytree(posts, site / "content")
        (site / "hugo.toml").write_text("", "utf-8")
        run(hugo, "convert", "toYAML", "--unsafe", cwd=site)
        shutil.copytree(site / "content", written, dirs_exist_ok=True)

    return read_again(material, write)


@CHECKS.add("read-hexo-new", FOREIGN, "Hexo, hexo new post", "8.1.2")
def hexo_new(material: Material, version: str) -> Outcome:
    modules = node_with(f"hexo@{version}")

    def write(posts: Path) -> None:
        site = posts.parent / "hexo"
        site.mkdir()
        (site / "_config.yml").write_text("new_post_name: :year-:month-:day-:title.md\n", "utf-8")
        (site / "package.json").write_text('{"hexo": {"version": ""}, "dependencies": {}}', "utf-8")
        (site / "node_modules").symlink_to(modules / "node_modules")
        for title in ("第一篇 笔记", 'Quotes "in" a: title', "2026-11-20"):
            run(modules / "node_modules/.bin/hexo", "new", "post", title, "--silent", cwd=site)
        for file in (site / "source/_posts").glob("*.md"):
            shutil.copy(file, posts)

    return beside_ours(material, 3, write)


def beside_ours(
    material: Material,
    number: int,
    write: Callable[[Path], object],
    look: Callable[[Material], str] = lambda _: "",
) -> Outcome:
    """Have posts that are no articles written beside ours, and compare the counts with what was there before.

    *look* says what is wrong with something else of that archive; '' for nothing.
    """
    with tempfile.TemporaryDirectory(prefix="finews-beside-") as name:
        again = Material(Path(name) / "data")
        shutil.copytree(material.data, again.data, symlinks=True, ignore=shutil.ignore_patterns("site-build", "_site"))
        posts = again.posts
        before = {file.name: short(file.read_text("utf-8")) for file in posts.glob("*.md")}
        write(posts)
        after = {file.name: short(file.read_text("utf-8")) for file in posts.glob("*.md")}
        assert len(after) == len(before) + number, f"{len(after) - len(before)} posts were made"
        found = dict(COUNTS.findall(again.finews("reindex", again.data)))
        kept = {file.name: short(file.read_text("utf-8")) for file in posts.glob("*.md")}
        audit = again.finews("audit")
        if problem := look(again):
            return wrong(problem)
    counts = (found["read"], found["new"], found["unchanged"], found["other"], found["unreadable"])
    expected = (f"{len(after)}", "0", f"{len(before)}", f"{number}", "0")
    if counts != expected or kept != after:
        return wrong(f"reindex: {found}; {len(kept)} posts, {sum(kept[n] == after[n] for n in after)} as they were")
    seen = audit.strip().splitlines()[-1].partition(" holds ")[2]
    return right(f"reindex: unchanged {len(before)}, other {number}; audit: {seen}")

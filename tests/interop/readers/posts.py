"""Posts: what static site generators and readers of front matter make of ``_posts``, which is byte for byte given."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from tests.interop.cells import Checks, Outcome, Result, attempt, in_version, with_help
from tests.interop.environments import SCRIPTS, debian_with, node_with, program, python_with, run
from tests.interop.material import Material
from tests.interop.posts import compare_posts
from tests.support.debian_root import Within

CHECKS = Checks()
OUTPUT = "Posts"
HUGO_CONFIG = 'baseURL = "/"\ndisableKinds = ["taxonomy", "term", "section", "RSS", "sitemap"]\n'
NIKOLA_CONFIG = """
BLOG_AUTHOR = BLOG_TITLE = "x"
BLOG_EMAIL = BLOG_DESCRIPTION = ""
SITE_URL = "http://127.0.0.1/"
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": ""}
TIMEZONE = "Asia/Shanghai"
POSTS = (("posts/*.md", "posts", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": (".md",)}
"""
UNSAFE = "[markup.goldmark.renderer]\nunsafe = true\n"


LINKS = r"sed -i -E 's/\(([^()]* [^()]*)\)｜/(<\1>)｜/' *.md"
DATES = r"sed -i -E 's/^(date: .*) \+0800$/\1 +08:00/' *.md"
NOTE = f"CommonMark has no links with a blank, as the footers of three outlets are. On a copy: `{LINKS}`"


@contextmanager
def copied(material: Material, place: str, shell: str = "") -> Iterator[Path]:
    """Yield a folder with the posts in *place* of it, in which *shell* has run."""
    with tempfile.TemporaryDirectory(prefix="finews-posts-") as name:
        posts = Path(name) / place
        shutil.copytree(material.posts, posts)
        run("sh", "-euc", shell, cwd=posts)
        yield Path(name)


@CHECKS.add("posts-jekyll", OUTPUT, "Jekyll of Debian 12, no configuration, in UTC")
def jekyll(material: Material, _: str) -> Outcome:
    jekyll = program("jekyll", "jekyll")
    with copied(material, "_posts") as folder:
        shutil.copy(SCRIPTS / "posts.liquid", folder / "posts.jsonl")
        run(jekyll, "build", "--strict_front_matter", "-q", cwd=folder, environment={"LANG": "C.UTF-8", "TZ": "UTC"})
        found = compare_posts(material, (folder / "_site" / "posts.jsonl").read_text("utf-8"))
    return in_version(run(jekyll, "--version").split()[-1], found)


@CHECKS.add("posts-jekyll-debian-13", OUTPUT, "Jekyll of Debian 13, no configuration, in UTC")
def jekyll_of_debian_13(material: Material, _: str) -> Outcome:
    root = debian_with("trixie", "jekyll")
    with copied(material, "_posts") as folder:
        shutil.copy(SCRIPTS / "posts.liquid", folder / "posts.jsonl")
        within = Within(folder="/mnt", volumes={"/mnt": folder})
        version = root.run("jekyll --version && jekyll build --strict_front_matter -q", within).split()[1]
        found = compare_posts(material, (folder / "_site" / "posts.jsonl").read_text("utf-8"))
    return in_version(version, found)


@CHECKS.add("posts-eleventy", OUTPUT, "Eleventy", "2.0.1", "3.1.8")
def eleventy(material: Material, version: str) -> Outcome:
    modules = node_with(f"@11ty/eleventy@{version}")

    def built(shell: str = "") -> Outcome:
        with copied(material, "posts", shell) as folder:
            shutil.copy(SCRIPTS / "posts_eleventy.cjs", folder / "all.11ty.cjs")
            (folder / "_includes").mkdir()
            (folder / "_includes/post.html").write_text("{{ content }}", "utf-8")
            run(modules / "node_modules/.bin/eleventy", "--quiet", cwd=folder)
            return compare_posts(material, (folder / "_site" / "posts.jsonl").read_text("utf-8"))

    note = f"Its YAML does not know the offset `+0800`: `{DATES}`. {NOTE}"
    return with_help(attempt(built), lambda: built(f"{DATES}\n{LINKS}"), note)


@CHECKS.add("posts-hexo", OUTPUT, "Hexo", "8.1.2")
def hexo(material: Material, version: str) -> Outcome:
    packages = {"hexo": version, "hexo-renderer-marked": "7.0.1"}
    modules = node_with(*(f"{name}@{number}" for name, number in packages.items()))

    def read(shell: str = "") -> Outcome:
        with copied(material, "source/_posts", shell) as folder:
            (folder / "_config.yml").write_text("timezone: UTC\n", "utf-8")
            package = {"hexo": {"version": ""}, "dependencies": packages}
            (folder / "package.json").write_text(json.dumps(package), "utf-8")
            (folder / "node_modules").symlink_to(modules / "node_modules")
            return compare_posts(material, run("node", SCRIPTS / "posts_hexo.mjs", folder, modules))

    return with_help(attempt(read), lambda: read(LINKS), NOTE)


@CHECKS.add("posts-hugo-import", OUTPUT, "Hugo, hugo import jekyll")
def hugo_import(material: Material, _: str) -> Outcome:
    hugo = program("hugo", "hugo")

    def imported(shell: str) -> Outcome:
        with copied(material, "from/_posts", shell) as folder:
            run(hugo, "import", "jekyll", folder / "from", folder / "to")
            return _built(material, hugo, folder / "to", UNSAFE)

    found = imported(LINKS)
    note = "It drops the offset of times: copy the posts to `content` instead" if found.result == Result.WRONG else ""
    return in_version(_version(hugo), replace(found, note=note))


@CHECKS.add("posts-hugo", OUTPUT, "Hugo, posts copied to content")
def hugo(material: Material, _: str) -> Outcome:
    hugo = program("hugo", "hugo")

    def built(shell: str = "", configuration: str = "") -> Outcome:
        with copied(material, "content/posts", shell) as folder:
            return _built(material, hugo, folder, configuration)

    note = f"`markup.goldmark.renderer.unsafe = true`, since bodies are HTML. {NOTE}"
    return in_version(_version(hugo), with_help(attempt(built), lambda: built(LINKS, UNSAFE), note))


def _built(material: Material, hugo: str, site: Path, configuration: str) -> Outcome:
    for file in site.glob("config.*"):
        file.unlink()
    (site / "config.toml").write_text(HUGO_CONFIG + configuration, "utf-8")
    (site / "layouts/_default").mkdir(parents=True, exist_ok=True)
    shutil.copy(SCRIPTS / "posts_hugo.html", site / "layouts/index.html")
    (site / "layouts/_default/single.html").write_text("{{ .Content }}", "utf-8")
    run(hugo, "--quiet", "--buildFuture", cwd=site)
    return compare_posts(material, (site / "public/index.html").read_text("utf-8"))


def _version(hugo: str) -> str:
    found = re.search(r"v(\d+\.\d+\.\d+)", run(hugo, "version"))
    return found[1] if found else ""


@CHECKS.add("posts-nikola", OUTPUT, "Nikola", "8.3.3")
def nikola(material: Material, version: str) -> Outcome:
    python = python_with(
        f"Nikola=={version}", "setuptools==80.9.0", "Jinja2==3.1.6", "ruamel.yaml==0.18.15", "Markdown==3.10.2"
    )

    def built(configuration: str = "") -> Outcome:
        with copied(material, "posts") as folder:
            (folder / "conf.py").write_text(NIKOLA_CONFIG + configuration, "utf-8")
            run(python.with_name("nikola"), "build", "-v0", "render_posts", cwd=folder)
            printed = run(python, SCRIPTS / "posts_nikola.py", cwd=folder, environment={"PYTHONPATH": f"{folder}"})
        return compare_posts(material, printed)

    note = "It refuses tags that differ in case only: `SLUG_TAG_PATH = False`"
    return with_help(attempt(built), lambda: built("SLUG_TAG_PATH = False\n"), note)


@CHECKS.add("posts-pelican", OUTPUT, "Pelican", "4.12.0")
def pelican(material: Material, version: str) -> Outcome:
    def read(*plugin: str) -> Outcome:
        extra = ["pelican-yaml-metadata==2.2.0"] if plugin else []
        python = python_with(f"pelican=={version}", "Markdown==3.10.2", *extra)
        return compare_posts(material, run(python, SCRIPTS / "posts_pelican.py", material.posts, *plugin))

    note = "It takes the quotation marks of YAML for text: `pip install pelican-yaml-metadata`"
    return with_help(attempt(read), lambda: read("yaml_metadata"), note)


@CHECKS.add("posts-gray-matter", OUTPUT, "gray-matter and markdown-it (Node)", "4.0.3")
def gray_matter(material: Material, version: str) -> Outcome:
    modules = node_with(f"gray-matter@{version}", "markdown-it@14.1.0")

    def read(shell: str = "") -> Outcome:
        with copied(material, "posts", shell) as folder:
            return compare_posts(material, run("node", SCRIPTS / "posts_matter.mjs", folder / "posts", modules))

    return with_help(attempt(read), lambda: read(LINKS), NOTE)


@CHECKS.add("posts-python-frontmatter", OUTPUT, "python-frontmatter and Markdown", "1.1.0", "1.3.0")
def python_frontmatter(material: Material, version: str) -> Outcome:
    python = python_with(f"python-frontmatter=={version}", "Markdown==3.10.2")
    return compare_posts(material, run(python, SCRIPTS / "posts_frontmatter.py", material.posts))


@CHECKS.add("posts-pandoc", OUTPUT, "pandoc, markdown")
def pandoc(material: Material, _: str) -> Outcome:
    pandoc = program("pandoc", "pandoc")

    def read(markup: str, shell: str = "") -> Outcome:
        with copied(material, "posts", shell) as folder:
            printed = [_by_pandoc(pandoc, markup, file) for file in sorted((folder / "posts").glob("*.md"))]
        return compare_posts(material, "\n".join(printed))

    note = f"Titles are Markdown to it, and `C:\\甲` is TeX in that: `-f gfm`. {NOTE}"
    found = with_help(attempt(lambda: read("markdown")), lambda: read("gfm", LINKS), note)
    if found.result == Result.WRONG:
        found = replace(found, note=f"Two blanks in the category of an outlet are one to it. {note}")
    return in_version(run(pandoc, "--version").split()[1], found)


def unescape_all(value: Any) -> Any:
    """Return texts as they were before pandoc made HTML of them."""
    return [unescape(text) for text in value] if isinstance(value, list) else unescape(value)


def _by_pandoc(pandoc: str, markup: str, file: Path) -> str:
    options = ("-f", markup, "-t", "html", "--wrap=none", f"--template={SCRIPTS / 'posts_pandoc.html'}")
    meta, _, body = run(pandoc, *options, file).partition("\n")
    post = {key: unescape_all(value) for key, value in json.loads(meta).items()}
    moment = datetime.strptime(post["date"], "%Y-%m-%d %H:%M:%S %z").isoformat()
    fields = {"slug": post["categories"], "tag": post["tags"], "published_at": moment, "name": file.name, "html": body}
    return json.dumps({**post, **fields})

"""Posts: what VitePress and Astro make of ``_posts``."""

from __future__ import annotations

import shutil

from tests.interop.cells import Checks, Outcome, attempt, with_help
from tests.interop.environments import SCRIPTS, node_with, run
from tests.interop.material import Material
from tests.interop.posts import compare_posts
from tests.interop.readers.posts import LINKS, NOTE, OUTPUT, copied

CHECKS = Checks()
COLLECTION = """
import { defineCollection } from "astro:content";
import { glob } from "astro/loaders";

export const collections = { posts: defineCollection({ loader: glob({ pattern: "*.md", base: "./posts" }) }) };
"""


@CHECKS.add("posts-vitepress", OUTPUT, "VitePress", "1.6.4")
def vitepress(material: Material, version: str) -> Outcome:
    modules = node_with(f"vitepress@{version}", "vue@3.5.13")

    def built(shell: str = "") -> Outcome:
        with copied(material, "posts", shell) as folder:
            return compare_posts(material, run("node", SCRIPTS / "posts_vitepress.mjs", folder, modules))

    return with_help(attempt(built), lambda: built(LINKS), NOTE)


@CHECKS.add("posts-astro", OUTPUT, "Astro, a collection of content", "5.18.2")
def astro(material: Material, version: str) -> Outcome:
    modules = node_with(f"astro@{version}")

    def built(shell: str = "") -> Outcome:
        with copied(material, "posts", shell) as folder:
            (folder / "src/pages").mkdir(parents=True)
            (folder / "src/content.config.mjs").write_text(COLLECTION, "utf-8")
            shutil.copy(SCRIPTS / "posts_astro.js", folder / "src/pages/posts.jsonl.js")
            (folder / "package.json").write_text('{"type": "module"}', "utf-8")
            (folder / "node_modules").symlink_to(modules / "node_modules")
            run(modules / "node_modules/.bin/astro", "build", cwd=folder, environment={"ASTRO_TELEMETRY_DISABLED": "1"})
            return compare_posts(material, (folder / "dist/posts.jsonl").read_text("utf-8"))

    return with_help(attempt(built), lambda: built(LINKS), NOTE)

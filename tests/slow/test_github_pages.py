"""``deploy/github-pages.yml``: its ``run`` steps, in order, in a fresh Debian root with a repository on this machine.

The actions of GitHub are stood in for: checkout by git, the cache and the artifact by folders. The artifact is made by
the command of ``actions/upload-pages-artifact``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.utils import clock
from tests.support.debian_root import DebianRoot, Within
from tests.support.paths import ROOT
from tests.support.scrapy_command import QUICK
from tests.support.wheel import build_wheel
from tests.support.workflow import Runner

WORKFLOW = ROOT / "deploy" / "github-pages.yml"
HOME, WORKSPACE, REPOSITORY = "/home/runner", "/home/runner/work", "/srv/archive.git"
URL = "https://news.github.io/archive"
LISTS = ("FINEWS_COLUMNS_URL", "FINEWS_FAST_URL")
ARTICLES = 30
BROKEN = "data/site/_posts/2022-05-18-mine.md"
"""A post of the user's own whose front matter is no YAML."""


class Forge:
    """What GitHub gives a job: the repository, a cache and the place of the site."""

    def __init__(self, root: DebianRoot, folder: Path, origin: str, wheel: str) -> None:
        self.root, self.cache, self.artifact = root, folder / "cache.tar", folder / "artifact.tar"
        none = dict.fromkeys(HOST_SETTINGS, "")
        hosts = dict.fromkeys(("FINEWS_COLUMNS_URL", "FINEWS_FAST_URL", "FINEWS_ARTICLE_URL"), origin)
        actions = {
            "actions/checkout": self.checkout,
            "actions/configure-pages": self.nothing,
            "actions/cache/restore": self.restore,
            "actions/cache/save": self.save,
            "actions/upload-pages-artifact": self.upload,
            "actions/deploy-pages": self.nothing,
        }
        values = {"steps.pages.outputs.base_url": URL, "github.run_id": "1"}
        self.runner = Runner(
            *(root, WORKSPACE, values, actions),
            environment={"PACKAGE": f"{HOME}/{wheel}", **none, **hosts, **QUICK},
        )

    @property
    def workspace(self) -> Path:
        return self.root.folder / WORKSPACE.strip("/")

    def git(self, *words: str) -> str:
        return self.root.run(f"git -c core.quotePath=off {' '.join(words)}", Within("runner", REPOSITORY)).strip()

    def posts(self) -> list[str]:
        """Return the names of the posts in the repository."""
        return [name for name in self.git("ls-tree -r --name-only main data").splitlines() if name.endswith(".md")]

    def commit(self, change: str) -> None:
        """Push a change that the user makes to the repository."""
        script = f"cd first\ngit pull -q --rebase origin main\n{change}\ngit add -A\ngit commit -q -m mine"
        self.root.run(f"{script}\ngit push -q origin HEAD:main", Within("runner", HOME))

    def nothing(self, given: Mapping[str, str]) -> None:
        """An action without an effect here."""

    def checkout(self, given: Mapping[str, str]) -> None:
        script = f"rm -rf {WORKSPACE} {self.runner.temporary}/finews\ngit clone -q {REPOSITORY} {WORKSPACE}"
        self.root.run(script, Within("runner", HOME))

    def restore(self, given: Mapping[str, str]) -> None:
        """Unpack the cache over what is there, as the action does: by tar, which keeps times to the nanosecond."""
        if self.cache.exists():
            subprocess.run(["tar", "-xf", self.cache, "-C", str(self.workspace)], check=True)

    def save(self, given: Mapping[str, str]) -> None:
        command = ["tar", "--posix", "-cf", str(self.cache), "-C", str(self.workspace), *given["path"].split()]
        subprocess.run(command, check=True)

    def upload(self, given: Mapping[str, str]) -> None:
        links = ("--dereference", "--hard-dereference", "--exclude=.git", "--exclude=.github")
        command = ["tar", *links, "--directory", str(self.workspace / given["path"]), "-cf", str(self.artifact), "."]
        subprocess.run(command, check=True)

    def uploaded(self) -> list[str]:
        listed = subprocess.run(["tar", "-tvf", self.artifact], capture_output=True, text=True, check=True).stdout
        assert {line[0] for line in listed.splitlines()} <= {"-", "d"}, "Pages takes no links"
        return [line.split(" ./")[-1] for line in listed.splitlines()]


@pytest.fixture
def origin() -> Iterator[RunningOrigin]:
    articles = generate(ARTICLES, seed=1, newest=clock.now() - timedelta(minutes=3))
    with running_origin(articles=articles) as running:
        yield running


@pytest.fixture
def forge(fresh_debian: DebianRoot, tmp_path: Path, origin: RunningOrigin) -> Iterator[Forge]:
    wheel = build_wheel(tmp_path)
    with fresh_debian.copied(tmp_path / "root") as root:
        root.install("python3", "python3-venv", "git", "sudo")  # what runners of GitHub have, and the workflow uses
        root.add_user("runner")
        (root.folder / "etc/sudoers.d/runner").write_text("runner ALL=(ALL) NOPASSWD: ALL\n")
        root.give(wheel, "runner")
        prepare = f"git init -q --bare -b main {REPOSITORY}\nchown -R runner: {REPOSITORY}\nmkdir -p {HOME}/temp"
        root.run(f"{prepare}\nchown runner: {HOME}/temp")
        first = "git config user.name me\ngit config user.email me@example.org\ngit commit -q --allow-empty -m first"
        script = f"git clone -q {REPOSITORY} first 2>&1\ncd first\n{first}\ngit push -q origin HEAD:main"
        root.run(script, Within("runner", HOME))
        yield Forge(root, tmp_path, origin.url, wheel.name)


def test_the_steps_keep_the_archive_and_make_the_site(forge: Forge, origin: RunningOrigin) -> None:
    # The site cannot be built: the run fails, and what it has archived is kept.
    runner = forge.runner
    forge.commit(f"mkdir -p data/site/_posts\nprintf -- '---\\ntitle: [\\n---\\nmine\\n' > {BROKEN}")
    assert not runner.run(WORKFLOW)
    assert f"new {ARTICLES}" in runner.output_of("crawl")
    assert "2022-05-18-mine.md" in runner.output_of("Build the site")
    assert len(forge.posts()) == ARTICLES + 1
    assert forge.cache.exists()
    assert not forge.artifact.exists()

    # It is repaired: the articles are published, and none is fetched again.
    forge.commit(f"git rm -q {BROKEN}")
    assert runner.run(WORKFLOW), runner.log
    assert "new 0" in runner.output_of("crawl")
    assert len(forge.posts()) == ARTICLES
    assert {"index.html", "search.html", "feed.xml"} <= set(forge.uploaded())
    assert all(name.startswith("data/site/") for name in forge.git("ls-tree -r --name-only main").splitlines())
    commits = int(forge.git("rev-list --count main"))

    # The next run: no news, and nothing is fetched, rendered or committed.
    assert runner.run(WORKFLOW), runner.log
    assert "new 0" in runner.output_of("crawl")
    assert "rendered 0," in runner.output_of("Build the site")
    assert int(forge.git("rev-list --count main")) == commits

    # GitHub has dropped the cache: the index is made of the posts.
    forge.cache.unlink()
    assert runner.run(WORKFLOW), runner.log
    assert f"{ARTICLES}" in runner.output_of("Make the index of the posts if the cache was dropped")
    assert "new 0" in runner.output_of("crawl")
    assert len(forge.posts()) == ARTICLES
    assert "index.html" in forge.uploaded()

    # Upstream is away: the site is published all the same, and the run fails at its end.
    forge.artifact.unlink()
    runner.environment = {**runner.environment, **dict.fromkeys(LISTS, "http://127.0.0.1:1")}
    assert not runner.run(WORKFLOW)
    name, outcome, output = runner.log[-1]
    assert (name, outcome) == ("Fail if the crawl has failed", "failure")
    assert "finews crawl failed" in output
    assert "index.html" in forge.uploaded()

"""Kills every command that writes before a random operation on the disk, and runs it again: nothing lost or torn.

``python -m tests.slow.command_kills KILLS [--seed 1] [--only rebuild reindex]`` prints a line for each archive that is
not as if the command had run once; the exit status is 1 when there are any. Kills are spread over the commands, and
each is drawn from the operations of its command: creating, writing, syncing, renaming and removing files, and
statements that change an index.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from finews_crawler.testing.origin.server import running_origin
from finews_crawler.utils.temporary_files import SUFFIX
from tests.exporters.export_archives import code
from tests.support.archive_snapshot import Contents, audit_findings
from tests.support.index_damage import add_history
from tests.support.kill_points import KILL_AFTER
from tests.support.scrapy_command import Run, Scrapy

MOST_OPERATIONS = 20_000
ALL_WELL = 0
SHOWN_EVERY = 40
VOLATILE = ("lock", "cache/", "log/", "feeds/", "site-build/", "_site", "site/.theme.json", "index.sqlite", "warc/")
"""Files that two runs leave differently, or that have a check of their own."""


@dataclass
class Command:
    """A command to kill, the archive it starts from, and the operations that it takes at most."""

    arguments: tuple[str, ...]
    prepare: Callable[[Path], object] = lambda data: None
    settings: dict[str, str] = field(default_factory=dict)
    check: Callable[[Path], list[str]] = lambda data: []
    operations: int = MOST_OPERATIONS


def edit_posts(data: Path) -> None:
    """Edit posts of articles that the crawl lists."""
    for post in sorted(path for path in (data / "site/_posts").glob("*.md") if code(0)[:-4] not in path.name)[:10]:
        post.write_bytes(post.read_bytes().replace(b"<p>", b"<p>!", 1))


def lose_index(data: Path) -> None:
    for path in data.glob("index.sqlite*"):
        path.unlink()


def lose_posts(data: Path) -> None:
    """Edit some posts, and remove every third of the others and the category files."""
    edit_posts(data)
    edited = {post.name for post in (data / "site/_posts").glob("*.md") if b"<p>!" in post.read_bytes()}
    for post in sorted(path for path in (data / "site/_posts").glob("*.md") if path.name not in edited)[::3]:
        post.unlink()
    shutil.rmtree(data / "site/category")


def empty(data: Path) -> None:
    shutil.rmtree(data)


def check_export(data: Path) -> list[str]:
    manifest = json.loads((data / "feeds/atom/manifest.json").read_bytes())
    names = {file["name"] for file in manifest["files"]} | {"manifest.json"}
    found = {str(path.relative_to(data / "feeds/atom")) for path in (data / "feeds/atom").rglob("*") if path.is_file()}
    return [f"the export differs from its manifest: {sorted(found ^ names)[:5]}"] if found != names else []


def check_recording(data: Path) -> list[str]:
    problems = []
    for path in (data / "warc").glob("*.warc.gz"):
        with path.open("rb") as file:
            types = Counter(record.rec_type for record in ArchiveIterator(file))
        if not types["response"]:
            problems.append(f"{path.name} has no response")
    return problems


def check_site(data: Path) -> list[str]:
    pages = list((data / "_site").rglob("*.html"))
    return [] if len(pages) > 40 else [f"the site has {len(pages)} pages"]


def commands(data: Path) -> dict[str, Command]:
    """Return the commands that write to *data*."""
    days = {f"FINEWS_KEEP_{kind}_DAYS": "1" for kind in ("REVISIONS", "REJECTED", "RUNS", "SAMPLES")}
    crawl, posts = ("crawl", "channel"), str(data / "site/_posts")
    found = {
        "crawl": Command(crawl, empty),
        "refetch": Command((*crawl, "-a", "refetch=1"), edit_posts),
        "recording": Command(crawl, empty, {"FINEWS_WARC_DIR": str(data / "warc")}, check_recording),
        "reindex": Command(("reindex", posts), lose_index),
        "rebuild": Command(("rebuild",), lose_posts),
        "rebuild with other links": Command(
            ("rebuild",), lose_posts, {"FINEWS_POST_SHARE_URL": "https://news.example"}
        ),
        "retire": Command(("retire", "--keep-days", "1", "--yes")),
        "prune": Command(("prune", "--yes"), settings=days),
        "export": Command(("export", "--format", "atom"), check=check_export),
    }
    if shutil.which("jekyll"):
        found["site build"] = Command(("site", "build"), check=check_site)
    return found


class Stage:
    """An archive on which the commands are killed again and again."""

    def __init__(self, folder: Path, url: str, only: list[str] | None = None) -> None:
        self.folder, self.before = folder, folder / "before"
        self.data = folder / "data"
        self.scrapy = Scrapy.into_folder(self.data).at(url)
        run = self.scrapy.into(self.before)("crawl", "channel")
        assert run.status == ALL_WELL, run.log
        add_history(self.before)
        self.commands = {name: each for name, each in commands(self.data).items() if not only or name in only}
        self.ends = {name: self.run_undisturbed(command) for name, command in self.commands.items()}

    def start(self, command: Command) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.before, self.data)
        command.prepare(self.data)

    def run(self, command: Command, operations: int | None = None) -> Run:
        fuse = {} if operations is None else {KILL_AFTER: str(operations)}
        scrapy = replace(self.scrapy, environment={**self.scrapy.environment, **command.settings, **fuse})
        return scrapy(*command.arguments)

    def run_undisturbed(self, command: Command) -> Contents:
        self.start(command)
        run = self.run(command)
        assert run.status == ALL_WELL, run.log
        return stable(self.data)

    def kill(self, name: str, dice: random.Random) -> tuple[bool, list[str]]:
        """Kill the command once; return whether that was amid its writes, and what is wrong after the next run."""
        command, problems = self.commands[name], list[str]()
        while True:
            self.start(command)
            before = state(self.data)
            operations = dice.randrange(command.operations)
            killed = self.run(command, operations)
            if killed.status == -signal.SIGKILL:
                break
            command.operations = max(operations, 2)
        is_amid = state(self.data) != before
        run = self.run(command)
        if run.status != ALL_WELL or "Traceback" in run.log:
            problems.append(f"status {run.status}: {run.log[-800:]}")
        problems += self.ends[name].differences(stable(self.data))
        problems += command.check(self.data)
        problems += audit_findings(self.scrapy)
        return is_amid, [f"{name}, killed before operation {operations}: {problem}" for problem in problems]


def state(data: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of each file of an archive but its lock, as the kill left them."""
    files = (path for path in data.rglob("*") if path.name != "lock" and path.is_file() and not path.is_symlink())
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def stable(data: Path) -> Contents:
    """Return the part of an archive that is the same however often its commands were killed."""
    contents = Contents.of(data)
    # `prune` leaves temporary files in the data directory itself for a day: a report may be being written there.
    kept = (name for name in contents.files if "/" in name or not name.endswith(SUFFIX))
    files = {name: contents.files[name] for name in kept if not name.startswith(VOLATILE)}
    return replace(contents, files=files)


@dataclass
class Totals:
    """Numbers of a run of this script."""

    began: float = field(default_factory=time.monotonic)
    kills: Counter[str] = field(default_factory=Counter)
    amid: int = 0
    faults: int = 0

    def __str__(self) -> str:
        spent = f"{time.monotonic() - self.began:.0f} s"
        return f"{self.kills.total()} kills ({dict(self.kills)}), {self.amid} amid a write, {self.faults} bad, {spent}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", metavar="COMMAND", help="only these commands")
    given = parser.parse_args()
    dice, totals = random.Random(given.seed), Totals()
    with tempfile.TemporaryDirectory() as folder, running_origin(40, seed=7) as origin:
        stage = Stage(Path(folder), origin.url, given.only)
        for number in range(given.kills):
            name = list(stage.commands)[number % len(stage.commands)]
            is_amid, problems = stage.kill(name, dice)
            totals.kills[name] += 1
            totals.amid += is_amid
            totals.faults += bool(problems)
            for line in [*problems, *([str(totals)] if number % SHOWN_EVERY == SHOWN_EVERY - 1 else [])]:
                print(line, flush=True)
    print(totals)
    return 1 if totals.faults else 0


if __name__ == "__main__":
    sys.exit(main())

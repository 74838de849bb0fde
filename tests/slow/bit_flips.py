"""Damages the index at random and runs every command that reads it: one line, a documented status, nothing overwritten.

``python -m tests.slow.bit_flips FLIPS [--seed 1] [--commands 10] [--builds 20]`` prints a line for each fault that it
finds; the exit status is 1 when there are any. Every flip is read by all functions that read an index, every tenth by
the commands in processes of their own, and every twentieth of those also by a site build, if Jekyll is installed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finews_crawler.testing.origin.server import running_origin
from tests.support.index_damage import INDEX, add_history, add_open_wal, damage, read_everything
from tests.support.scrapy_command import Scrapy

STATUSES = (0, 3, 6)
FINDINGS = 1
SHOWN_EVERY = 100
COMMANDS: dict[tuple[str, ...], tuple[int, ...]] = {
    ("audit",): (*STATUSES, FINDINGS),
    ("audit", "--json", "--all"): (*STATUSES, FINDINGS),
    ("runs",): STATUSES,
    ("runs", "--json"): STATUSES,
    ("coverage", "--since", "2022-05-01", "--until", "2022-05-31"): STATUSES,
    ("coverage", "--by", "channel", "--json"): STATUSES,
    ("doctor", "--offline"): (*STATUSES, FINDINGS),
    ("export", "--format", "jsonl", "--out", "-"): STATUSES,
    ("export", "--format", "sqlite", "--revisions", "--out", "{out}"): STATUSES,
    ("export", "--format", "atom", "--by", "ticker", "--out", "{out}"): STATUSES,
    ("retire", "--keep-days", "1", "--dry-run"): STATUSES,
    ("prune",): STATUSES,
    ("crawl", "channel", "-a", "dry_run=1"): STATUSES,
    ("reindex", "{posts}"): STATUSES,
}
BUILD = ("site", "build")


def other_files(data: Path) -> dict[str, bytes]:
    """Return the posts and foreign files of an archive; the index, the lock and caches may change."""
    folders = [data / "site", data / "old_post", data / "mine"]
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(data)): path.read_bytes() for path in files}


@contextmanager
def archives(folder: Path) -> Iterator[tuple[list[Path], str]]:
    """Yield an archive as a run leaves it, one as a killed run does, and the URL of their origin."""
    with running_origin(40, seed=7) as origin:
        crawl = Scrapy.into_folder(folder / "whole").at(origin.url)
        run = crawl("crawl", "channel")
        assert run.status == 0, run.log
        add_history(folder / "whole")
        (folder / "whole" / "mine").mkdir()
        (folder / "whole" / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
        add_open_wal(folder / "whole", folder / "killed")
        yield [folder / "whole", folder / "killed"], origin.url


class Trial:
    """One damaged copy of an archive."""

    def __init__(self, source: Path, data: Path, url: str, dice: random.Random) -> None:
        self.data = shutil.copytree(source, data)
        self.before = other_files(data)
        self.what = damage(data, dice)
        self.damaged = {path.name: path.read_bytes() for path in data.glob(f"{INDEX}*")}
        self.scrapy = Scrapy.into_folder(data).at(url)

    def restore(self) -> None:
        for path in self.data.glob(f"{INDEX}*"):
            path.unlink()
        for name, content in self.damaged.items():
            (self.data / name).write_bytes(content)

    def read(self, out: Path) -> Iterator[str]:
        try:
            messages = read_everything(self.data, out)
        except Exception as error:  # noqa: BLE001 (each is a finding)
            yield f"{type(error).__name__}: {error}"
            return
        yield from (f"{name}: several lines: {text!r}" for name, text in messages.items() if "\n" in text)

    def run(self, command: tuple[str, ...], statuses: tuple[int, ...], out: Path) -> Iterator[str]:
        self.restore()
        places = {"{out}": str(out / "export"), "{posts}": str(self.data / "site" / "_posts")}
        shutil.rmtree(out / "export", ignore_errors=True)
        run = self.scrapy(*(places.get(word, word) for word in command))
        name = " ".join(command)
        if "Traceback" in run.log:
            yield f"{name}: {run.log[-1500:]}"
        if run.status not in statuses:
            yield f"{name}: status {run.status}: {run.log[-500:]}"
        after = other_files(self.data)
        if changed := [path for path, content in self.before.items() if after.get(path) != content]:
            yield f"{name}: changed or removed {', '.join(changed[:5])}"


def faults_of(trial: Trial, out: Path, *, with_commands: bool, with_build: bool) -> Iterator[str]:
    yield from trial.read(out)
    if with_commands:
        for command, statuses in COMMANDS.items():
            yield from trial.run(command, statuses, out)
    if with_build:
        yield from trial.run(BUILD, STATUSES, out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flips", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", type=int, default=10, help="run the commands after each Nth flip")
    parser.add_argument("--builds", type=int, default=200, help="build the site after each Nth flip")
    given = parser.parse_args()
    began, counts, faults = time.monotonic(), Counter[str](), 0
    with tempfile.TemporaryDirectory() as name, archives(Path(name)) as (sources, url):
        for number in range(given.seed, given.seed + given.flips):
            dice = random.Random(number)
            trial = Trial(dice.choice(sources), Path(name) / "data", url, dice)
            with_commands = number % given.commands == 0
            with_build = number % given.builds == 0 and shutil.which("jekyll") is not None
            counts.update(["flips", *["with commands"] * with_commands, *["with a build"] * with_build])
            for fault in faults_of(trial, Path(name) / "out", with_commands=with_commands, with_build=with_build):
                faults += 1
                print(f"seed {number}, {trial.what}: {fault}", flush=True)
            shutil.rmtree(trial.data)
            if counts["flips"] % SHOWN_EVERY == 0:
                print(f"{dict(counts)}, {faults} faults", flush=True)
    print(f"{dict(counts)} in {time.monotonic() - began:.0f} s, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Kills crawls with SIGKILL at seeded random times and repeats them: no article may be lost, duplicated or partial.

``python -m tests.slow.crawl_kills KILLS [--articles 1000] [--seed 1] [--jobs 1]`` prints a line a kill; the exit
status is 1 when an archive was not as one crawl without a kill leaves it, and its directory is kept.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from finews_crawler.archive.batching import BATCH_SIZE
from finews_crawler.testing.origin.server import running_origin
from tests.support.archive_snapshot import (
    CRAWL,
    Contents,
    Started,
    audit_findings,
    half_written,
    index_rows,
    listed_articles,
    parts_of,
    posts_of,
    start,
)
from tests.support.scrapy_command import Scrapy

ALL_WELL, SOME_FAILED = 0, 3
UNTITLED = 3
"""Number of rejected articles: each line of rejected.jsonl must occur once, too."""
MOST_RERUNS = 5
MOST_DRAWS = 50
"""Maximum number of consecutive crawls that end before their kill; more mean that the times are wrong."""
SHARE_OF_KILLED_RERUNS = 0.3


@dataclass(frozen=True)
class Reference:
    """A crawl that was not killed: its archive, and its duration in seconds."""

    contents: Contents
    posts: int
    seconds: float
    seconds_after_last_post: float


@dataclass(frozen=True)
class Moment:
    """Time of a kill: seconds after a number of posts, then of temporary files, exist; 0: after the start."""

    seconds: float
    posts: int = 0
    parts: int = 0

    def __str__(self) -> str:
        part = f"part {self.parts} after " if self.parts else ""
        return f"{self.seconds:.3f} s after {part}{f'post {self.posts}' if self.posts else 'the start'}"


@dataclass
class Outcome:
    """Outcome of one kill."""

    number: int
    moment: Moment
    posts_at_kill: int = 0
    parts_at_kill: int = 0
    """Temporary files."""
    rows_at_kill: int = 0
    """Rows whose posts were being written."""
    reruns: list[str] = field(default_factory=list)
    posts_after: int = 0
    problems: list[str] = field(default_factory=list)
    """Defects of the archive afterwards."""

    def __str__(self) -> str:
        told = f"kill {self.number}: {self.moment}, {self.posts_at_kill} posts, {self.parts_at_kill} parts, "
        told += f"{self.rows_at_kill} unfinished rows on disk; reruns: {', '.join(self.reruns)}; "
        told += f"then {self.posts_after} posts"
        return "\n    ".join([f"{told}: {'NOT WHOLE' if self.problems else 'whole'}", *self.problems])


def draw_moment(dice: random.Random, reference: Reference) -> Moment:
    """Half by the clock, over all of a run's life; half by what is on disk: amid a write, or after the last one."""
    kind = dice.random()
    if kind < 0.5:
        return Moment(dice.uniform(0, reference.seconds))
    if kind < 0.6:
        return Moment(dice.uniform(0, reference.seconds_after_last_post), reference.posts)
    posts = dice.randint(1, reference.posts)
    if kind < 0.8:
        return Moment(dice.uniform(0, 0.003), posts)
    return Moment(0, posts, dice.randint(1, BATCH_SIZE))


def make_reference(scrapy: Scrapy) -> Reference:
    """Crawl to the end, without a kill."""
    began = time.monotonic()
    run = start(scrapy, *CRAWL)
    last, number = began, 0
    while not run.is_over:
        if len(posts_of(scrapy.data)) > number:
            last, number = time.monotonic(), len(posts_of(scrapy.data))
        time.sleep(0.002)
    ended = time.monotonic()
    assert run.end().status in (ALL_WELL, SOME_FAILED), run.end().log
    return Reference(Contents.of(scrapy.data), len(posts_of(scrapy.data)), ended - began, ended - last)


def killed(run: Started, moment: Moment) -> bool:
    """Kill *run* at *moment*; False when it was over before."""
    if moment.posts and not run.wait_for_posts(moment.posts):
        return False
    if moment.parts and not run.wait_for(lambda: len(parts_of(run.scrapy.data)) >= moment.parts):
        return False
    due = time.monotonic() + moment.seconds
    if not run.wait_for(lambda: time.monotonic() >= due):
        return False
    run.kill(signal.SIGKILL)
    return run.end().status == -signal.SIGKILL


def kill_one(scrapy: Scrapy, dice: random.Random, reference: Reference) -> Moment:
    """Kill a crawl that begins anew; one that was over first does not count."""
    for _ in range(MOST_DRAWS):
        moment = draw_moment(dice, reference)
        if killed(start(scrapy, *CRAWL), moment):
            return moment
        shutil.rmtree(scrapy.data)
    raise RuntimeError(f"{MOST_DRAWS} crawls in a row were over before their kill")


def run_to_the_end(scrapy: Scrapy, dice: random.Random, reference: Reference, outcome: Outcome) -> None:
    """Run again until all is well; some of these runs are killed, too."""
    if dice.random() < SHARE_OF_KILLED_RERUNS:
        moment = Moment(dice.uniform(0, reference.seconds))
        was_killed = killed(start(scrapy, *CRAWL), moment)
        outcome.reruns.append(f"killed {moment}" if was_killed else "over before its kill")
        outcome.problems += visible_problems(scrapy.data, reference)
    for _ in range(MOST_RERUNS):
        run = start(scrapy, *CRAWL).end()
        outcome.reruns.append(f"status {run.status}")
        if run.status == ALL_WELL:
            return
        # New rejections end a run with another status: only the run after it succeeds.
        if run.status != SOME_FAILED or "Traceback" in run.log:
            outcome.problems.append(f"a rerun ended with {run.status}: {run.log[-2000:]}")
    outcome.problems.append(f"{MOST_RERUNS} reruns, and none ended well")


def visible_problems(data: Path, reference: Reference) -> list[str]:
    return [f"half-written after a kill: {name}" for name in half_written(data, reference.contents)]


def try_one(number: int, seed: int, scrapy: Scrapy, reference: Reference) -> Outcome:
    """Kill one crawl, run it to its end, and look at what is there."""
    dice = random.Random(f"{seed}/{number}")
    outcome = Outcome(number, kill_one(scrapy, dice, reference))
    outcome.posts_at_kill, outcome.parts_at_kill = len(posts_of(scrapy.data)), len(parts_of(scrapy.data))
    outcome.rows_at_kill = sum(not row["is_written"] for row in index_rows(scrapy.data).get("article", []))
    outcome.problems += visible_problems(scrapy.data, reference)
    run_to_the_end(scrapy, dice, reference, outcome)
    outcome.posts_after = len(posts_of(scrapy.data))
    outcome.problems += reference.contents.differences(Contents.of(scrapy.data))
    outcome.problems += audit_findings(scrapy)
    return outcome


@contextmanager
def origin_for(options: argparse.Namespace, folder: Path) -> Iterator[tuple[Scrapy, Reference]]:
    """Start an origin, and crawl it once without a kill."""
    articles = listed_articles(options.articles, options.seed, UNTITLED)
    with running_origin(articles=articles) as origin:
        scrapy = Scrapy.into_folder(folder / "reference").at(origin.url)
        reference = make_reference(scrapy)
        assert (reference.posts, len(reference.contents.rejected)) == (options.articles, UNTITLED)
        say(f"reference: {reference.posts} posts, {UNTITLED} rejected, {reference.seconds:.1f} s")
        yield scrapy, reference


def try_all(options: argparse.Namespace, folder: Path) -> int:
    """Return the number of kills that damaged the archive."""
    harmful, amid_a_write = 0, 0
    with origin_for(options, folder) as (scrapy, reference), ThreadPoolExecutor(options.jobs) as jobs:
        numbers = range(1, options.kills + 1)
        homes = [scrapy.into(folder / f"kill-{number}" / "data") for number in numbers]
        tries = [jobs.submit(try_one, n, options.seed, home, reference) for n, home in zip(numbers, homes, strict=True)]
        for tried, home in zip(tries, homes, strict=True):
            outcome = tried.result()
            say(str(outcome))
            amid_a_write += outcome.parts_at_kill + outcome.rows_at_kill > 0
            if outcome.problems:
                harmful += 1
                say(f"    kept: {home.data.parent}")
            else:
                shutil.rmtree(home.data.parent)
    told = f"{options.kills} kills of crawls of {options.articles} articles, seed {options.seed}"
    say(f"{told}: {amid_a_write} came amid a write, {harmful} did harm")
    return harmful


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="finews-kills-"))
    harmful = try_all(options, folder)
    if not harmful:
        shutil.rmtree(folder)
    return 1 if harmful else 0


if __name__ == "__main__":
    sys.exit(main())

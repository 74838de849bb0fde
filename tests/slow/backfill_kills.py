"""Kills a backfill repeatedly, and counts the requests for each article.

``python -m tests.slow.backfill_kills [--articles 5000] [--kills 10] [--seed 1]`` prints a line for each run; the exit
status is 1 if an article was requested although archived, or twice in one run, or is missing in the end.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from finews_crawler.sources.eastmoney_web import web_article
from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH
from finews_crawler.testing.origin.middleware import Arrival
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import audit_findings, posts_of, start
from tests.support.network_guard import recording_into
from tests.support.scrapy_command import Scrapy

BACKFILL = ("crawl", "category", "-a", "all=1", "-a", "since=2022-01-01", "-a", "until=2022-12-31")
DIGITS = re.compile(r"\d{18}")


@dataclass(frozen=True)
class Part:
    """One run of the backfill."""

    held_before: frozenset[str]
    """The digits of the infoCodes on disk."""
    asked: Counter[str]
    held_after: frozenset[str]
    status: int
    log: str

    @property
    def in_flight(self) -> int:
        """Articles that were requested but not on disk when the run ended."""
        return len(self.asked.keys() - self.held_after)

    @property
    def problems(self) -> list[str]:
        again = self.asked.keys() & self.held_before
        twice = [code for code, number in self.asked.items() if number > 1]
        told = [f"{len(again)} were held and asked for again"] if again else []
        return [*told, f"{len(twice)} were asked for twice in one run"] if twice else told

    def __str__(self) -> str:
        told = f"held {len(self.held_before)}, asked for {self.asked.total()}, then held {len(self.held_after)}, "
        return f"{told}in flight {self.in_flight}, status {self.status}"


def held(data: Path) -> frozenset[str]:
    return frozenset(found[0] for name in posts_of(data) if (found := DIGITS.search(name)))


def article_in(arrival: Arrival) -> str:
    """Return the digits of the article that a request is for; '' for any other request."""
    if arrival.path == NEWS_TEXT_PATH:
        return arrival.id.removeprefix("NW")
    return arrival.path.removeprefix(web_article.PATH) if arrival.path.startswith(web_article.PATH) else ""


def one_part(scrapy: Scrapy, origin: RunningOrigin, kill_at: int | None, command: Sequence[str]) -> Part:
    """Run the backfill, and kill it when a number of posts exist; without one, run it to its end."""
    before, begun_at = held(scrapy.data), len(origin.traffic.arrivals)
    run = start(scrapy, *command)
    if kill_at is not None and run.wait_for_posts(kill_at):
        run.kill(signal.SIGKILL)
    ended = run.end()
    arrivals = origin.traffic.arrivals[begun_at:]
    asked = Counter(filter(None, map(article_in, arrivals)))
    return Part(before, asked, held(scrapy.data), ended.status, ended.log)


def parts(
    scrapy: Scrapy,
    origin: RunningOrigin,
    kills: int,
    seed: int,
    *,
    command: Sequence[str] = BACKFILL,
    number: int = 0,
) -> Iterator[Part]:
    """The runs: each kill comes somewhere in its share of what is left; the last run is left alone.

    *number*: articles that the command archives in all, 0 for all of the origin.
    """
    dice, number = random.Random(seed), number or len(origin.articles)
    for to_come in range(kills, 0, -1):
        there = len(held(scrapy.data))
        yield one_part(scrapy, origin, there + dice.randint(1, 2 * (number - there) // (to_come + 1)), command)
    yield one_part(scrapy, origin, None, command)


def digits_to_hold(origin: RunningOrigin) -> set[str]:
    """The digits of what the categories list."""
    return {article.info_code[2:] for article in origin.articles if article.on_archive}


def problems_of(to_hold: Set[str], done: Sequence[Part]) -> list[str]:
    """Return a line for each defect; *to_hold*: digits of the expected articles."""
    found = [f"run {number}: {problem}" for number, part in enumerate(done, 1) for problem in part.problems]
    found += [f"run {number} was over before its kill" for number, part in enumerate(done[:-1], 1) if part.status >= 0]
    missing = to_hold - done[-1].held_after
    found += [f"{len(missing)} are missing"] if missing else []
    found += [f"the last run ended with {done[-1].status}: {done[-1].log}"] if done[-1].status else []
    asked = sum((part.asked for part in done), Counter[str]())
    surplus, in_flight = asked.total() - len(asked), sum(part.in_flight for part in done)
    return [*found, f"{surplus} asked for again, {in_flight} were in flight"] if surplus > in_flight else found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        recording_into(Path(folder) / "refused"),
        running_origin(options.articles, options.seed) as origin,
    ):
        scrapy, done = Scrapy.into_folder(Path(folder) / "data").at(origin.url), []
        for part in parts(scrapy, origin, options.kills, options.seed):
            done.append(part)
            sys.stdout.write(f"run {len(done)}: {part}\n")
            sys.stdout.flush()
        asked = sum((part.asked for part in done), Counter[str]())
        problems = [*problems_of(digits_to_hold(origin), done), *audit_findings(scrapy)]
        told = f"{asked.total()} requests for {len(asked)} articles, at most {max(asked.values())} for one"
        sys.stdout.write("\n".join([f"{told}; {len(problems)} problems", *problems]) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

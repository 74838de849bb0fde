"""Messages between coordinator and workers: jobs and results, as JSON of a fixed schema.

Whoever can write to Redis can write messages. None of them names a URL, a class or a function: a job names an article,
which a worker requests from its own hosts, and a result is a response, which the pipelines check and clean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import orjson

from finews_crawler.cluster.fields import (
    article_fields,
    read_article,
    read_flag,
    read_object,
    read_rejection,
    read_text,
    rejection_fields,
)
from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import InvalidMessage, OtherVersion
from finews_crawler.items import Article, Rejection
from finews_crawler.sources import source_of_key
from finews_crawler.stats import FailureReason

VERSION = 1
LARGEST_JOB = 2_000_000
"""Bytes. What a list gives of an article is less than a kilobyte; the page of a post has a body."""
LARGEST_RESULT = 8_000_000
"""Bytes. A response has at most 5 MiB (DOWNLOAD_MAXSIZE), an article a few kilobytes."""
OF_A_JOB = frozenset(("v", "source", "refetch", "run", "known"))
OF_A_FETCHED = frozenset(("v", "worker", "stats", "article", "refetch"))
OF_AN_UNFETCHED = frozenset(("v", "worker", "stats", "known", "reason", "rejection", "is_lost", "has_outage"))
"""Fields of messages."""
LARGEST_NUMBER = 10**15
MOST_STATS = 200
LONGEST_STAT = 200
"""Characters of its name."""
STAT = re.compile(
    r"(?:downloader|retry|robotstxt|finews/(?:requests_failed|fallback|hosts|block_detection|robots|cluster))/[\w./-]{1,120}"
    r"|finews/articles_cut_off|finews/faults/(?P<fault>[a-z_]{1,40})",
    re.ASCII,
)
"""Stats that a worker may add to those of the run. Articles are counted by the coordinator."""
FAULTS_OF_WORKERS = {
    FailureReason.UNREACHABLE,
    FailureReason.NOT_FOUND,
    FailureReason.BLOCKED,
    FailureReason.FORBIDDEN,
    FailureReason.CHANGED_SHAPE,
}


@dataclass(frozen=True)
class Job:
    """An article to fetch."""

    known: Article
    """Values from the lists."""
    refetch: bool
    run: int
    """Start of the coordinator's run, in milliseconds since 1970: a host that is closed is closed for one run."""

    @cached_property
    def source(self) -> str:
        """Name of the source of the key, '' for none."""
        source = source_of_key(self.known.info_code)
        return source.name if source else ""


@dataclass(frozen=True)
class Fetched:
    """An article that a worker has read from a surface, merged with what was known of it."""

    article: Article
    refetch: bool


@dataclass(frozen=True)
class Unfetched:
    """An article that no surface has, or that could not be requested."""

    known: Article
    reason: str
    """In words, for the log."""
    rejection: Rejection | None
    """The last response; None without one."""
    is_lost: bool
    has_outage: bool
    """True if its host had none of the articles that were requested last."""


@dataclass(frozen=True)
class Result:
    """The outcome of a job."""

    outcome: Fetched | Unfetched
    worker: str = ""
    """Its name, for the log."""
    stats: dict[str, int] = field(default_factory=dict)
    """Counts of the worker since its last result."""


def encode_job(job: Job) -> bytes:
    fields = {"source": job.source, "refetch": job.refetch, "run": job.run}
    return _encode({"v": VERSION, **fields, "known": article_fields(job.known)})


def decode_job(data: bytes) -> Job:
    """Return the job that *data* has. Raises InvalidMessage, or OtherVersion."""
    given = read_object(_decode(data, LARGEST_JOB), "job", OF_A_JOB)
    job = Job(read_article(given["known"]), read_flag(given["refetch"], "refetch"), _number(given["run"], "run"))
    if given["source"] != job.source:
        raise InvalidMessage(f"unknown source {str(given['source'])[:80]!r} of {job.known.info_code}")
    return job


def encode_result(result: Result) -> bytes:
    outcome = result.outcome
    if isinstance(outcome, Fetched):
        fields: dict[str, Any] = {"article": article_fields(outcome.article), "refetch": outcome.refetch}
    else:
        fields = {
            "known": article_fields(outcome.known),
            "reason": outcome.reason,
            "rejection": rejection_fields(outcome.rejection) if outcome.rejection else None,
            "is_lost": outcome.is_lost,
            "has_outage": outcome.has_outage,
        }
    return _encode({"v": VERSION, "worker": result.worker, "stats": result.stats, **fields})


def decode_result(data: bytes) -> Result:
    """Return the result that *data* has. Raises InvalidMessage."""
    given = _decode(data, LARGEST_RESULT)
    if isinstance(given, dict) and "article" in given:
        given = read_object(given, "result", OF_A_FETCHED)
        fetched = Fetched(read_article(given["article"]), read_flag(given["refetch"], "refetch"))
        return Result(fetched, *_worker(given))
    given = read_object(given, "result", OF_AN_UNFETCHED)
    known, rejection = read_article(given["known"]), given["rejection"]
    unfetched = Unfetched(
        known,
        one_line(read_text(given["reason"], "reason"))[:1000],
        None if rejection is None else read_rejection(rejection, known.info_code),
        read_flag(given["is_lost"], "is_lost"),
        read_flag(given["has_outage"], "has_outage"),
    )
    return Result(unfetched, *_worker(given))


def stats_to_send(stats: Mapping[str, Any], before: Mapping[str, int]) -> dict[str, int]:
    """Return by how much each stat that a worker may send is larger than *before*."""
    numbers = {name: value for name, value in stats.items() if isinstance(value, int) and is_stat(name)}
    grown = {name: value - before.get(name, 0) for name, value in numbers.items() if value > before.get(name, 0)}
    return dict(list(grown.items())[:MOST_STATS])


def is_stat(name: object) -> bool:
    """Return True for the name of a stat that a worker may send.

    >>> is_stat("downloader/request_count"), is_stat("finews/articles/new"), is_stat("finews/faults/alarm")
    (True, False, False)
    """
    return isinstance(name, str) and len(name) <= LONGEST_STAT and _is_stat(name)


@lru_cache(maxsize=1000)  # each result has about ten, and the stats of a worker several dozens
def _is_stat(name: str) -> bool:
    match = STAT.fullmatch(name)
    return match is not None and (match["fault"] is None or match["fault"] in FAULTS_OF_WORKERS)


def _encode(fields: dict[str, Any]) -> bytes:
    return orjson.dumps(fields)


def _decode(data: bytes, largest: int) -> Any:
    if len(data) > largest:
        raise InvalidMessage(f"larger than {largest} bytes")
    try:
        given = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise InvalidMessage("not JSON") from None
    version = given.get("v") if isinstance(given, dict) else None
    if version == VERSION:
        return given
    if isinstance(version, int):
        raise OtherVersion(version, VERSION)
    raise InvalidMessage(f"not a message of version {VERSION}")


def _worker(given: dict[str, Any]) -> tuple[str, dict[str, int]]:
    return one_line(read_text(given["worker"], "worker"))[:100], _stats(given["stats"])


def _stats(value: object) -> dict[str, int]:
    if not isinstance(value, dict) or len(value) > MOST_STATS or not all(is_stat(name) for name in value):
        raise InvalidMessage("stats are not those of a worker")
    return {name: _number(number, "a stat") for name, number in value.items()}


def _number(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_NUMBER:
        raise InvalidMessage(f"{name} is not a number, or too large")
    return value

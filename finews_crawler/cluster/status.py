"""``scrapy cluster``: the state of the queue, and its end."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from finews_crawler.cluster.keys import keys_of
from finews_crawler.cluster.queue import WORKERS
from finews_crawler.cluster.start import at, client_of, response_of
from finews_crawler.content.decoding import one_line
from finews_crawler.utils.formatting import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redis import Redis

    from finews_crawler.config.model import Config

SHOWN = 5
"""Dead letters, the newest first."""


@dataclass(frozen=True)
class WorkerStatus:
    """A worker that has articles, or had some and was not stopped by a signal."""

    name: str
    articles: int
    """That it has taken and not finished."""
    silent_for: float
    """Seconds since it last took or renewed an article."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that was refused, or a job that was delivered too often."""

    stream: str
    info_code: str
    reason: str


@dataclass(frozen=True)
class QueueStatus:
    """The queue of one prefix."""

    archive: str
    """Machine and folder of the archive; '' if no article is outstanding."""
    outstanding: int
    """Articles that are queued, with a worker, or have a result that is not stored."""
    queued: int
    """Those that no worker has."""
    queued_by_source: dict[str, int]
    results: int
    workers: tuple[WorkerStatus, ...]
    dead_letters: int
    last_dead_letters: tuple[DeadLetter, ...]


def read_status(config: Config) -> QueueStatus:
    """Return the state of the queue. Raises ClusterError."""
    with client_of(config) as client:
        return response_of(config, lambda: _read_status(client, config.cluster_prefix))  # type: ignore[no-any-return]


def clear_queue(config: Config) -> int:
    """Forget all articles of the queue, and return their number. Raises ClusterError.

    A crawl that waits for them counts them as failed, and the next one queues them again.
    """
    keys = keys_of(config.cluster_prefix)
    with client_of(config) as client:
        number, *_ = response_of(config, lambda: client.pipeline().hlen(keys.outstanding).delete(*keys.all).execute())
    return int(number)


def _read_status(client: Redis, prefix: str) -> QueueStatus:
    keys = keys_of(prefix)
    consumers = {source: list(_consumers(client, jobs)) for source, jobs in keys.jobs.items()}
    taken = {source: sum(consumer.articles for consumer in found) for source, found in consumers.items()}
    queued = {source: max(0, client.xlen(jobs) - taken[source]) for source, jobs in keys.jobs.items()}
    dead: Any = client.xrevrange(keys.dead_letters, count=SHOWN)
    return QueueStatus(
        _text(client.get(keys.owner)),
        client.hlen(keys.outstanding),
        sum(queued.values()),
        queued,
        client.xlen(keys.results),
        _workers(itertools.chain(*consumers.values())),
        client.xlen(keys.dead_letters),
        tuple(DeadLetter(*(_text(fields.get(name)) for name in (b"stream", b"code", b"reason"))) for _, fields in dead),
    )


def _workers(consumers: Iterable[WorkerStatus]) -> tuple[WorkerStatus, ...]:
    """Return one status for each worker, from those of the streams that it reads."""
    workers: dict[str, WorkerStatus] = {}
    for found in sorted(consumers, key=lambda consumer: consumer.name):
        other = workers.get(found.name, found)
        number = found.articles + (other.articles if other is not found else 0)
        workers[found.name] = WorkerStatus(found.name, number, min(found.silent_for, other.silent_for))
    return tuple(workers.values())


def _consumers(client: Redis, jobs: str) -> Iterator[WorkerStatus]:
    groups: list[Any] = client.xinfo_groups(jobs) if client.exists(jobs) else []
    if any(_text(group["name"]) == WORKERS for group in groups):
        consumers: list[Any] = client.xinfo_consumers(jobs, WORKERS)
        for consumer in consumers:
            yield WorkerStatus(_text(consumer["name"]), consumer["pending"], consumer["idle"] / 1000)


def _text(value: object) -> str:
    return one_line(value.decode(errors="replace"))[:200] if isinstance(value, bytes) else ""


def status_json(status: QueueStatus) -> dict[str, Any]:
    return asdict(status)


def status_lines(config: Config, status: QueueStatus) -> Iterator[str]:
    archive = f", of the archive {status.archive}" if status.archive else ""
    yield f"queue {config.cluster_prefix} in {at(config)}{archive}"
    places = f"{status.queued} queued, {status.results} with a result to store"
    yield f"{status.outstanding} articles are outstanding: {places}"
    if len(status.queued_by_source) > 1:
        yield from (f"source {source}: {number} queued" for source, number in status.queued_by_source.items())
    for worker in status.workers:
        silent = worker.silent_for > config.cluster_lease
        note = " (stopped or away: others take its articles)" if silent else ""
        yield f"worker {worker.name}: {worker.articles} articles, heard {format_duration(worker.silent_for)} ago{note}"
    if status.dead_letters:
        yield f"{status.dead_letters} dead letters; the last:"
    for letter in status.last_dead_letters:
        yield f"  {letter.stream} {letter.info_code}: {letter.reason}"

"""The state of a queue, for ``finews cluster status`` and ``metrics``: a few commands for each stream, host and worker.

No command searches for keys: workers, slots and closed hosts are those of a group or a hash, which do not grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finews_crawler.cluster import scripts
from finews_crawler.cluster.keys import Keys, closed_key, keys_of, slots_key, turn_key, turns_key
from finews_crawler.cluster.queue import COORDINATOR, WORKERS
from finews_crawler.cluster.start import client_of, response_of
from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis

    from finews_crawler.config.model import Config

SHOWN = 5
"""Dead letters, the newest first."""
SECONDS_OF_COORDINATOR = 10
"""After which a coordinator without a heartbeat, of which it sends one each second, is taken to have ended."""
SECONDS_OF_PACE = 60
"""After the last turn of a slot, for which its pace is that of its last turns, and not 0."""


@dataclass(frozen=True)
class WorkerStatus:
    """A worker that runs, or that ended in the last hour."""

    name: str
    articles: int
    """That it has taken and not finished."""
    oldest: float | None
    """Seconds since the first one of them was queued; None without one."""
    silent_for: float
    """Seconds since its last heartbeat, of which it sends four in each lease."""
    results: int
    """Articles that it has finished."""


@dataclass(frozen=True)
class SlotStatus:
    """A slot of requests: a source, or a host with a slot of its own."""

    name: str
    requests: int
    """Of all processes, since there was none for a day."""
    pace: float
    """Requests a second, of the last twenty; 0 if there was none for a minute."""
    next_in: float
    """Seconds until it may have another request, by its delay or since a host has asked for a pause."""


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
    drained_for: float | None
    """Seconds since workers were told to take no new articles; None if they take them."""
    outstanding: int
    """Articles that are queued, with a worker, or have a result that is not stored."""
    queued: int
    """Those that no worker has."""
    queued_by_source: dict[str, int]
    results: int
    workers: tuple[WorkerStatus, ...]
    slots: tuple[SlotStatus, ...]
    closed_hosts: dict[str, str]
    """Hosts that get no more requests in the last run of the coordinator, with the reason."""
    failed: int
    """Articles that could not be fetched, of those that are remembered."""
    dead_letters: int
    last_dead_letters: tuple[DeadLetter, ...]
    refused_in_all: int | None
    """Dead letters since the queue was cleared; None before Redis 7."""


def read_status(config: Config) -> QueueStatus:
    """Return the state of the queue. Raises ClusterError."""
    with client_of(config) as client:
        return response_of(config, lambda: _read_status(client, config.cluster_prefix))  # type: ignore[no-any-return]


def clear_queue(config: Config) -> int:
    """Forget all articles of the queue, and return their number. The next crawl queues them again.

    Raises ClusterError, also while a crawl uses the queue: it would count its articles as failed, and its queue could
    be taken by another archive.
    """
    keys = keys_of(config.cluster_prefix)
    words = [keys.heartbeats, keys.outstanding, *(key for key in keys.all if key != keys.outstanding)]
    arguments = [COORDINATOR, SECONDS_OF_COORDINATOR * 1000]
    with client_of(config) as client:
        number = int(response_of(config, lambda: client.register_script(scripts.CLEAR)(words, arguments)))
        owner = _text(response_of(config, lambda: client.get(keys.owner)))
    if number < 0:
        hint = f"stop it, then run this again {SECONDS_OF_COORDINATOR} s later if it was killed"
        raise ClusterError(f"a crawl of the archive {owner} uses the queue {config.cluster_prefix}: {hint}")
    return number


def _read_status(client: Redis, prefix: str) -> QueueStatus:
    keys, now = keys_of(prefix), now_of(client)
    workers = workers_of(client, keys, now)
    queued = {source: max(0, client.xlen(jobs) - _pending(client, jobs)) for source, jobs in keys.jobs.items()}
    dead: Any = client.xrevrange(keys.dead_letters, count=SHOWN)
    info: Any = client.xinfo_stream(keys.dead_letters) if client.exists(keys.dead_letters) else {"entries-added": 0}
    closed: Any = client.hgetall(closed_key(prefix, _number(client.get(keys.run))))
    return QueueStatus(
        archive=_text(client.get(keys.owner)),
        drained_for=seconds_since_drain(client, prefix),
        outstanding=client.hlen(keys.outstanding),
        queued=sum(queued.values()),
        queued_by_source=queued,
        results=client.xlen(keys.results),
        workers=workers,
        slots=tuple(_slots(client, prefix, now)),
        closed_hosts={_text(host): _text(why) for host, why in closed.items()},
        failed=client.xlen(keys.failed),
        dead_letters=client.xlen(keys.dead_letters),
        last_dead_letters=tuple(
            DeadLetter(*(_text(fields.get(name)) for name in (b"stream", b"code", b"reason"))) for _, fields in dead
        ),
        refused_in_all=info.get("entries-added"),
    )


def now_of(client: Redis) -> float:
    """Return the server's time in seconds since 1970."""
    seconds, microseconds = client.time()
    return float(seconds) + microseconds / 1e6


def seconds_since_drain(client: Redis, prefix: str) -> float | None:
    """Return for how long workers have taken no articles; None if they take them."""
    at = client.get(keys_of(prefix).draining)
    return None if at is None else max(0.0, now_of(client) - _number(at) / 1000)


def has_coordinator(client: Redis, keys: Keys) -> bool:
    """Return True if a crawl has sent a heartbeat in the last seconds."""
    heartbeat = _number(client.hget(keys.heartbeats, COORDINATOR)) / 1000
    return now_of(client) - heartbeat < SECONDS_OF_COORDINATOR


def consumers_of(client: Redis, stream: str, group: str) -> list[dict[str, Any]]:
    """Return the consumers of a group, none of one that does not exist."""
    groups: Any = client.xinfo_groups(stream) if client.exists(stream) else []
    if not any(_text(found["name"]) == group for found in groups):
        return []
    found: list[dict[str, Any]] = client.xinfo_consumers(stream, group)
    return found


def _pending(client: Redis, jobs: str) -> int:
    return sum(consumer["pending"] for consumer in consumers_of(client, jobs, WORKERS))


def workers_of(client: Redis, keys: Keys, now: float) -> tuple[WorkerStatus, ...]:
    """Return one status for each worker, from those of the streams that it reads."""
    results, heartbeats = (
        {_text(name): _number(n) for name, n in client.hgetall(key).items()} for key in (keys.workers, keys.heartbeats)
    )
    found: dict[str, list[tuple[int, float | None, float]]] = {}
    for name in heartbeats:
        if name != COORDINATOR:
            found[name] = [(0, None, max(0.0, now - heartbeats[name] / 1000))]
    for jobs in keys.jobs.values():
        for consumer in consumers_of(client, jobs, WORKERS):
            oldest = _oldest(client, jobs, consumer["name"], now) if consumer["pending"] else None
            of_worker = found.setdefault(_text(consumer["name"]), [])
            of_worker.append((consumer["pending"], oldest, consumer["idle"] / 1000))
    return tuple(
        WorkerStatus(
            name,
            sum(pending for pending, _, _ in of_streams),
            max((oldest for _, oldest, _ in of_streams if oldest is not None), default=None),
            min(idle for _, _, idle in of_streams),
            results.get(name, 0),
        )
        for name, of_streams in sorted(found.items())
    )


def _oldest(client: Redis, jobs: str, worker: str, now: float) -> float | None:
    """Return the seconds since the first job that a worker has was queued: its id has the time."""
    pending: Any = client.xpending_range(jobs, WORKERS, "-", "+", 1, worker)
    return max(0.0, now - _number(pending[0]["message_id"].partition(b"-")[0]) / 1000) if pending else None


def _slots(client: Redis, prefix: str, now: float) -> Iterator[SlotStatus]:
    found: Any = client.hgetall(slots_key(prefix))
    for name, number in sorted(found.items()):
        slot = name.decode(errors="replace")
        turns = [_number(turn) / 1000 for turn in client.lrange(turns_key(prefix, slot), 0, -1)]
        next_in = max(0.0, _number(client.get(turn_key(prefix, slot))) / 1000 - now)
        yield SlotStatus(_text(name), _number(number), pace_of(turns, now), next_in)


def pace_of(turns: list[float], now: float) -> float:
    """Return the requests a second of the last turns, times in seconds with the newest first.

    >>> pace_of([10.0, 9.5, 9.0], now=11), pace_of([10.0, 9.5, 9.0], now=99), pace_of([10.0], now=11)
    (2.0, 0.0, 0.0)
    """
    if len(turns) < 2 or turns[0] <= turns[-1] or now - turns[0] > SECONDS_OF_PACE:
        return 0.0
    return (len(turns) - 1) / (turns[0] - turns[-1])


def _number(value: object) -> int:
    """Return a number that Redis has as text; 0 for anything else, which another program has written."""
    return int(value) if isinstance(value, bytes) and value.isdigit() else 0


def _text(value: object) -> str:
    return one_line(value.decode(errors="replace"))[:200] if isinstance(value, bytes) else ""

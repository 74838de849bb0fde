"""``finews cluster requeue``: dead letters and failed articles go on the queue again.

A job is made anew from the infoCode alone, which a known source must have: nothing else of a message that was refused
is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from finews_crawler.cluster import scripts
from finews_crawler.cluster.job_writer import MOST_TOGETHER
from finews_crawler.cluster.keys import Keys, key_of, keys_of
from finews_crawler.cluster.messages import Job, encode_job
from finews_crawler.cluster.queue import MOST_FAILED
from finews_crawler.cluster.start import client_of, owner_of_here, response_of
from finews_crawler.cluster.status import has_coordinator, now_of
from finews_crawler.items import Article
from finews_crawler.sources import source_of_key

if TYPE_CHECKING:
    from redis import Redis

    from finews_crawler.config.model import Config

Archived = Callable[[Iterable[str]], Collection[str]]
"""Returns those of some infoCodes whose articles are archived."""


class Requeued(NamedTuple):
    """Numbers of articles."""

    queued: int
    archived: int
    outstanding: int
    unknown: int
    """Dead letters that name no article of a known source: they stay."""
    failed: int
    """Failed articles that were left, since the archive is elsewhere: some may be archived by now."""


def requeue(config: Config, archived: Archived | None) -> Requeued:
    """Queue the dead letters again, and with *archived* the failed articles that are not archived.

    Raises ClusterError.
    """
    with client_of(config) as client:
        return response_of(config, lambda: _requeue(client, config, archived))  # type: ignore[no-any-return]


def _requeue(client: Redis, config: Config, archived: Archived | None) -> Requeued:
    keys = keys_of(config.cluster_prefix)
    owner: Any = client.get(keys.owner)
    if owner is not None and owner.decode(errors="replace") != owner_of_here(config):
        archived = None
    streams = [keys.dead_letters, *([keys.failed] if archived else [])]
    entries = [(stream, *entry) for stream in streams for entry in _entries(client, stream)]
    codes = {code for _, _, code in entries if source_of_key(code)}
    held = set(archived(codes)) if archived else set()
    outstanding = _outstanding(client, keys, codes - held)
    queued = _push(client, config, sorted(codes - held - outstanding))
    # A kill before this queues nothing twice: what is outstanding, or archived by then, is not queued again.
    for stream, entry_id, code in entries:
        if code in codes - outstanding:
            client.xdel(stream, entry_id)
    unknown = sum(code not in codes for _, _, code in entries)
    return Requeued(queued, len(held), len(outstanding), unknown, 0 if archived else client.xlen(keys.failed))


def _entries(client: Redis, stream: str) -> Iterator[tuple[bytes, str]]:
    """Yield id and infoCode of the newest entries of a stream."""
    found: Any = client.xrevrange(stream, count=MOST_FAILED)
    for entry_id, fields in found:
        yield entry_id, fields.get(b"code", b"").decode(errors="replace")


def _outstanding(client: Redis, keys: Keys, codes: Collection[str]) -> set[str]:
    ordered = sorted(codes)
    found: Any = client.hmget(keys.outstanding, ordered) if ordered else []
    return {code for code, value in zip(ordered, found, strict=True) if value is not None}


def _push(client: Redis, config: Config, codes: Iterable[str]) -> int:
    """Queue articles; return the number of those that were not outstanding by then."""
    keys = keys_of(config.cluster_prefix)
    run, by_source = _run(client, keys), defaultdict(list)
    for code in codes:
        job = Job(Article(code), refetch=False, run=run)
        by_source[job.source].append((code, encode_job(job)))
    push, number, last = client.register_script(scripts.PUSH), 0, key_of(config.cluster_prefix, "pushed-again")
    for source, jobs in by_source.items():
        for first in range(0, len(jobs), MOST_TOGETHER):
            words = [word for job in jobs[first : first + MOST_TOGETHER] for word in job]
            number += int(push(keys=[keys.jobs[source], keys.outstanding, last], args=[uuid4().hex, *words]))
    return number


def _run(client: Redis, keys: Keys) -> int:
    """Return the run of these jobs: that of the coordinator, or else a new one, in which no host is closed."""
    run: Any = client.get(keys.run) if has_coordinator(client, keys) else None
    return int(run) if run and run.isdigit() else round(now_of(client) * 1000)

"""Status of the queue as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from finews_crawler.cluster.start import at
from finews_crawler.cluster.status import QueueStatus, SlotStatus, WorkerStatus
from finews_crawler.config.model import Config
from finews_crawler.utils.formatting import format_duration

SECONDS_OF_A_PAUSE = 5
"""Seconds until the next request of a slot, above which it is a pause: a Retry-After, or a long Crawl-delay."""


def status_json(status: QueueStatus) -> dict[str, Any]:
    """Return a status as an object, with durations in seconds."""
    return {name: _rounded(value) for name, value in asdict(status).items()}


def status_lines(config: Config, status: QueueStatus) -> Iterator[str]:
    archive = f", of the archive {status.archive}" if status.archive else ""
    yield f"queue {config.cluster_prefix} in {at(config)}{archive}"
    if status.drained_for is not None:
        since = format_duration(status.drained_for)
        yield f"drained for {since}: workers take no new articles until `finews cluster resume`"
    places = f"{status.queued} queued, {status.results} with a result to store"
    yield f"{status.outstanding} articles are outstanding: {places}"
    if len(status.queued_by_source) > 1:
        yield from (f"source {source}: {number} queued" for source, number in status.queued_by_source.items())
    yield from (_worker_line(worker, config.cluster_lease) for worker in status.workers)
    yield from map(_slot_line, status.slots)
    yield from (f"host {host} is closed: {why}" for host, why in status.closed_hosts.items())
    if status.failed:
        yield f"{status.failed} articles could not be fetched; `finews cluster requeue` queues them again"
    if status.dead_letters:
        yield f"{status.dead_letters} dead letters; the last:"
    for letter in status.last_dead_letters:
        yield f"  {letter.stream} {letter.info_code}: {letter.reason}"


def _worker_line(worker: WorkerStatus, lease: float) -> str:
    oldest = f", the oldest queued {format_duration(worker.oldest)} ago" if worker.oldest is not None else ""
    heartbeat = f"{worker.results} results, last heartbeat {format_duration(worker.silent_for)} ago"
    note = " (stopped or away: others take its articles)" if worker.silent_for > lease else ""
    return f"worker {worker.name}: {worker.articles} articles{oldest}, {heartbeat}{note}"


def _slot_line(slot: SlotStatus) -> str:
    is_paused = slot.next_in > SECONDS_OF_A_PAUSE
    pause = f", none for another {format_duration(slot.next_in)}" if is_paused else ""
    return f"slot {slot.name}: {slot.requests} requests, {slot.pace:.2f} a second{pause}"


def _rounded(value: Any) -> Any:
    """Round durations to milliseconds, in lists and objects too."""
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return round(value, 3) if isinstance(value, float) else value

"""The queue of jobs and the stream of results, in Redis.

Each source has a stream of jobs, so that workers take from each at its own pace. All streams have a consumer group. A
job that a worker has taken is pending, and its lease is the time since it was taken or renewed: a worker renews it, and
a job whose lease has ended is claimed by another worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from redis.exceptions import ResponseError

from finews_crawler.cluster import scripts
from finews_crawler.cluster.keys import keys_of
from finews_crawler.cluster.messages import VERSION
from finews_crawler.cluster.server import Server

WORKERS, COORDINATOR = "workers", "coordinator"
GIVEN_BACK = 10_000_000_000
"""Milliseconds for which a job that was given back seems to be idle: longer than any worker can be silent."""
MOST_DELIVERIES = 5
"""Deliveries of a job after which it is a dead letter: it may be what ends the workers."""
SAMPLE = 1000
"""Bytes of a message that are kept of a dead letter."""
LOST = ("NOGROUP", "UNBLOCKED")
"""Errors of a Redis that has lost its data: before a command, and while it waits."""
MOST_FAILED = 10_000
"""Failed articles that are remembered, for ``finews cluster requeue``: about 2 MB."""
SECONDS_REMEMBERED = 3600
"""After which a worker that has ended is forgotten."""
BLOCK = 1000
"""Milliseconds that a worker or the coordinator waits for messages at a time."""


class Entry(NamedTuple):
    """One entry of a stream."""

    stream: str
    id: str
    code: str
    """The infoCode of its article, as written: any text."""
    fields: dict[bytes, bytes]


class Taken(NamedTuple):
    """Jobs that a worker has taken."""

    results: int
    """That wait for the coordinator."""
    is_draining: bool
    entries: list[Entry]
    are_wanted: list[bool]
    """As ``Queue.wanted`` returns it."""


class Queue:
    """What coordinator and workers do with the streams."""

    def __init__(self, server: Server) -> None:
        self.server = server
        keys = keys_of(server.prefix)
        self.jobs, self.results, self.outstanding = keys.jobs, keys.results, keys.outstanding
        self.dead_letters, self.owner = keys.dead_letters, keys.owner
        self.keys = keys
        self._claimed_to = dict.fromkeys(self.jobs, "0-0")

    async def open(self) -> None:
        """Create the streams and their groups, unless they exist."""
        groups = [*(WORKERS for _ in self.jobs), COORDINATOR]
        await self.server.script(scripts.OPEN, [*self.jobs.values(), self.results], groups)

    async def push(self, source: str, jobs: list[tuple[str, bytes]]) -> int:
        """Add jobs, each with its infoCode, unless its article is outstanding. Return the number of those added.

        The calls for one source must not overlap.
        """
        keys = [self.jobs[source], self.outstanding, self.server.key(f"pushed:{source}")]
        words = [word for job in jobs for word in job]
        return int(await self.server.script(scripts.PUSH, keys, [uuid4().hex, *words]))

    async def number_outstanding(self) -> int:
        """Return the number of articles that are queued, with a worker, or have a result that is not stored."""
        keys = [self.outstanding, self.results, *self.jobs.values()]
        return int(await self.server.script(scripts.OUTSTANDING, keys, []))

    async def number_of_jobs(self, source: str) -> int:
        return int(await self.server.command("XLEN", self.jobs[source]))

    async def readiness(self) -> tuple[int, bool]:
        """Return the number of results that wait, and True while the queue is drained: workers take no new articles."""
        results, is_draining = await self.server.script(scripts.READY, [self.results, self.keys.draining], [])
        return int(results), bool(is_draining)

    async def begin_run(self, run: int) -> None:
        """Record the start of the coordinator, in milliseconds since 1970, and the version of its messages."""
        await self.server.script(scripts.BEGIN, [self.keys.run, self.keys.version], [run, VERSION])

    async def is_version(self, version: int) -> bool:
        """Return True if the coordinator writes messages of this version."""
        return bool(await self.server.command("GET", self.keys.version) == str(version).encode())

    async def send_heartbeat(self, process: str) -> None:
        """Record that a worker, or the coordinator, runs."""
        await self.server.script(scripts.HEARTBEAT, [self.keys.heartbeats], [process])

    async def end_heartbeats(self, process: str) -> None:
        """Record that a process runs no more."""
        await self.server.command("HDEL", self.keys.heartbeats, process)

    async def forget_workers(self) -> None:
        """Forget workers that ended long ago."""
        keys = [*self.jobs.values(), self.keys.workers, self.keys.heartbeats]
        await self.server.script(scripts.FORGET, keys, [WORKERS, SECONDS_REMEMBERED * 1000])

    async def take_at_once(self, worker: str, source: str, most: int, most_results: int) -> Taken:
        """Return the new jobs that there are for *worker*; none if the queue is drained or too many results wait."""
        keys = [self.jobs[source], self.outstanding, self.results, self.keys.draining]
        arguments: list[str | int] = [most_results, WORKERS, worker, most]
        while True:
            try:
                results, is_draining, rows, ids = await self.server.script(scripts.TAKE, keys, arguments)
            except ResponseError as error:
                if not any(lost in str(error) for lost in LOST):
                    raise
                await self.open()
                continue
            entries = _entries(self.jobs[source], [(entry_id, _fields(words)) for entry_id, words in rows])
            return Taken(int(results), bool(is_draining), entries, _are_wanted(entries, ids))

    async def take(self, worker: str, source: str, most: int) -> list[Entry]:
        """Return new jobs for *worker*; wait for one for a second at most."""
        words = ("GROUP", WORKERS, worker, "COUNT", most, "BLOCK", BLOCK, "STREAMS", self.jobs[source], ">")
        return _entries_of(await self._grouped("XREADGROUP", *words))

    async def claim(self, worker: str, source: str, most: int, lease: float | None) -> list[Entry]:
        """Return jobs whose worker was silent for *lease* seconds, now of *worker*; None: only those given back.

        One that was delivered too often becomes a dead letter.
        """
        # Each call looks at ten times as many pending jobs as it may claim, and says where the next one goes on.
        idle = GIVEN_BACK if lease is None else int(lease * 1000)
        words = (self.jobs[source], WORKERS, worker, idle, self._claimed_to[source], "COUNT", most)
        claimed_to, rows, *_ = await self._grouped("XAUTOCLAIM", *words)
        self._claimed_to[source], claimed = claimed_to.decode(), _entries(self.jobs[source], rows)
        return [entry for entry in claimed if not await self._is_worn_out(entry)]

    async def _is_worn_out(self, entry: Entry) -> bool:
        words = (entry.stream, WORKERS, entry.id, entry.id, 1)
        pending = await self._grouped("XPENDING", *words, parse_detail=True)
        times = pending[0]["times_delivered"] if pending else 0
        if times <= MOST_DELIVERIES:
            return False
        await self.refuse_job(entry, f"{times - 1} workers that had it were silent or ended")
        return True

    async def wanted(self, entries: list[Entry]) -> list[bool]:
        """Return, for each entry, True if the coordinator waits for it: it has put the job, or a worker the result."""
        if not entries:
            return []
        words = (self.outstanding, *(entry.code for entry in entries))
        return _are_wanted(entries, await self.server.command("HMGET", *words))

    async def renew(self, worker: str, jobs: list[Entry]) -> list[Entry]:
        """Begin the leases of these jobs anew. Return those that *worker* does not have any more."""
        streams, ids = [job.stream for job in jobs], [job.id for job in jobs]
        try:
            lost = await self.server.script(scripts.RENEW, streams, [WORKERS, worker, *ids])
        except ResponseError as error:
            if LOST[0] not in str(error):
                raise
            return jobs
        return [jobs[position] for position in lost]

    async def finish(self, worker: str, finished: list[tuple[Entry, bytes]]) -> list[bool]:
        """Replace jobs by their results. Return False for each where another worker was first.

        The calls of one worker must not overlap.
        """
        last = self.server.key(f"finished:{worker}")
        keys = [self.outstanding, self.results, self.keys.workers, last, *(job.stream for job, _ in finished)]
        words = [word for job, result in finished for word in (job.id, job.code, result)]
        arguments = [WORKERS, worker, uuid4().hex, *words]
        return list(map(bool, await self.server.script(scripts.FINISH, keys, arguments)))

    async def refuse_job(self, entry: Entry, reason: str) -> None:
        """Move a job that no worker can do to the dead letters; its article has failed, for this reason."""
        keys = [entry.stream, self.outstanding, self.results, self.dead_letters]
        sample = entry.fields.get(b"job", b"")[:SAMPLE]
        await self.server.script(scripts.REFUSE_JOB, keys, [WORKERS, entry.id, entry.code, reason, sample])

    async def give_back(self, worker: str) -> None:
        """Give up all jobs of a worker, for others to claim at once."""
        try:
            await self.server.script(scripts.GIVE_BACK, [*self.jobs.values()], [WORKERS, worker, GIVEN_BACK])
        except ResponseError as error:
            if LOST[0] not in str(error):
                raise

    async def collect(self, most: int, after: str = ">", block: int = BLOCK) -> list[Entry]:
        """Return new results; or, after an id such as ``0``, those that were read before and are not done."""
        words = ("GROUP", COORDINATOR, COORDINATOR, "COUNT", most, "BLOCK", block, "STREAMS", self.results, after)
        answer = await self._grouped("XREADGROUP", *words)
        if answer and (deleted := [entry_id for entry_id, fields in answer[0][1] if not fields]):
            await self.server.command("XACK", self.results, COORDINATOR, *deleted)
        return _entries_of(answer)

    async def done(self, entries: list[Entry], failures: Mapping[str, str] | None = None) -> None:
        """Remove results that are stored or counted. *failures*: reasons of those to remember as failed, by id."""
        reasons = failures or {}
        words = [word for entry in entries for word in (entry.id, entry.code, reasons.get(entry.id, "")[:SAMPLE])]
        keys = [self.results, self.outstanding, self.keys.failed]
        await self.server.script(scripts.DONE, keys, [COORDINATOR, MOST_FAILED, *words])

    async def refuse_result(self, entry: Entry, reason: str) -> None:
        """Copy a result that cannot be used to the dead letters, with the reason."""
        sample = entry.fields.get(b"result", b"")[:SAMPLE]
        arguments: list[str | bytes] = [COORDINATOR, entry.id, entry.code, reason, sample]
        await self.server.script(scripts.REFUSE_RESULT, [self.results, self.dead_letters], arguments)

    async def release(self) -> None:
        """Let another archive use these keys, if no article is outstanding."""
        if not await self.number_outstanding():
            await self.server.command("DEL", self.owner)

    async def _grouped(self, *words: str | int, **options: Any) -> Any:
        """Return the response to a command about a group, which a Redis that has lost its data does not know."""
        while True:
            try:
                return await self.server.command(*words, **options)
            except ResponseError as error:
                if not str(error).startswith(LOST):
                    raise
            await self.open()


def _are_wanted(entries: list[Entry], ids: list[bytes | None]) -> list[bool]:
    texts = [(found or b"").decode(errors="replace") for found in ids]
    return [found.removeprefix("r") == entry.id for found, entry in zip(texts, entries, strict=True)]


def _fields(words: list[bytes]) -> dict[bytes, bytes] | None:
    """Return names and values, which come in turn, by name."""
    return dict(zip(words[::2], words[1::2], strict=True))


def _entries_of(answer: Any) -> list[Entry]:
    """Return the entries that XREADGROUP has found in its one stream."""
    return _entries(answer[0][0].decode(), answer[0][1]) if answer else []


def _entries(stream: str, rows: list[tuple[bytes, dict[bytes, bytes] | None]]) -> list[Entry]:
    """Return the entries of a response; those that were deleted meanwhile have no fields."""
    return [
        Entry(stream, entry_id.decode(), fields.get(b"code", b"").decode(errors="replace"), fields)
        for entry_id, fields in rows
        if fields
    ]

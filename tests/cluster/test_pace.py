"""The turns of a process: two requests are sent no closer than the delay, however slow the server is to give one."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from finews_crawler.cluster.pace import LEAST_SLACK, Turns

DELAY = 0.5
HOLD = 60_000
PLACE = ("a.test", "a.test:80")


class SlowServer:
    """A server that gives turns as the script does, on a clock of its own that each command moves on."""

    prefix = "finews"

    @property
    def cluster(self) -> Any:
        return SimpleNamespace(server=self, run=1)

    def __init__(self, seed: int) -> None:
        self.now = 1000.0
        self.turn = 0.0
        self.random = random.Random(seed)

    def clock(self) -> float:
        return self.now

    def pass_on(self) -> None:
        """Let time pass: usually a millisecond, sometimes more than a slack, as on a busy machine."""
        self.now += self.random.choice((0.0003, 0.001, 0.004, 0.03, 0.3))

    async def script(self, text: str, keys: list[str], arguments: list[int]) -> Any:
        self.pass_on()
        now = int(self.now * 1000)
        wait = self.turn - now
        if wait <= 0:
            self.turn = now + arguments[0]
        self.pass_on()
        return max(0, min(wait, arguments[1]))


def test_requests_are_sent_no_closer_than_the_delay_on_a_slow_machine() -> None:
    server: Any = SlowServer(seed=4)
    processes = [Turns(server.clock) for _ in range(4)]
    sent: list[float] = []
    slacks: set[float] = set()

    async def run() -> None:
        while len(sent) < 500:
            turns = server.random.choice(processes)
            wait = await turns.ask(server.cluster, PLACE, DELAY, HOLD)
            slacks.add(turns.slack)
            if wait is None:
                sent.append(server.now)
            else:
                server.now += wait / 4

    asyncio.run(run())
    assert min(later - earlier for earlier, later in pairwise(sent)) >= DELAY
    assert max(slacks) > LEAST_SLACK, "the server was slow"


def test_a_turn_that_came_late_is_not_used() -> None:
    server: Any = SlowServer(seed=1)
    server.pass_on = lambda: setattr(server, "now", server.now + 0.1)
    turns = Turns(server.clock)

    async def run() -> None:
        assert turns.slack == LEAST_SLACK
        assert await turns.ask(server.cluster, PLACE, DELAY, HOLD) == 0
        assert turns.slack > 0.2
        server.now += DELAY
        assert await turns.ask(server.cluster, PLACE, DELAY, HOLD) is None

    asyncio.run(run())

"""The responses of a host go to the others together, but for those that may change what they do."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from finews_crawler.cluster.hosts import SECONDS_TO_GATHER, ClusterHosts
from finews_crawler.politeness.host_state import RESPONSES_REMEMBERED, HostState
from tests.support.virtual_time import run_in_virtual_time

SOME, MANY = 6, 2 * RESPONSES_REMEMBERED


class CountingServer:
    """A server that keeps the responses of each command, and has none of others."""

    prefix = "finews"

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def script(self, text: str, keys: list[str], arguments: list[str | int]) -> Any:
        responses = "".join(map(str, arguments[2:]))
        self.sent.append(responses)
        return [responses.count("1"), len(responses)]


@pytest.fixture
def server() -> CountingServer:
    return CountingServer()


@pytest.fixture
def hosts(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> ClusterHosts:
    made: Any = ClusterHosts.__new__(ClusterHosts)
    made.known, made._responses, made._counting, made._gathering = {}, {}, None, None
    monkeypatch.setattr(ClusterHosts, "cluster", SimpleNamespace(server=server, run=1))
    return made  # type: ignore[no-any-return]


def test_good_responses_go_together_and_one_that_is_refused_at_once(
    hosts: ClusterHosts, server: CountingServer
) -> None:
    host = HostState("a.test")

    async def test() -> None:
        for is_good in [True] * SOME:
            hosts.note_response(host, is_good=is_good)
            await asyncio.sleep(0)
        assert server.sent == ["0"], "the first one tells the others that the host has articles"
        await asyncio.sleep(2 * SECONDS_TO_GATHER)
        hosts.note_response(host, is_good=True)
        hosts.note_response(host, is_good=False)
        await asyncio.sleep(0)

    run_in_virtual_time(test())
    assert server.sent == ["0", "0" * (SOME - 1), "01"]


def test_no_more_than_are_remembered_are_sent(hosts: ClusterHosts, server: CountingServer) -> None:
    async def test() -> None:
        host = HostState("a.test", has_given=True)
        for _ in range(MANY):
            hosts.note_response(host, is_good=True)
        await asyncio.sleep(2 * SECONDS_TO_GATHER)

    run_in_virtual_time(test())
    assert server.sent == ["0" * RESPONSES_REMEMBERED]

"""Applies ``network_guard.py`` to every test, docstring examples included. ``conftest.py`` registers it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.network_guard import recording_into


class Refused:
    """Reader of the recorded refusals."""

    def __init__(self, record: Path) -> None:
        self.record = record
        self.known = 0

    def check(self, during: str) -> None:
        """Fail if accesses were refused since the last call."""
        lines = self.record.read_text(encoding="utf-8").splitlines()
        new, self.known = lines[self.known :], len(lines)
        if new:
            pytest.fail("\n".join([f"{during} left loopback:", *new]), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def only_loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refused]:
    """Guard the session; each worker has its own record."""
    record = tmp_path_factory.mktemp("sockets") / "refused"
    with recording_into(record):
        refused = Refused(record)
        yield refused
        # Processes that outlived their test, and fixtures torn down after all tests.
        refused.check("something that outlived its test")


@pytest.fixture(autouse=True)
def each_keeps_to_loopback(only_loopback: Refused, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that leaves loopback, or whose processes do."""
    yield
    only_loopback.check(request.node.nodeid)

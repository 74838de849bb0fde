"""Fixtures of the tests of commands."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def without_network_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the proxies and certificates of the machine, which would be part of the output."""
    for name in [*os.environ]:
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT_"):
            monkeypatch.delenv(name)

"""A site with a page of every kind, built once in a test run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.page_kinds import PageKinds, serve


@pytest.fixture(scope="session")
def page_kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageKinds]:
    yield from serve(tmp_path_factory)

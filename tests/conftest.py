"""Shared fixtures: the golden file, a running origin, and ``scrapy`` as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support import network_guard_plugin
from tests.support.attack_archive import Attacked, crawl_attacks, read_attacks
from tests.support.network_guard import guard
from tests.support.paths import SEEDS
from tests.support.scrapy_command import Scrapy
from tests.support.shared_folder import shared_folder

# The same examples in every run, and no deadline: a slow machine must not fail. To search for new ones:
# pytest --hypothesis-profile=explore
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("explore"), derandomize=True)
settings.load_profile("steady")

pytest_plugins = ["tests.support.debian_root", "tests.support.kramdown", "tests.support.site_fixtures"]
# The first runs in every Python that the tests start; the second serves as soon as it is imported.
collect_ignore = ["support/startup", "support/fork_server.py"]


def pytest_configure(config: pytest.Config) -> None:
    # Not as fixtures of this conftest: they would not apply to the doctests of the package.
    config.pluginmanager.register(network_guard_plugin, "network_guard")
    guard()  # refuse accesses during collection too


@pytest.fixture
def scrapy(tmp_path: Path) -> Scrapy:
    return Scrapy.into_folder(tmp_path / "data")


@pytest.fixture(scope="session")
def origin() -> Iterator[RunningOrigin]:
    """A shared origin, for tests that do not count requests."""
    with running_origin(60, seed=7) as running:
        yield running


@pytest.fixture(scope="session")
def crawled_data(origin: RunningOrigin, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a crawl. Shared: tests must not change it."""

    def fill(data: Path) -> None:
        run = Scrapy.into_folder(data).at(origin.url)("crawl", "channel")
        assert run.status == 0, run.log

    return shared_folder(tmp_path_factory, "crawled", fill)


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """The archive of all hostile payloads. Shared: tests must not change it."""
    attacked = read_attacks(shared_folder(tmp_path_factory, "attacked", crawl_attacks))
    yield attacked
    attacked.archive.close()


@pytest.fixture(scope="session")
def source_document() -> bytes:
    documents = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
    if not documents:
        pytest.skip(f"the source document is not here: {SEEDS} is absent or empty")
    return documents[0].read_bytes()

"""The package as pip installs it: a wheel in a fresh environment, outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import scrapy

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import listed_articles
from tests.support.scrapy_command import HOSTS_OF_2022, QUICK
from tests.support.wheel import PIP, build_wheel


@pytest.fixture(scope="module")
def origin() -> Iterator[RunningOrigin]:
    with running_origin(articles=listed_articles(20, seed=8)) as running:
        yield running


@pytest.fixture(scope="module")
def finews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in a virtual environment of its own, which has the wheel and only borrows the other packages."""
    folder = tmp_path_factory.mktemp("wheel")
    # With the checkout in PYTHONPATH, for the network guard, pip would find the package installed already.
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    wheel = build_wheel(folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    install = ("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    subprocess.run([*PIP, *install], check=True, env=environment)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    # After the wheel's own folder in the path, and without the editable installation, which is a .pth file there.
    (site / "borrowed.pth").write_text(f"{Path(scrapy.__file__).parent.parent}\n")
    return python.with_name("finews")


def test_from_the_wheel_to_a_site_in_a_folder_of_its_own(finews: Path, origin: RunningOrigin, tmp_path: Path) -> None:
    # PYTHONPATH has the checkout, for the network guard: without it, only the settings keep the run on loopback.
    left_out = ("FINEWS_", "SCRAPY_", "PYTHONPATH")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}

    def run(*words: str, folder: Path = tmp_path) -> str:
        done = subprocess.run(
            [finews, *words], cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    assert "2.19" in run("--version")
    run("init", "news")
    news = tmp_path / "news"
    hosts = [f'{name.removeprefix("FINEWS_").lower()} = "{origin.url}"' for name in HOSTS_OF_2022]
    none = [f'{name}_url = ""' for name in ("article", "page", "columns", "fast", "fast_js", "pc")]
    quick = [f'{name.removeprefix("FINEWS_").lower()} = "{text}"' for name, text in QUICK.items()]
    with (news / "finews.toml").open("a") as file:
        file.write("\n".join(["", *hosts, *none, *quick, ""]))
    assert "new 20" in run("crawl", "channel", folder=news)
    assert len(list((news / "data" / "site" / "_posts").iterdir())) == 20
    run("site", "build", folder=news)
    assert (news / "data" / "_site" / "index.html").stat().st_size > 1000
    assert "channel" in run("runs", folder=news)
    assert "finews.toml" in run("config", "--changed", folder=news)
    assert sorted(path.name for path in news.iterdir()) == ["data", "finews.toml"]

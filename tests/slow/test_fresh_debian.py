"""What a new user does, in a fresh Debian: install the wheel, make a folder, crawl, build the site, show the runs.

The upstream is the embedded origin, run by the installed package itself. While it crawls, there is no network but
loopback. ``python -m pytest tests/slow/test_fresh_debian.py`` as root, with debootstrap; otherwise it is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.debian_root import DebianRoot, Within
from tests.support.wheel import build_wheel

USER = "reader"
HOME = f"/home/{USER}"
JEKYLL = ("jekyll", "ruby-jekyll-feed", "ruby-jekyll-sitemap")
ARTICLES = 30
# The loop is no part of what a user does: the origin is started in the background of the same shell.
FIRST_STEPS = f"""
finews init news
cd news
finews origin --articles {ARTICLES} --seed 1 --newest now --port 8000 > ~/origin.txt 2>&1 &
for i in $(seq 600); do ! grep -q FINEWS_MARKET_URL ~/origin.txt || break; sleep 0.1; done
grep -q FINEWS_MARKET_URL ~/origin.txt || {{ cat ~/origin.txt; exit 1; }}
grep '^export' ~/origin.txt > ~/origin.env
. ~/origin.env

finews doctor
finews crawl channel
finews site build
finews runs
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def debian(fresh_debian: DebianRoot, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRoot]:
    """A fresh root with Python, with Jekyll, and with a user who has the wheel."""
    with fresh_debian.copied(tmp_path_factory.mktemp("root")) as root:
        root.install("python3", "python3-venv", "pipx", *JEKYLL)
        root.add_user(USER)
        root.give(wheel, USER)
        yield root


def take_first_steps(root: DebianRoot, programs: str) -> None:
    """Take the first steps with the ``finews`` of the folder *programs*, and look at what they leave."""
    home = root.folder / HOME.strip("/")
    assert not (home / "news").exists()
    path = {"PATH": f"{programs}:/usr/bin:/bin"}
    output = root.run(FIRST_STEPS, Within(USER, HOME, path))
    assert f"new {ARTICLES}" in output
    assert "channel" in output.rpartition("site build:")[2]  # the table of runs
    news = home / "news"
    assert sorted(path.name for path in news.iterdir()) == ["data", "finews.toml"]
    assert len(list((news / "data/site/_posts").glob("*.md"))) == ARTICLES
    # The link is relative, so that it leads to the release from here as well.
    assert (news / "data/_site/index.html").stat().st_size > 1000
    assert (news / "data/_site/search.html").is_file()


def test_with_a_virtual_environment(debian: DebianRoot, wheel: Path, tmp_path: Path) -> None:
    install = f"python3 -m venv finews\nfinews/bin/pip install -q ./{wheel.name}"
    with debian.copied(tmp_path / "root") as root:
        root.run(install, Within(USER, HOME, online=True))
        take_first_steps(root, f"{HOME}/finews/bin")


def test_with_pipx(debian: DebianRoot, wheel: Path, tmp_path: Path) -> None:
    with debian.copied(tmp_path / "root") as root:
        root.run(f"pipx install ./{wheel.name}", Within(USER, HOME, online=True))
        take_first_steps(root, f"{HOME}/.local/bin")

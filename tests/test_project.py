"""The set-up is what it claims: versions pinned and installed as pinned, commands explained, clear refusals."""

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.paths import ROOT

PROJECT = canonicalize_name("finews_crawler")


def lines(path: str) -> list[str]:
    """Lines of a file of the project, without comments and blank lines."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins() -> dict[str, str]:
    named = (line.partition("==") for line in lines("constraints.txt"))
    return {canonicalize_name(name): version for name, _, version in named}


def installed() -> dict[str, metadata.Distribution]:
    """What this Python has in site-packages; not an egg-info left beside the source by another Python."""
    site_packages = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    return {canonicalize_name(found.name): found for found in metadata.distributions(path=site_packages)}


def requirements(found: metadata.Distribution, extras: set[str]) -> Iterator[Requirement]:
    """What `found[extras]` itself asks for in this environment."""
    for requirement in map(Requirement, found.requires or []):
        if not requirement.marker or any(requirement.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield requirement


def needed(name: str, extras: set[str], have: dict[str, metadata.Distribution]) -> set[str]:
    """Everything that `name[extras]` needs in this environment, `name` left out."""
    names: set[str] = set()
    seen: set[str] = set()
    waiting = list(requirements(have[name], extras))
    while waiting:
        requirement = waiting.pop()
        child = canonicalize_name(requirement.name)
        names.add(child)
        if str(requirement) not in seen:
            seen.add(str(requirement))
            waiting += requirements(have[child], requirement.extras)
    return names


def test_everything_installed_is_pinned_and_is_that_version() -> None:
    have = installed()
    if PROJECT not in have:
        pytest.skip(f"{PROJECT} is not installed in this Python; `make test` installs it in .venv and checks it there")
    names = needed(PROJECT, {"test"}, have) - {PROJECT} | {"pip", "setuptools"}
    assert {"scrapy", "twisted", "pytest"} <= names
    pinned = pins()
    wrong = {name: (pinned.get(name), have[name].version) for name in names if pinned.get(name) != have[name].version}
    assert wrong == {}, "name: (constraints.txt, installed)"


def test_the_constraints_are_names_and_exact_versions_only() -> None:
    pin = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.]*")
    assert [line for line in lines("constraints.txt") if not pin.fullmatch(line)] == []
    assert len(pins()) == len(lines("constraints.txt")), "a name is pinned twice"


def run(command: list[str], cwd: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run with no stdin, and without what an outer `make` hands down."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))} | changed
    no_stdin = subprocess.DEVNULL
    return subprocess.run(command, cwd=cwd, env=env, stdin=no_stdin, capture_output=True, text=True, check=False)


def test_every_target_has_a_help_line() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    explained = re.findall(r"^make ([a-z-]+) +\S", run(["make"], ROOT).stdout, re.MULTILINE)
    assert sorted(explained) == sorted(phony.split())
    assert explained == re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)


def test_ci_is_executable() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)


def command(machine: Path, name: str, script: str) -> None:
    (machine / "bin" / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (machine / "bin" / name).chmod(0o755)


def python(machine: Path, version: str, *, new_enough: bool = True, venv: bool = True) -> None:
    """A `python3` that answers the three questions set-up asks of it."""
    old, bare = int(not new_enough), int(not venv)
    answers = f"*print*) echo {version};; *version_info*) exit {old};; *ensurepip*) exit {bare};;"
    command(machine, "python3", f'case "$2" in {answers} esac')


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout with nothing in its PATH but what a test puts into `bin`, and a user who may not install packages."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "tools/setup.sh", tmp_path / "tools")
    (tmp_path / "bin/dirname").symlink_to(shutil.which("dirname") or "")
    command(tmp_path, "id", "echo 1000")
    command(tmp_path, "apt-get", "echo apt-get was called; exit 1")
    return tmp_path


def refusal(machine: Path, purpose: str) -> str:
    """The one line with which set-up gives up."""
    done = run(["/bin/sh", "tools/setup.sh", purpose], machine, PATH=str(machine / "bin"), PYTHON="python3")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


def test_no_python_is_named(machine: Path) -> None:
    assert refusal(machine, "run") == "setup: python3 is missing. Install and try again: sudo apt-get install python3"


def test_an_old_python_is_named(machine: Path) -> None:
    python(machine, "3.9.18", new_enough=False)
    line = refusal(machine, "run")
    assert line == "setup: Python 3.11 or newer is needed and python3 is 3.9.18. Name another: make PYTHON=python3.12"


def test_a_python_without_venv_is_named_with_the_command(machine: Path) -> None:
    python(machine, "3.11.2", venv=False)
    line = refusal(machine, "run")
    assert line == "setup: missing: python3-venv. Install and try again: sudo apt-get install python3-venv"


# Commands can be hidden from set-up, a library cannot.
LIBRARY = "" if any(Path("/usr/lib").glob("*/libatomic.so.1")) else "libatomic1 "
TO_TEST = f"jekyll ruby-jekyll-feed ruby-jekyll-sitemap chromium {LIBRARY}fonts-wqy-microhei"


def test_what_tests_need_is_needed_only_to_test_and_all_that_lacks_is_named_at_once(machine: Path) -> None:
    python(machine, "3.11.2", venv=False)
    lacking = f"python3-venv {TO_TEST}"
    told = f"setup: missing: {lacking}. Install and try again: sudo apt-get install {lacking}"
    assert refusal(machine, "test") == told


def test_a_sudo_that_asks_for_a_password_is_not_used(machine: Path) -> None:
    python(machine, "3.11.2")
    command(machine, "sudo", "exit 1")
    told = f"setup: missing: {TO_TEST}. Install and try again: sudo apt-get install {TO_TEST}"
    assert refusal(machine, "test") == told

"""Set-up: pinned versions, documented make targets, and clear errors."""

import os
import re
import shutil
import subprocess
import sys
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
    """Return the lines of a project file without comments and blank lines."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins() -> dict[str, str]:
    named = (line.partition("==") for line in lines("constraints.txt"))
    return {canonicalize_name(name): version for name, _, version in named}


def installed() -> dict[str, metadata.Distribution]:
    """Return the packages in site-packages, without an egg-info beside the source."""
    site_packages = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    return {canonicalize_name(found.name): found for found in metadata.distributions(path=site_packages)}


def requirements(found: metadata.Distribution, extras: set[str]) -> Iterator[Requirement]:
    """Return the direct requirements of `found[extras]` in this environment."""
    for requirement in map(Requirement, found.requires or []):
        if not requirement.marker or any(requirement.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield requirement


def needed(name: str, extras: set[str], have: dict[str, metadata.Distribution]) -> set[str]:
    """Return all requirements of `name[extras]` in this environment, without `name`."""
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


def test_every_installed_package_has_its_pinned_version() -> None:
    have = installed()
    if PROJECT not in have:
        pytest.skip(f"{PROJECT} is not installed in this Python; `make test` installs it in .venv and checks it there")
    names = needed(PROJECT, {"test"}, have) - {PROJECT} | {"pip", "setuptools"}
    assert {"scrapy", "twisted", "pytest"} <= names
    pinned = pins()
    wrong = {name: (pinned.get(name), have[name].version) for name in names if pinned.get(name) != have[name].version}
    assert wrong == {}, "name: (constraints.txt, installed)"


def test_constraints_are_exact_versions() -> None:
    pin = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.]*")
    assert [line for line in lines("constraints.txt") if not pin.fullmatch(line)] == []
    assert len(pins()) == len(lines("constraints.txt")), "a name is pinned twice"


def run(command: list[str], cwd: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run without stdin and without the variables of an outer `make`."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))} | changed
    no_stdin = subprocess.DEVNULL
    return subprocess.run(command, cwd=cwd, env=env, stdin=no_stdin, capture_output=True, text=True, check=False)


def test_every_make_target_has_a_help_line() -> None:
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


def python(
    machine: Path, version: str, *, new_enough: bool = True, venv: bool = True, name: str = "python3", base: str = ""
) -> None:
    """Create a `python3` that responds to the four checks of set-up; *base*: the Python that made its environment."""
    old, bare = int(not new_enough), int(not venv)
    answers = f"*base_prefix*) printf %s '{base}';; *print*) echo {version};; *version_info*) exit {old};;"
    command(machine, name, f'case "$2" in {answers} *ensurepip*) exit {bare};; esac')


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout whose PATH is only `bin`, with a user who cannot install packages."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "tools/setup.sh", tmp_path / "tools")
    (tmp_path / "bin/dirname").symlink_to(shutil.which("dirname") or "")
    command(tmp_path, "id", "echo 1000")
    command(tmp_path, "apt-get", "echo apt-get was called; exit 1")
    return tmp_path


def refusal(machine: Path, purpose: str) -> str:
    """Return the single line of a failed set-up."""
    done = run(["/bin/sh", "tools/setup.sh", purpose], machine, PATH=str(machine / "bin"), PYTHON="python3")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


def test_setup_names_a_missing_python(machine: Path) -> None:
    assert refusal(machine, "run") == "setup: python3 is missing. Install and try again: sudo apt-get install python3"


def test_setup_names_an_old_python(machine: Path) -> None:
    python(machine, "3.9.18", new_enough=False)
    line = refusal(machine, "run")
    assert line == "setup: Python 3.11 or newer is needed and python3 is 3.9.18. Name another: make PYTHON=python3.12"


def test_setup_names_the_package_of_a_missing_venv_module(machine: Path) -> None:
    python(machine, "3.11.2", venv=False)
    line = refusal(machine, "run")
    assert line == "setup: missing: python3-venv. Install and try again: sudo apt-get install python3-venv"


def test_setup_in_an_activated_environment_uses_the_python_that_made_it(machine: Path) -> None:
    python(machine, "3.11.2", base=str(machine / "bin/python3.11"))
    python(machine, "3.11.2", venv=False, name="python3.11")
    line = refusal(machine, "run")
    assert line == "setup: missing: python3.11-venv. Install and try again: sudo apt-get install python3.11-venv"


VENV_WITHOUT_PIP = """
import os, sys
if __name__ == "__main__":
    os.makedirs(".venv/bin")
    open(".venv/pyvenv.cfg", "w").write(f"home = {os.path.dirname(sys.executable)}")
    for name in ("python", "python3"):
        os.symlink(sys.executable, f".venv/bin/{name}")
"""
"""The module ``venv``, in a hundredth of the time."""


def test_setup_leaves_the_environment_in_which_it_is_run(tmp_path: Path) -> None:
    for name in ("tools/setup.sh", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "quick/pip").mkdir(parents=True)
    for name in ("__init__", "__main__"):
        (tmp_path / f"quick/pip/{name}.py").write_text("")  # installs nothing
    (tmp_path / "quick/venv.py").write_text(VENV_WITHOUT_PIP)
    base, path = Path(sys.base_prefix) / "bin", os.environ["PATH"]
    for bins, made in ((base, True), (tmp_path / ".venv/bin", False), (base, False)):
        done = run(
            ["/bin/sh", "tools/setup.sh", "run"],
            tmp_path,
            PATH=f"{bins}:{path}",
            PYTHON="python3",
            PYTHONPATH=str(tmp_path / "quick"),
        )
        assert (done.returncode, "making .venv" in done.stdout) == (0, made), done.stderr


# Commands can be hidden from set-up, libraries cannot.
LIBRARY = "" if any(Path("/usr/lib").glob("*/libatomic.so.1")) else "libatomic1 "
TO_TEST = f"jekyll ruby-jekyll-feed ruby-jekyll-sitemap redis-server rsync chromium {LIBRARY}fonts-wqy-microhei"


def test_setup_for_tests_names_all_missing_packages_at_once(machine: Path) -> None:
    python(machine, "3.11.2", venv=False)
    lacking = f"python3-venv {TO_TEST}"
    told = f"setup: missing: {lacking}. Install and try again: sudo apt-get install {lacking}"
    assert refusal(machine, "test") == told


def test_setup_does_not_use_a_sudo_that_asks_for_a_password(machine: Path) -> None:
    python(machine, "3.11.2")
    command(machine, "sudo", "exit 1")
    told = f"setup: missing: {TO_TEST}. Install and try again: sudo apt-get install {TO_TEST}"
    assert refusal(machine, "test") == told

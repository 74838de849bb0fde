"""Programs under test: this checkout, an earlier commit, and the peers, each with a Python environment of its own.

What takes long to make is kept in ``build/bench``, or in the folder that BENCH_CACHE names.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.measure import BenchmarkError, Cost, run
from tests.benchmarks.profiles import shares
from tests.benchmarks.report import ROOT

CACHE = Path(os.environ.get("BENCH_CACHE", ROOT / "build" / "bench")).resolve()
PEERS = Path(__file__).parent / "peers"
BASELINE = "076aed8"
"""The commit before the work on speed."""
HOSTS = "from finews_crawler.config.model import HOST_SETTINGS; print(*HOST_SETTINGS)"
FIRST_HOSTS = ("FINEWS_SHARE_URL", "FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL", "FINEWS_ARCHIVE_URL")
"""Hosts that every commit knows: those of 2022."""
UNKNOWN_REVISION = "{} is not in this clone: git fetch --unshallow, or name another commit with --baseline"


@dataclass(frozen=True)
class Tree:
    """A checkout, and the Python that runs it."""

    name: str
    root: Path
    python: Path
    hosts: tuple[str, ...]
    options: tuple[str | Path, ...] = ()
    """Of Python."""

    def scrapy(self, *arguments: str | Path, **environment: str | Path) -> Cost:
        """Run a ``scrapy`` command in the checkout. Raises BenchmarkError."""
        named = {name: str(value) for name, value in environment.items()}
        return run([self.python, *self.options, "-m", "scrapy", *arguments], cwd=self.root, environment=named)

    def finews(self, *arguments: str | Path, **environment: str | Path) -> Cost:
        """Run a command as users do: with ``finews``, in an earlier commit with ``scrapy``. Raises BenchmarkError."""
        if not (self.root / "finews_crawler" / "__main__.py").exists():
            return self.scrapy(*arguments, **environment)
        named = {name: str(value) for name, value in environment.items()}
        return run([self.python, *self.options, "-m", "finews_crawler", *arguments], cwd=self.root, environment=named)

    def at(self, url: str) -> dict[str, str]:
        """Return the settings that direct requests to *url*: the hosts of 2022 are there, and no others are set."""
        return {**dict.fromkeys(self.hosts, ""), **dict.fromkeys(FIRST_HOSTS, url)}

    def fingerprint(self) -> str:
        """Return a name of the package's files as they are, for results that depend on nothing else."""
        files = sorted((self.root / "finews_crawler").rglob("*.py"))
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def ours() -> Tree:
    return _tree("ours", ROOT, Path(sys.executable))


def profile_of(work: Callable[[Tree], object]) -> str:
    """Return the largest shares, in words, of the last ``scrapy`` command that *work* runs with this checkout."""
    with tempfile.TemporaryDirectory() as folder:
        stats = Path(folder, "stats")
        work(replace(ours(), options=("-m", "cProfile", "-o", stats)))
        return shares(stats)


def earlier(revision: str) -> Tree:
    """Return a commit as ``git archive`` has it, with the versions of its own constraints."""
    name = subprocess.run(
        ["git", "rev-parse", "--short", f"{revision}^{{commit}}"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    if name.returncode:
        raise BenchmarkError(UNKNOWN_REVISION.format(revision))
    root = CACHE / f"tree-{name.stdout.strip()}"
    if not root.is_dir():
        made = root.with_suffix(".part")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", revision], cwd=ROOT, stdout=subprocess.PIPE, check=True)
        subprocess.run(["tar", "-x", "-C", made], input=archive.stdout, check=True)
        made.rename(root)
    return _tree(root.name, root, environment(root.name, "-c", root / "constraints.txt", "-e", f"{root}[parquet,warc]"))


def peers() -> Path:
    """Return the Python of the peers."""
    requirements = PEERS / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:8]
    return environment(f"peers-{digest}", "-r", requirements)


def environment(name: str, *install: str | Path) -> Path:
    """Return the Python of a virtual environment, made with ``pip install`` if it is not there."""
    folder = CACHE / f"venv-{name}"
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.exists():
        print(f"making {folder} (once)", file=sys.stderr, flush=True)
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q", *install])
        ready.touch()
    return python


def _tree(name: str, root: Path, python: Path) -> Tree:
    listed = subprocess.run([python, "-c", HOSTS], check=False, cwd=root, capture_output=True, text=True)
    return Tree(name, root, python, tuple(listed.stdout.split()) or FIRST_HOSTS)

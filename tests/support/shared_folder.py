"""Folders that are expensive to make: one for all workers of a test run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def shared_folder(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]) -> Path:
    """Return the folder *name* of this test run, which *fill* has filled once. Tests must not change it.

    The first worker that needs it fills it under another path and then renames it, so its content must not depend on
    its path. The others wait.
    """
    base = factory.getbasetemp()
    # Each worker of xdist has a folder of its own in the one that they share.
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = factory.mktemp(f"{name}-unfinished")
            fill(unfinished)
            unfinished.rename(folder)
    return folder

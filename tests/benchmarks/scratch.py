"""Folders of the runs: none is removed before all benchmarks of a ``make bench`` have ended.

ext4 without a journal, as many virtual machines have it, does not use an inode again for a minute after its deletion,
and for five more while the deletion is not on disk yet; each creation of a file walks over all such inodes
(``recently_deleted`` in Linux's fs/ext4/ialloc.c). Once the 4,000 files of a run were deleted, creating a file takes
150 to 600 µs of system time instead of 22 µs: each run would be charged for the one before it.

Other programs delete files, too. So each folder of a run is the top of a hierarchy (``chattr +T``): ext4 gives it a
group of inodes away from those of its neighbours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.trees import CACHE

OWNER = "BENCH_OWNER"
"""Environment variable: process id of ``make bench``, which removes the folders after its last benchmark."""
SCRATCH = CACHE / "scratch"


def new_folder() -> Path:
    """Return an empty folder, kept until ``remove``."""
    parent = SCRATCH / os.environ.get(OWNER, f"{os.getpid()}")
    if not parent.is_dir():
        parent.mkdir(parents=True)
        _spread(parent)
    return Path(tempfile.mkdtemp(dir=parent))


def _spread(parent: Path) -> None:
    """Have the folders in *parent* spread over the disk, where its file system is ext4."""
    if chattr := shutil.which("chattr"):
        subprocess.run([chattr, "+T", parent], check=False, capture_output=True)


def remove_own() -> None:
    """Remove the folders of this process, and what stopped ones have left, unless ``make bench`` will."""
    if OWNER not in os.environ:
        remove(os.getpid())


def remove(owner: int) -> None:
    """Remove the folders of *owner*, and those of processes that have ended."""
    for folder in SCRATCH.glob("*"):
        if folder.name == f"{owner}" or not Path("/proc", folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    remove(int(os.environ[OWNER]))

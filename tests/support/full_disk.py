"""A small real disk: a tmpfs in its own mount namespace, invisible outside."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.scrapy_command import Scrapy

# Root needs no user namespace; other users become root of one if the system allows it.
UNSHARE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")
ENTER = ("nsenter",) if os.geteuid() == 0 else ("nsenter", "--user", "--preserve-credentials")


@cache
def why_not() -> str:
    """Return the reason for which no small disk is possible here, '' if it is."""
    command = [*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        done = subprocess.run(command, text=True, capture_output=True, check=False)
    except OSError as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or f"status {done.returncode}"


@dataclass
class SmallDisk:
    """A mounted disk; ``holder`` is the process that owns its namespace."""

    holder: subprocess.Popen[str]
    mounted_at: Path

    @property
    def seen(self) -> Path:
        """Path of the disk for processes outside its namespace."""
        return Path(f"/proc/{self.holder.pid}/root{self.mounted_at}")

    def __call__(self, scrapy: Scrapy) -> Scrapy:
        """Return *scrapy* with its data directory on the disk."""
        enter = (*ENTER, f"--mount=/proc/{self.holder.pid}/ns/mnt", f"--wd={ROOT}")
        if os.geteuid() != 0:
            enter += (f"--target={self.holder.pid}",)
        return replace(scrapy.into(self.mounted_at / "data"), prefix=enter)

    def resize(self, kilobytes: int, scrapy: Scrapy) -> None:
        """Resize the disk; its content stays."""
        command = [*self(scrapy).prefix, "mount", "-o", f"remount,size={kilobytes}k", "none", str(self.mounted_at)]
        subprocess.run(command, check=True)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[SmallDisk]:
    """Mount a disk at *folder* during the block; skip the test if the system does not allow it."""
    if why_not():
        pytest.skip(f"no tmpfs can be mounted in a namespace here: {why_not()}")
    folder.mkdir(parents=True)
    # The shell becomes cat, which ends when our end of its pipe is closed, even if we are killed.
    script = f'mount -t tmpfs -o size={kilobytes}k none "$0" && echo mounted && exec cat'
    with subprocess.Popen(
        [*UNSHARE, "sh", "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mounted\n"
        try:
            yield SmallDisk(holder, folder)
        finally:
            assert holder.stdin is not None
            holder.stdin.close()
            holder.wait(timeout=10)

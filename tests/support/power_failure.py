"""A real file system in an image, and a power failure: what is not on the disk is lost."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MEGABYTES = 320
"""mkfs.xfs makes none below 300."""
SHUTDOWN = 0x8004587D
"""FS_IOC_SHUTDOWN: the file system writes nothing more (linux/fs.h; before, XFS_IOC_GOINGDOWN)."""
WITHOUT_LOG = 2
"""Not even its log."""
MAKE = {
    "ext4": ("mkfs.ext4", "-q", "-F"),
    "ext4 without a journal": ("mkfs.ext4", "-q", "-F", "-O", "^has_journal"),
    "xfs": ("mkfs.xfs", "-q", "-f"),
    "btrfs": ("mkfs.btrfs", "-q", "-f"),
}


@dataclass(frozen=True)
class Disk:
    """A file system in *image*, mounted at *at*."""

    image: Path
    at: Path
    kind: str

    @property
    def failed(self) -> Path:
        """The image at the failure.

        It is mounted in the place of *image*, since a mount namespace that another program has made meanwhile may keep
        that one mounted: to mount it again gives the file system that was shut down, and each read of it is an error.
        """
        return self.image.with_suffix(".failed")

    def fail(self) -> None:
        """Let nothing more be written, as if the power had failed."""
        descriptor = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", WITHOUT_LOG))
        except OSError as error:
            if error.errno != errno.ENOTTY:  # btrfs of most kernels
                raise
        finally:
            os.close(descriptor)
        run("cp", "--sparse=always", self.image, self.failed)

    def mount(self) -> None:
        # XFS refuses a second file system of one UUID, while the first may still be mounted somewhere.
        options = "loop,nouuid" if self.kind == "xfs" else "loop"
        run("mount", "-o", options, self.failed if self.failed.exists() else self.image, self.at)

    def unmount(self) -> None:
        run("umount", self.at)


@contextmanager
def mounted_disk(folder: Path, kind: str) -> Iterator[Disk]:
    """Mount a new file system below *folder* during the block; skip the test if the system does not allow it."""
    make = MAKE[kind]
    if os.geteuid() != 0 or shutil.which(make[0]) is None:
        pytest.skip(f"needs root and {make[0]}")
    disk = Disk(folder / "image", folder / "disk", kind)
    disk.at.mkdir(parents=True)
    with disk.image.open("wb") as image:
        image.truncate(MEGABYTES << 20)
    run(*make, disk.image)
    try:
        disk.mount()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no {kind} can be mounted here: {getattr(error, 'stderr', '').strip() or error}")
    try:
        yield disk
    finally:
        disk.unmount()


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)

"""An rsync daemon of a test, on a free port of loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.daemons import wait_for_port
from tests.support.ports import free_port

LOOPBACK = "127.0.0.1"
NEEDS_RSYNC = pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed: apt-get install rsync")


@contextmanager
def running_rsync(folder: Path, served: Path) -> Iterator[str]:
    """Serve *served* as the module ``site`` until the end of the block; *folder* takes the configuration."""
    port, configuration = free_port(), folder / "rsyncd.conf"
    user = f"uid = {os.getuid()}\ngid = {os.getgid()}\n"
    module = f"[site]\npath = {served}\nread only = no\nuse chroot = no\n"
    configuration.write_text(f"{user}{module}", "utf-8")
    options = (f"--port={port}", f"--address={LOOPBACK}", f"--config={configuration}", f"--log-file={folder / 'log'}")
    daemon = subprocess.Popen(["rsync", "--daemon", "--no-detach", *options], stdin=subprocess.DEVNULL)
    try:
        wait_for_port(port, daemon)
        yield f"rsync://{LOOPBACK}:{port}/site"
    finally:
        daemon.kill()
        daemon.wait()

"""A network and mount namespace of its own (Linux, as root), in which host names lead to an address of the tests.

It has only a loopback interface, and no way out. Processes in it are therefore started without the tests' network
guard, which would refuse every name and address but loopback: the namespace is the stronger guard, and holds for
programs that are not Python, too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.paths import ROOT

ADDRESS = "1.2.3.4"
"""A globally routable address, as the public names of a site have; in the namespace it is one of loopback's."""
SETUP = f"""
set -e
ip link set lo up
ip addr add {ADDRESS}/32 dev lo
mount --bind "$0" /etc/hosts
echo ready
exec timeout 900 cat
"""
"""Ends, and the namespace with it, when its standard input is closed: with the tests, however they end."""
SECONDS_TO_END = 30
LONGEST = "600"
"""Time limit of a process in the namespace, in seconds."""
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR")
READY = b"ready"


@dataclass(frozen=True)
class NetworkNamespace:
    """A running namespace, by the id of the process that holds it."""

    pid: int

    @property
    def prefix(self) -> tuple[str, ...]:
        """Return the beginning of a command line that runs in the namespace, in the folder of the checkout."""
        return ("nsenter", f"--target={self.pid}", "--net", "--mount", f"--wd={ROOT}")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a Python process with pipes for standard input and output."""
        command = ["timeout", LONGEST, *self.prefix, sys.executable, *arguments]
        return subprocess.Popen(command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def environment(**variables: str) -> dict[str, str]:
    """Return an environment without settings of this package, a proxy, and the network guard in PYTHONPATH."""
    return {**_kept(os.environ), **variables}


def _kept(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: variables[name] for name in KEPT_VARIABLES if name in variables}


@contextmanager
def network_namespace(names: Iterable[str], folder: Path) -> Iterator[NetworkNamespace]:
    """Hold a namespace in which each of *names* has ADDRESS. Skips the test where none can be made.

    *folder*: where the hosts file goes.
    """
    hosts = folder / "hosts"
    hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{ADDRESS} {name}\n" for name in names), encoding="utf-8")
    command = ["unshare", "--net", "--mount", "--", "sh", "-c", SETUP, str(hosts)]
    try:
        pipe = subprocess.PIPE
        holder = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
    except FileNotFoundError as error:
        pytest.skip(f"a network namespace needs unshare (util-linux, Linux): {error}")
    try:
        assert holder.stdout is not None
        assert holder.stderr is not None
        if holder.stdout.readline().strip() != READY:
            reason = holder.stderr.read().decode(errors="replace").strip()
            pytest.skip(f"no network namespace can be made here, which needs root and iproute2: {reason}")
        yield NetworkNamespace(holder.pid)
    finally:
        holder.communicate(timeout=SECONDS_TO_END)

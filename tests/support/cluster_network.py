"""Network namespaces for a cluster (Linux, as root): one for the servers, and one for each worker, linked by a bridge.

The outer namespace has no way out, so that servers may bind to the address of its bridge: nothing else reaches it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.support.network_namespace import SECONDS_TO_END

INSIDE = "CRAWLER_TESTS_INSIDE"
NETWORK = "10.77.0.0/24"
ADDRESS = "10.77.0.1"
"""Of the bridge: the servers and the coordinator."""
LOOPBACK = "127.0.0.1"
BRIDGE = f"ip link set lo up && ip link add br0 type bridge && ip addr add {ADDRESS}/24 dev br0 && ip link set br0 up"
OUTER = ("unshare", "--net", "--", "sh", "-c", f'{BRIDGE} && exec "$@"', "sh")


@dataclass(frozen=True)
class WorkerHost:
    """The machine of a worker: a namespace of its own, or this one."""

    address: str = LOOPBACK
    prefix: tuple[str, ...] = ()
    """Beginning of a command line that runs in it."""
    link: str = ""

    def connect(self, *, is_up: bool) -> None:
        """Plug or unplug its cable. Only where it has a namespace."""
        _ip("link", "set", self.link, "up" if is_up else "down")


@dataclass
class ClusterNetwork:
    """The network of a cluster: loopback, or a bridge with a link to each worker."""

    address: str = LOOPBACK
    """Of the servers."""
    _holders: ExitStack = field(default_factory=ExitStack, repr=False)

    @property
    def has_namespaces(self) -> bool:
        return self.address != LOOPBACK

    @property
    def settings(self) -> dict[str, str]:
        """Settings of the commands that request from ``address``."""
        return {"FINEWS_ALLOWED_NETWORKS": NETWORK} if self.has_namespaces else {}

    def worker_host(self, number: int) -> WorkerHost:
        """Return the machine of a worker; *number*: from 0."""
        if not self.has_namespaces:
            return WorkerHost()
        pid = self._holders.enter_context(_namespace())
        link, address = f"worker{number}", f"10.77.0.{10 + number}"
        _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
        _ip("link", "set", link, "master", "br0", "up")
        prefix = ("nsenter", f"--target={pid}", "--net", "--")
        for words in ("link set lo up", f"addr add {address}/24 dev eth0", "link set eth0 up"):
            subprocess.run([*prefix, "ip", *words.split()], check=True)
        return WorkerHost(address, prefix, link)


def enter_namespace(module: str) -> None:
    """Start this program, ``python -m MODULE``, again in a namespace of its own, if one can be made."""
    if INSIDE in os.environ:
        return
    try:
        tried = subprocess.run([*OUTER, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        sys.stdout.write(f"without network namespaces: {error}\n")
        return
    if tried.returncode:
        sys.stdout.write(f"without network namespaces: {tried.stderr.strip()}\n")
        return
    environment = {**os.environ, INSIDE: "1"}
    os.execvpe(OUTER[0], [*OUTER, sys.executable, "-m", module, *sys.argv[1:]], environment)


@contextmanager
def cluster_network() -> Iterator[ClusterNetwork]:
    """Yield the network in which this program runs."""
    with ExitStack() as holders:
        yield ClusterNetwork(ADDRESS if INSIDE in os.environ else LOOPBACK, holders)


@contextmanager
def _namespace() -> Iterator[int]:
    """Hold a network namespace; yield the id of a process in it, which ends with this one."""
    holder = subprocess.Popen(
        ["unshare", "--net", "--", "sh", "-c", "echo; exec cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield holder.pid
    finally:
        holder.communicate(timeout=SECONDS_TO_END)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)

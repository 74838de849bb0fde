"""A fresh Debian in a folder, made by debootstrap: what is essential, and nothing of this machine.

Commands run in it by chroot, in namespaces of their own: what they start ends with them, and what they mount is
unmounted. Some have the network, to install packages, others only a loopback device. How this machine reaches Debian's
packages and the index of pip (proxies, certificates, other indexes) is passed to the first, and written to no file of
the project.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.shared_folder import shared_folder

MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
SUITE = "bookworm"
LONGEST = 1800
"""Time limit of a command, in seconds."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAMS = ("debootstrap", "unshare", "chroot", "ip")
CERTIFICATES = "/run/registry.pem"
# Not of configuration on the disk of this machine (find-links, constraints, indexes in folders).
OF_PIP = re.compile(r"^(?:global|:env:)\.(index-url|extra-index-url|trusted-host|proxy)='(.*)'$", re.MULTILINE)
OF_APT = re.compile(r'^Acquire::(?:http::Proxy|https::Proxy|Check-Valid-Until|Check-Date) ".*";$', re.MULTILINE)
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@dataclass(frozen=True)
class Within:
    """How a command runs in a root."""

    user: str = "root"
    folder: str = "/"
    environment: Mapping[str, str] = field(default_factory=dict)
    online: bool = False
    """With the network of this machine; otherwise with a loopback device of its own."""
    shell: str = "/bin/sh"
    volumes: Mapping[str, Path] = field(default_factory=dict)
    """Folders of this machine by their paths in the root."""
    is_read_only: bool = False
    """But for the volumes, ``/tmp`` and ``/run``."""


ONLINE = Within(online=True)


@dataclass(frozen=True)
class DebianRoot:
    """The root folder of a Debian."""

    folder: Path

    def run(self, script: str, within: Within = Within()) -> str:
        """Run a shell script in the root; return its output. Fails the test for an exit status other than 0."""
        given = {"PATH": PATH, "HOME": "/root" if within.user == "root" else f"/home/{within.user}", "LANG": "C.UTF-8"}
        given |= {**(registry_environment() if within.online else {}), **within.environment}
        variables = [f"{name}={value}" for name, value in given.items()]
        namespaces = ["--mount", "--pid", "--fork", "--kill-child", *(() if within.online else ("--net",))]
        inside = ["chroot", f"--userspec={within.user}", str(self.folder), "/usr/bin/env", "-i", *variables]
        inside += [within.shell, "-euc", f"cd '{within.folder}'\n{script}"]
        done = subprocess.run(
            ["unshare", *namespaces, "/bin/sh", "-euc", f'{self._mounts(within)}\nexec "$@"', "sh", *inside],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, f"status {done.returncode}\n{script}\n{done.stdout[-5000:]}"
        return done.stdout

    def _mounts(self, within: Within) -> str:
        """Return the commands that mount what the root needs, in a namespace in which nothing else sees it."""
        root = shlex.quote(str(self.folder))
        lines = [] if within.online else ["ip link set lo up"]
        if within.is_read_only:
            lines += [f"mount --bind {root} {root}", f"mount -o remount,bind,ro {root}"]
            lines += [f"mount -t tmpfs tmpfs {root}/{name}" for name in ("tmp", "run")]
        lines += [f"mount -t proc proc {root}/proc"]
        volumes = within.volumes.items()
        lines += [f"mount --bind {shlex.quote(str(source))} {root}/{path.strip('/')}" for path, source in volumes]
        return "\n".join(lines)

    def install(self, *packages: str) -> None:
        """Install Debian packages as a user of Debian would. Skips the test if there is no mirror."""
        try:
            self.run("apt-get -qq update", ONLINE)
        except AssertionError as error:
            pytest.skip(f"a fresh Debian root needs a mirror of Debian's packages: {str(error)[-500:]}")
        command = f"DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends {' '.join(packages)}"
        self.run(command, ONLINE)

    def add_user(self, name: str) -> Path:
        """Make a user; return the path of the home folder outside of the root."""
        self.run(f"useradd --create-home {name}")
        return self.folder / "home" / name

    def give(self, file: Path, user: str) -> None:
        """Copy a file, or a folder, to the home folder of *user*."""
        target = self.folder / "home" / user / file.name
        if file.is_dir():
            shutil.copytree(file, target)
        else:
            shutil.copy(file, target)
        self.run(f"chown -R {user}: /home/{user}")

    @contextmanager
    def copied(self, folder: Path) -> Iterator[DebianRoot]:
        """Yield another root in *folder*, as this one is now. It is removed after the block, since it is large."""
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", "--reflink=auto", f"{self.folder}/.", str(folder)], check=True)
        try:
            yield DebianRoot(folder)
        finally:
            shutil.rmtree(folder)


def require_debootstrap() -> None:
    """Skip the test, with the reason, where no root can be made."""
    if os.geteuid() != 0:
        pytest.skip("a fresh Debian root needs debootstrap and chroot, which need root: run this test as root")
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        pytest.skip(f"a fresh Debian root needs {', '.join(missing)}: apt-get install debootstrap util-linux iproute2")

    probe = ["unshare", "--mount", "--pid", "--net", "--fork", "true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("a fresh Debian root needs namespaces (unshare), which this machine refuses")


def make_root(folder: Path, suite: str = SUITE) -> None:
    """Make a fresh root in *folder*. Skips the test if there is no mirror."""
    command = ["debootstrap", "--variant=minbase", suite, str(folder), MIRROR]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        pytest.skip(f"a fresh Debian root needs a mirror: debootstrap: {done.stdout[-500:]}{done.stderr[-500:]}")
    folder.chmod(0o755)  # pytest makes it for its own user alone, and not every debootstrap changes that
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", folder / "etc" / name)
    (folder / "etc/apt/apt.conf.d/00-this-machine").write_text(apt_configuration(), "utf-8")
    if certificates := os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"):
        shutil.copy(certificates, folder / CERTIFICATES.lstrip("/"))


def apt_configuration() -> str:
    """Return the proxies of this machine's apt, and whether it checks dates."""
    dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    return "".join(f"{line}\n" for line in OF_APT.findall(dumped))


def registry_environment() -> dict[str, str]:
    """Return the variables with which pip reaches the indexes of this machine, but for those on its disk."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = OF_PIP.findall(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = {name: " ".join(url for url in value.split() if not url.startswith("file:")) for name, value in listed}
    given = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in found.items() if value}
    given |= {name: os.environ[name] for name in PROXIES if name in os.environ}
    if os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"):
        given["PIP_CERT"] = CERTIFICATES
    return {**given, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}


@pytest.fixture(scope="session")
def fresh_debian(tmp_path_factory: pytest.TempPathFactory) -> DebianRoot:
    """A root that tests copy, and do not change."""
    require_debootstrap()
    return DebianRoot(shared_folder(tmp_path_factory, "fresh-debian", make_root))

"""Server process with what ``scrapy`` and ``finews`` import: each command is a fork of it (see ``fork_client.py``)."""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import random
import select
import shutil
import signal
import socket
import sys
import threading
import time
import warnings
from functools import cache
from pathlib import Path

import scrapy.cmdline
from scrapy.exceptions import ScrapyDeprecationWarning

from finews_crawler.content.slug import slug
from tests.support.kill_points import KILL_AFTER, Fuse
from tests.support.simulated_clock import set_clock

# As in a new process: see SCRAPY in scrapy_command.py.
warnings.simplefilter("error", ScrapyDeprecationWarning)

READ_FROM_THE_ENVIRONMENT = ("finews_crawler.settings",)
"""Modules that each command imports itself, because they read its environment."""
PACKAGES = ("finews_crawler", "scrapy.commands", "scrapy.downloadermiddlewares", "scrapy.spidermiddlewares")
BESIDES = (
    "scrapy.cmdline",
    "scrapy.core.downloader.contextfactory",
    "scrapy.core.engine",
    "scrapy.core.scheduler",
    "scrapy.dupefilters",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.memusage",
    "scrapy.extensions.remote_control",
    "scrapy.extensions.telnet",
    "scrapy.logformatter",
    "scrapy.pqueues",
    "scrapy.squeues",
    "scrapy.statscollectors",
    "twisted.internet.asyncioreactor",
)


def import_all() -> None:
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in READ_FROM_THE_ENVIRONMENT:
                importlib.import_module(module.name)
    for name in BESIDES:
        importlib.import_module(name)
    assert "twisted.internet.reactor" not in sys.modules, "a reactor is not to be shared"
    assert not set(READ_FROM_THE_ENVIRONMENT) & set(sys.modules)


def fill_caches() -> None:
    """Do once what takes each command a quarter of its CPU time, and is the same in all of them."""
    slug("证券时报")  # reads the table of pinyin
    scrapy.cmdline.entry_points = cache(scrapy.cmdline.entry_points)
    scrapy.cmdline.entry_points(group="scrapy.commands")  # reads the metadata of every installed package


def serve(address: str, worker: int) -> None:
    """Fork for each connection; return in the forks only, as the requested command."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        # Under its name only when it listens: a client that connected in between would be refused.
        listening.bind(f"{address}.new")
        listening.listen()
        Path(f"{address}.new").rename(address)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the forks are not waited for here
        while os.getppid() == worker:
            if not select.select([listening], [], [], 1)[0]:
                continue
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                watch(connection)
                return
            connection.close()
    shutil.rmtree(Path(address).parent)
    sys.exit()


def watch(connection: socket.socket) -> None:
    """Start the command, send its process id and then its exit status; return in the command only."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, fds, _, _ = socket.recv_fds(connection, 10, 4)
    pid = os.fork()
    if pid == 0:
        connection.close()
        become(*fds)
        return
    connection.send(str(pid).encode())
    _, ended = os.waitpid(pid, 0)
    connection.send(str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def become(request: int, *streams: int) -> None:
    """Adopt the environment, arguments and standard streams of a command."""
    with os.fdopen(request) as file:
        asked = json.load(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.path[:0] = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in sys.path]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)), "utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), "utf-8")
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), "utf-8", "backslashreplace", line_buffering=True
    )
    sys.argv = [asked["program"], *asked["arguments"]]
    os.chdir(asked["folder"])
    random.seed()
    set_clock()
    if KILL_AFTER in os.environ:
        Fuse(int(os.environ[KILL_AFTER])).lay()


def end_quickly(status: object) -> None:
    """Exit as an interpreter does, without its teardown, which takes longer than most commands.

    Returns if the interpreter has to report something: unwritable output, or a status that is a message.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    if status is None or isinstance(status, int):
        os._exit(status or 0)


import_all()
fill_caches()
gc.collect()
gc.freeze()  # a fork whose collector visits these objects would copy them
serve(sys.argv[1], int(sys.argv[2]))
from scrapy.cmdline import execute  # noqa: E402 (in the forks)

from finews_crawler.__main__ import main  # noqa: E402 (likewise)

try:
    main() if sys.argv[0] == "finews" else execute()
except SystemExit as ended:
    end_quickly(ended.code)
    raise

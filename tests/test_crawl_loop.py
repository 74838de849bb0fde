"""``deploy/crawl-loop``, with a ``finews`` that only notes how it was called."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.paths import ROOT

LOOP = ROOT / "deploy" / "crawl-loop"
SECONDS = 120
FINEWS = """#!/bin/sh
echo "$*" >> calls
case "$1 $2" in
    'schedule cron')
        [ "$4" != 45 ] || { echo 'finews schedule: no' >&2; exit 2; }
        echo '# A comment, with 5 * words in it'
        echo "7-59/30 * * * * cd $PWD && FINEWS_CONTACT='100\\% a && b' nice -n 1 $PWD/bin/finews crawl channel" ;;
    'crawl channel')
        [ ! -e slow ] || trap 'echo stored >> calls; kill $!; exit 3' TERM
        echo "contact $FINEWS_CONTACT" >> calls
        [ ! -e slow ] || { sleep 300 >/dev/null 2>&1 & wait; } ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "finews"
    program.write_text(FINEWS)
    program.chmod(0o755)
    return tmp_path


def start(folder: Path, **environment: str) -> subprocess.Popen[str]:
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([LOOP], cwd=folder, env={**os.environ, "PATH": path, **environment}, **pipes)


def calls(folder: Path) -> list[str]:
    file = folder / "calls"
    return file.read_text().splitlines() if file.exists() else []


def wait_for(folder: Path, call: str) -> None:
    end = time.monotonic() + SECONDS
    while call not in calls(folder):
        assert time.monotonic() < end, calls(folder)
        time.sleep(0.02)


def test_a_round_is_what_the_schedule_says_then_a_build_then_a_publication(folder: Path) -> None:
    loop = start(folder, CRAWL_EVERY="30", DEPLOY="s3")
    wait_for(folder, "deploy s3 --delete")
    loop.send_signal(signal.SIGTERM)
    output, _ = loop.communicate(timeout=SECONDS)
    assert loop.returncode == 0
    assert calls(folder) == [
        "schedule cron --every 30",
        "crawl channel",
        "contact 100% a && b",
        "site build",
        "deploy s3 --delete",
    ]
    assert output.splitlines()[0] == "crawl-loop: crawl ended with status 0"
    assert output.splitlines()[-1] == "crawl-loop: ended"


def test_a_crawl_that_is_stopped_ends_before_the_loop(folder: Path) -> None:
    (folder / "slow").touch()
    loop = start(folder)
    wait_for(folder, "contact 100% a && b")
    loop.send_signal(signal.SIGTERM)
    output, _ = loop.communicate(timeout=SECONDS)
    assert loop.returncode == 0
    assert calls(folder)[-1] == "stored"
    assert output == "crawl-loop: crawl ended with status 3\ncrawl-loop: ended\n"


def test_a_schedule_that_is_refused_ends_the_loop(folder: Path) -> None:
    loop = start(folder, CRAWL_EVERY="45")
    output, _ = loop.communicate(timeout=SECONDS)
    assert (loop.returncode, output) == (2, "finews schedule: no\n")
    assert calls(folder) == ["schedule cron --every 45"]

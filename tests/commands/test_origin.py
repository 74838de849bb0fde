from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from finews_crawler.config.model import HOST_SETTINGS
from tests.support.paths import ROOT

PROJECT = ROOT
SCRAPY = [sys.executable, "-m", "scrapy", "origin"]
FIRST_LINE = re.compile(r"origin: (http://127\.0\.0\.1:\d+)/ \((\d+) articles, seed (\d+)\)\n")


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, running, and its first line."""
    process = subprocess.Popen([*SCRAPY, *arguments], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def error_of(*arguments: str) -> str:
    """Return the line for wrong arguments."""
    done = subprocess.run([*SCRAPY, *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_origin_prints_its_url_and_exits_with_0_on_a_signal(number: signal.Signals) -> None:
    with started("--articles", "7", "--seed", "3") as (process, first):
        said = FIRST_LINE.fullmatch(first)
        assert said
        url, articles, seed = said.groups()
        assert (articles, seed) == ("7", "3")
        with urlopen(f"{url}/robots.txt", timeout=10), urlopen(f"{url}/_stats", timeout=10) as stats:
            assert json.load(stats) == {"total": 1, "paths": {"/robots.txt": 1}}
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
        assert process.stdout
        rest = process.stdout.read()
        assert [line for line in rest.splitlines() if line.startswith("export")] == [
            f"export {setting}={url}" for setting in HOST_SETTINGS
        ]
        assert f"{url}/comm/web/getNewsByColumns?" in rest
        assert f"{url}/web/webapi?type=102&count=100&newsid=1" in rest


def test_payloads_faults_and_latency_reach_the_origin(tmp_path: Path) -> None:
    (tmp_path / "NW202205182383638060.json").write_bytes(b"{")
    arguments = ["--articles=0", f"--payloads={tmp_path}", "--fault=bom", "--fault=missing=3", "--latency=1"]
    with started(*arguments) as (_, first):
        said = FIRST_LINE.fullmatch(first)
        assert said
        with urlopen(f"{said[1]}/NewsData/GetNewsText.do?id=NW202205182383638060", timeout=10) as answer:
            assert answer.read() == b"\xef\xbb\xbf{"


def test_articles_later_than_the_clock_are_not_served() -> None:
    with started("--articles=300", "--clock=2022-05-26 12:00") as (_, first):
        said = FIRST_LINE.fullmatch(first)
        assert said
        with urlopen(f"{said[1]}/web/webapi?type=45&count=1&newsid=1", timeout=10) as answer:
            (row,) = json.load(answer)["nodeList"]
    assert row["showtime"] == "2022-05-26 11:56:31"
    assert 0 < int(said[2]) < 300


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--port", "-1"], "--port must be a whole number from 0 to 65535, got '-1'"),
        (["--clock", "noon"], "--clock must be a time such as 2022-05-20 08:00, got 'noon'"),
        (["--newest", "soon"], "--newest must be a time such as 2022-05-20 08:00, got 'soon'"),
        (["--articles", "many"], "--articles must be a whole number"),
        (["--fault", "nope"], "unknown fault 'nope'; the faults are: 429, 429-date, "),
        (["--payloads", "/nowhere/at/all"], "/nowhere/at/all: No such file"),
        (["--no-such-option"], "finews origin --port 8000"),
    ],
)
def test_wrong_arguments_exit_with_2_and_one_line(arguments: list[str], why: str) -> None:
    assert why in error_of(*arguments)


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"cannot serve on 127.0.0.1:{port}: Address already in use" in error_of("--port", str(port))

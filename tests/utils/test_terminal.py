"""What commands print when standard output cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import sys
from finews_crawler.utils.terminal import echo, output_error
print("of another module")
if "quiet" not in sys.argv:
    echo("line")
error = output_error()
echo("rest")
sys.stderr.write(str(error and error.errno))
"""


def written_to(stdout: int, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-c", CODE, *words]
    buffered = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
    run = subprocess.run(command, env=buffered, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)
    return run.returncode, run.stderr


@pytest.mark.parametrize("words", [(), ("quiet",)])
def test_a_full_device_is_an_error_that_python_does_not_report_at_exit(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        assert written_to(full.fileno(), *words) == (0, "28")


def test_a_pipe_without_a_reader_is_none() -> None:
    read, write = os.pipe()
    os.close(read)
    assert written_to(write) == (0, "None")
    os.close(write)


def test_a_stream_that_is_open_for_reading_only_is_none() -> None:
    with Path("/dev/null").open("rb") as null:
        assert written_to(null.fileno()) == (0, "None")

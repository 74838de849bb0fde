"""`engine`: a crawl that is stopped ends once, and finishes the items that are with the pipelines."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import ROOT


@pytest.mark.parametrize("arguments", [[], ["ends"]], ids=["stopped", "ends by itself"])
def test_a_crawl_that_is_stopped_during_items_of_start_ends_once(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "tests.support.stopped_spider", *arguments]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=60, check=True)
    assert done.stdout == "[0, 1, 2, 'closed']", done.stderr

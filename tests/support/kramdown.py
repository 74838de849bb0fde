"""The real kramdown with Jekyll's options, as one process for the whole test session."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# Reads and writes one JSON string per line. The options are Jekyll 4's defaults.
RENDERER = """
require "json"
require "kramdown"
require "kramdown-parser-gfm"
$stdout.sync = true
options = {input: "GFM", hard_wrap: false, auto_ids: true, entity_output: "as_char",
           smart_quotes: "lsquo,rsquo,ldquo,rdquo", toc_levels: (1..6).to_a, footnote_nr: 1,
           syntax_highlighter: nil}
while line = $stdin.gets
  puts JSON.generate(Kramdown::Document.new(JSON.parse(line, quirks_mode: true), options).to_html)
end
"""
CHECK = 'require "kramdown"; require "kramdown-parser-gfm"; print Kramdown::VERSION'


def _missing() -> str | None:
    ruby = shutil.which("ruby")
    if ruby is None:
        return "needs ruby with the gems kramdown 2.4 and kramdown-parser-gfm"
    version = subprocess.run([ruby, "-e", CHECK], capture_output=True, text=True, check=False).stdout
    return None if version.startswith("2.") else "needs the gems kramdown 2.4 and kramdown-parser-gfm"


@pytest.fixture(scope="session")
def kramdown() -> Iterator[Callable[[str], str]]:
    """Return the real kramdown as a function from Markdown to HTML."""
    if reason := _missing():
        pytest.skip(reason)
    process: subprocess.Popen[str] = subprocess.Popen(
        [shutil.which("ruby") or "ruby", "-e", RENDERER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    )

    def render(markdown: str) -> str:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(markdown) + "\n")
        process.stdin.flush()
        answer: Any = json.loads(process.stdout.readline())
        assert isinstance(answer, str)
        return answer

    yield render
    process.terminate()
    process.wait()

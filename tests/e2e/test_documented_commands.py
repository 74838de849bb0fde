"""Every ``finews`` command of README and docs/ runs as it is written, on an archive of the embedded origin."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.paths import ROOT
from tests.support.scrapy_command import HOSTS_OF_TODAY, Scrapy

TEXT = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)
BLOCKS = "\n".join(re.findall(r"^```(?:sh)?\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))
INLINE = re.findall(r"`finews ([^`]+)`", TEXT)
LINES = re.findall(r"^finews (.+)$", BLOCKS, re.MULTILINE)
RUN_ELSEWHERE = (
    *("site build", "site serve", "origin", "worker", "cluster", "schedule worker", "crawl share -a file=-"),
    *("init", "--completion", "deploy", "images"),
)
"""They need Jekyll, Redis, a server to publish to, hosts of pictures or a file of secrets, serve until stopped,
read standard input, or are no commands on an archive: see tests/commands, /spiders and test_main."""
COMMANDS = sorted({line for line in [*INLINE, *LINES] if not line.startswith(RUN_ELSEWHERE) and "…" not in line})
ARGUMENTS, FAILED = ExitStatus.ARGUMENTS, ExitStatus.SOME_FAILED
LACK_ARGUMENTS = ("export", "retire", "schedule")
"""Named in the prose without the arguments that they require."""
STATUSES = {
    "crawl share": {FAILED, 0},  # the origin does not serve the source document's article
    "coverage": {FAILED, 0},  # gaps, which depend on the day of the test
    "doctor": {FAILED, 0},  # warnings, which depend on the machine
    "export --format jsonl --after": {ARGUMENTS},  # the cursor of another index
}
"""Exit statuses of commands that begin so, where it is not 0 alone."""


def expected(line: str) -> set[int]:
    if line in LACK_ARGUMENTS:
        return {ARGUMENTS}
    return next((statuses for start, statuses in STATUSES.items() if line.startswith(start)), {0})


def on(data: Path, folder: Path, word: str) -> str:
    """A word of a command, with the paths of the documentation replaced by those of the test."""
    (folder / "codes.txt").write_text("NW202205182383638060  # a comment\n", encoding="utf-8")
    if word in ("PATH", "PATH...", "data"):
        return str(data)
    if word == "file=data/site/_posts":
        return f"file={data}/site/_posts"
    if word.startswith("file="):
        return f"file={folder / word.removeprefix('file=')}"
    if "://" in word:
        return word
    is_output = word.startswith(("exports/", "/var/www/")) or word.endswith(".html") or word in ("first", "next")
    return str(folder / Path(word).name) if is_output else word


@pytest.mark.parametrize("line", COMMANDS)
def test_documented_command_runs(line: str, origin: RunningOrigin, crawled_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(crawled_data, data)
    (tmp_path / "out").mkdir()
    words = [on(data, tmp_path / "out", word) for word in shlex.split(re.sub(r" --after \"\$.*| \| head.*", "", line))]
    hosts = dict.fromkeys(HOSTS_OF_TODAY, origin.url)
    run = Scrapy.into_folder(data).at(origin.url, **hosts)(*words)
    assert run.status in expected(line), run.log
    assert "Traceback" not in run.log

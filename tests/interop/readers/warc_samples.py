"""WARC files that other programs are tested with, from their source distributions, in our replay."""

from __future__ import annotations

import tarfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from finews_crawler.exceptions import CorruptWarc, InvalidRecord, ReplayError
from finews_crawler.warc.recording import Recording
from finews_crawler.warc.replay.files import check_replay
from tests.interop.cells import Checks, Outcome, helped, right, wrong
from tests.interop.environments import ReaderFailed, folder, python_with, run
from tests.interop.material import Material

CHECKS = Checks()
OUTPUT = "WARC of others, replayed by FINEWS_REPLAY"
SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".bad")


def samples(requirement: str) -> list[Path]:
    """Return the WARC and ARC files of a package's source distribution."""
    home = folder() / "samples" / requirement
    if not home.exists():
        home.mkdir(parents=True)
        pip = (python_with("setuptools==80.9.0"), "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:")
        run(*pip, "-d", home, requirement)
        (packed,) = home.glob("*.tar.gz")
        with tarfile.open(packed) as archive:
            archive.extractall(home, filter="data")
    return sorted(path for path in home.rglob("*") if path.name.endswith(SUFFIXES) and path.is_file())


def is_taken(path: Path) -> bool:
    """Return False for a file that a replay refuses; raises what would be a traceback."""
    try:
        check_replay(f"{path}")
    except ReplayError:
        return False
    return True


def answers_in(paths: list[Path]) -> Counter[str]:
    """Count what a replay has of files: responses, and why it has not others."""
    counts: Counter[str] = Counter()
    with closing(Recording(paths)) as recording:
        for exchange in (one for run_ in recording.runs for found in run_.exchanges.values() for one in found):
            try:
                recording.response(exchange)
                counts["responses"] += 1
            except (InvalidRecord, CorruptWarc) as error:
                counts[f"{error}".rpartition(": ")[2][:80]] += 1
    return counts


def is_taken_again(path: Path) -> bool:
    """Return True for a refused file that is read once warcio has recompressed it."""
    made = folder() / "samples" / f"{path.name}-again.warc.gz"
    try:
        run(python_with("warcio==1.8.1"), "-m", "warcio.cli", "recompress", path, made)
    except ReaderFailed:
        return False
    return is_taken(made) and answers_in([made])["responses"] > 0


@CHECKS.add("warc-samples-pywb", OUTPUT, "the sample archive of pywb's source distribution", "2.10.0")
def pywb(material: Material, version: str) -> Outcome:
    return tried(samples(f"pywb=={version}"))


@CHECKS.add("warc-samples-warcat", OUTPUT, "the examples of warcat's source distribution", "2.2.5")
def warcat(material: Material, version: str) -> Outcome:
    return tried(samples(f"warcat=={version}"))


def tried(paths: list[Path]) -> Outcome:
    taken = [path for path in paths if is_taken(path)]
    refused = [path for path in paths if path not in taken]
    counts = answers_in(taken)
    seen = f"{len(taken)} of {len(paths)} files, {', '.join(f'{number} {what}' for what, number in counts.items())}"
    if not counts["responses"]:
        return wrong(seen)
    if not refused:
        return right(f"{seen}; no traceback")
    then = [path.name for path in refused if is_taken_again(path)]
    return helped(f"{seen}; {len(refused)} refused in one line", f"`warcio recompress` helps {', '.join(then)}")

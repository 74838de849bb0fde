"""The WARC files that FINEWS_REPLAY names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from finews_crawler.config.load import check_extra
from finews_crawler.exceptions import CorruptWarc, InvalidRecord, ReplayError
from finews_crawler.warc.members import members_of, parts_of
from finews_crawler.warc.reader import read_record

SUFFIXES = (".warc.gz", ".warc", ".wacz")


def replay_files(text: str) -> list[Path]:
    """Return the files in the order of *text*; a folder means all WARC files below it, by name. Raises ReplayError."""
    paths = [Path(word.strip()) for word in text.split(",") if word.strip()]
    files = list(dict.fromkeys(file for path in paths for file in _files_at(path)))
    if not files:
        raise ReplayError(f"no *{SUFFIXES[0]} in {text}: name the folder or the files of a recording")
    return files


def _files_at(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = (file for file in path.rglob("*") if file.name.endswith(SUFFIXES))
        yield from sorted(found, key=lambda file: (file.name, file))
    elif path.is_file():
        yield path
    else:
        raise ReplayError(f"{path} does not exist: name the folder or the files of a recording")


def check_replay(text: str) -> None:
    """Raise ReplayError if the value of FINEWS_REPLAY names a file that cannot be replayed."""
    try:
        check_extra("FINEWS_REPLAY", text)
        for path in replay_files(text):
            _check_file(path)
    except (ReplayError, OSError) as error:
        raise ReplayError(f"FINEWS_REPLAY={text!r}: {error}") from error


def _check_file(path: Path) -> None:
    """Raise ReplayError unless the file, or each in a WACZ, begins with a WARC record."""
    try:
        for part in parts_of(path):
            first = next(members_of(part), None)
            read_record(first.content if first else b"")
    except (OSError, CorruptWarc, InvalidRecord) as error:
        reason = str(error).removeprefix(f"{path} ")
        raise ReplayError(f"{path} cannot be read as WARC ({reason}): name the files of a recording") from error

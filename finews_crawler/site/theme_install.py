"""The theme: package data that is put into the site's folder, where it is the archive's owner's to change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from finews_crawler.utils.files import TEMPORARY_SUFFIX, write_whole

THEME = Path(__file__).parent / "theme"
RECORD = ".theme.json"
"""What was put there, or would have been, as SHA-256: a file that has another was changed since."""


@dataclass
class Installed:
    """What became of the theme's files."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """Those that the theme has no more."""
    kept: list[str] = field(default_factory=list)
    """Those that somebody changed: they stay as they are."""
    outdated: list[str] = field(default_factory=list)
    """Those of them that the theme has another version of since this was last said."""


def install_theme(site: Path, *, restore: bool = False) -> Installed:
    """Put the theme into *site*, or bring it up to date there; never over what somebody changed.

    A file that somebody removed stays away, unless *restore* asks for it. For the archive's one writer: whoever calls
    this holds its lock. Raises OSError.
    """
    for folder in {(site / name).parent for name in theme_files()}:
        for left in folder.glob(f".*{TEMPORARY_SUFFIX}"):
            left.unlink()  # by a run that was killed here
    recorded = _read_record(site / RECORD)
    installed, record = Installed(), dict(recorded)
    for name, content in theme_files().items():
        place = site / name
        there = _digest(place.read_bytes()) if place.is_file() else ""
        if there == _digest(content):
            record[name] = there
        elif (not there and (restore or name not in recorded)) or (there and there == recorded.get(name)):
            write_whole(place, content)
            record[name] = _digest(content)
            installed.written.append(name)
        elif there:
            installed.kept.append(name)
            if recorded.get(name) != _digest(content):
                installed.outdated.append(name)
            record[name] = _digest(content)
    for name in sorted(recorded.keys() - theme_files().keys()):
        place = site / name
        if place.is_file() and _digest(place.read_bytes()) == recorded[name]:
            place.unlink()
            installed.removed.append(name)
        del record[name]
    write_whole(site / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    return installed


def theme_files() -> dict[str, bytes]:
    """The theme's files, by their path in the site's folder."""
    files = (path for path in sorted(THEME.rglob("*")) if path.is_file())
    return {path.relative_to(THEME).as_posix(): path.read_bytes() for path in files}


def _read_record(path: Path) -> dict[str, str]:
    """The record; without one, or with half of one, whatever differs from the theme counts as changed."""
    try:
        read = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in read.items()} if isinstance(read, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

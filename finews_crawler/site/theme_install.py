"""Installs the theme, which is package data, into the site folder, where the user may change it."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from finews_crawler.archive.locations import THEME_RECORD
from finews_crawler.utils.files import write_whole
from finews_crawler.utils.folders import remove_file
from finews_crawler.utils.temporary_files import SUFFIX

THEME = Path(__file__).parent / "theme"
RECORD = THEME_RECORD
"""SHA-256 of each theme file in the installed version: a file with a different hash was changed by the user."""


@dataclass
class Installed:
    """Names of the theme's files, by what was done with them."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """No longer part of the theme."""
    kept: list[str] = field(default_factory=list)
    """Changed by the user, and therefore left as they are."""
    outdated: list[str] = field(default_factory=list)
    """Those kept files whose version in the theme is new since the last installation."""


def install_theme(site: Path, *, restore: bool = False) -> Installed:
    """Install the theme into *site*, or update it there, without overwriting files that the user changed.

    A file that the user removed is written again only with *restore*. The caller must hold the archive lock. Raises
    OSError.
    """
    theme = theme_files()
    for folder in {(site / name).parent for name in theme}:
        for temporary in folder.glob(f".*{SUFFIX}"):
            remove_file(temporary, site.parent)  # of a run that was killed here
    recorded = _read_record(site / RECORD)
    installed, record = Installed(), dict(recorded)
    for name, content in theme.items():
        file = site / name
        present = _digest(file.read_bytes()) if file.is_file() else ""
        if present == _digest(content):
            record[name] = present
            continue
        if present == recorded.get(name, "") or (not present and restore):
            write_whole(file, content, site.parent)
            installed.written.append(name)
        elif present:
            installed.kept.append(name)
            if recorded.get(name) != _digest(content):
                installed.outdated.append(name)
        else:
            continue
        record[name] = _digest(content)
    for name in sorted(recorded.keys() - theme.keys()):
        file = site / name
        if file.is_file() and _digest(file.read_bytes()) == recorded[name]:
            remove_file(file, site.parent)
            installed.removed.append(name)
        del record[name]
    if record == recorded:  # most runs; one that is missing would be {}
        return installed
    write_whole(site / RECORD, json.dumps(record, indent=1, sort_keys=True).encode(), site.parent)
    return installed


def theme_files() -> dict[str, bytes]:
    """Return the contents of the theme's files by their paths in the site folder."""
    files = (path for path in sorted(THEME.rglob("*")) if path.is_file())
    return {path.relative_to(THEME).as_posix(): path.read_bytes() for path in files}


def _read_record(path: Path) -> dict[str, str]:
    """Return the record; {} if it is missing or damaged, so that every file that differs counts as changed."""
    with suppress(FileNotFoundError, ValueError):
        record = json.loads(path.read_bytes())
        if isinstance(record, dict):
            return {str(name): str(digest) for name, digest in record.items()}
    return {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

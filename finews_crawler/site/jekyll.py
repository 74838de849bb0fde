"""Runs Jekyll on one folder."""

from __future__ import annotations

import errno
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from finews_crawler.content.safe_names import ROOT_FILE
from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.address import CONFIGURATION, SiteAddress

PLUGINS = Path(__file__).parent / "jekyll_plugins"
PACKAGES = "jekyll ruby-jekyll-feed ruby-jekyll-sitemap"
INSTALL = f"sudo apt-get install {PACKAGES}"
VERSION_SECONDS = 60.0
"""Time in which Jekyll prints its version; it takes one second or two."""
# Jekyll's output: terminal colours; the line with the error; the Ruby file and line in front of it; the frame of dashes
# around it; and a plugin that is not installed.
COLOUR = re.compile(r"\x1b\[[\d;]*m")
ERROR_LINE = re.compile(r"(?:Liquid Exception|Error): |Errno::|\(\S*(?:Error|Exception)\)")
SOURCE_LOCATION = re.compile(r"^\S+:\d+:in `[^']*': ")
FRAME = re.compile(r"-{5,}")
MISSING = re.compile(r"Dependency Error: Yikes! It looks like you don't have (\S+)")


def jekyll_version() -> str:
    """Return the output of ``jekyll --version``. Raises BuildFailed if Jekyll is not installed, or does not end."""
    return _version_of(_jekyll())


def jekyll_stamp() -> str:
    """Return path, size and time of the program, which change when it is installed again. Raises BuildFailed."""
    program = Path(_jekyll()).resolve()
    status = program.stat()
    return f"{program} {status.st_size} {status.st_mtime_ns}"


@cache  # Starting Jekyll takes as long as building a small site.
def _version_of(program: str) -> str:
    return _output([program, "--version"], seconds=VERSION_SECONDS)


def run_jekyll(
    source: Path, destination: Path, address: SiteAddress, files: Mapping[str, str], archive_url: str = ""
) -> None:
    """Build *source* into *destination*; invalid front matter is an error.

    *files*: paths that our plugin reads and writes, by the names that it uses. *archive_url*: URL that the footers of
    posts begin with; their pages have paths of the site instead. Raises BuildFailed with Jekyll's message, OSError if
    the disk is full.
    """
    source, destination = source.absolute(), destination.absolute()
    ours = source.with_name(f"{source.name}-ours.yml")
    plugins = [str(source / "_plugins"), str(PLUGINS)]
    paths = {name: str(Path(file).absolute()) for name, file in files.items()}
    finews = {**paths, "archive_url": archive_url, "root_file": ROOT_FILE.pattern}
    settings = {"finews": finews, "finews_build": True, "plugins_dir": plugins, "disable_disk_cache": True}
    ours.write_text(yaml.safe_dump({**settings, "url": address.origin, "baseurl": address.base}), "utf-8")
    own = [source / CONFIGURATION] if (source / CONFIGURATION).exists() else []
    # Jekyll splits this option at commas, so the path of the data directory must not be in it.
    configurations = ",".join(str(file.relative_to(source.parent)) for file in (*own, ours))
    command = [_jekyll(), "build", "--strict_front_matter", "--config", configurations]
    try:
        _output([*command, "--source", str(source), "--destination", str(destination)], source.parent)
    except BuildFailed as error:
        # The same path as in the site folder, where the user looks for the file.
        raise BuildFailed(str(error).replace(f"{source}/", "")) from None


def _jekyll() -> str:
    program = shutil.which("jekyll")
    if program is None:
        raise BuildFailed(f"jekyll is missing. Install and try again: {INSTALL}")
    return program


def _output(command: list[str], folder: Path | None = None, seconds: float | None = None) -> str:
    # Ignore a Gemfile in a parent folder. File names and posts are UTF-8 whatever the locale, which under cron is C.
    ours = {"JEKYLL_ENV": "production", "JEKYLL_NO_BUNDLER_REQUIRE": "true", "LC_ALL": "C.UTF-8"}
    environment = {**os.environ, **ours}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        raise BuildFailed(f"{shlex.join(command)} has not ended after {seconds:g} seconds: try it in a shell") from None
    if done.returncode != 0:
        raise_if_disk_full(done.stderr)
        raise BuildFailed(_error_message(done.stderr))
    return done.stdout.strip()


def raise_if_disk_full(output: str) -> None:
    """Raise OSError if the output of a failed program contains the message for a full disk or quota."""
    for number in (errno.ENOSPC, errno.EDQUOT):
        if os.strerror(number) in output:
            raise OSError(number, os.strerror(number))


def _error_message(output: str) -> str:
    """Return the line of *output* with the error, without the frame that Jekyll draws around it."""
    if missing := MISSING.search(output):
        return f"Jekyll's plugin {missing[1]} is missing. Install and try again: {INSTALL}"
    lines = [line.strip() for line in COLOUR.sub("", output).splitlines() if line.strip()]
    lines = [line for line in lines if not FRAME.match(line)]
    errors = [line for line in lines if ERROR_LINE.search(line)] or lines or ["no error message"]
    return f"Jekyll failed: {SOURCE_LOCATION.sub('', errors[0])}"

"""Debian's Jekyll, run on one folder."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from finews_crawler.exceptions import BuildFailed

PLUGINS = Path(__file__).parent / "jekyll_plugins"
PACKAGES = "jekyll ruby-jekyll-feed ruby-jekyll-sitemap"
INSTALL = f"sudo apt-get install {PACKAGES}"
CONFIGURATION = "_config.yml"
COLOUR = re.compile(r"\x1b\[[\d;]*m")
TELLING = re.compile(r"(?:Liquid Exception|Error): |Errno::|\(\S*(?:Error|Exception)\)")
WAY_THERE = re.compile(r"^\S+:\d+:in `[^']*': ")
FRAME = re.compile(r"-{5,}")
MISSING = re.compile(r"Dependency Error: Yikes! It looks like you don't have (\S+)")


def jekyll_version() -> str:
    """What ``jekyll`` is installed. Raises BuildFailed where none is."""
    return _version_of(_jekyll())


@cache
def _version_of(program: str) -> str:
    """Asked once: that it says so takes it as long as a small site."""
    return _output([program, "--version"], {})


def run_jekyll(source: Path, destination: Path, configuration: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Build *source* into *destination*, strictly; *configuration* is what the site's own does not say.

    *files* are what our plugin reads and writes, by their names in it.

    Raises BuildFailed with what Jekyll said, OSError for a disk that is full.
    """
    defaults, ours = (source.with_name(f"{source.name}-{name}.yml") for name in ("defaults", "ours"))
    defaults.write_text(yaml.safe_dump(dict(configuration)), "utf-8")
    plugins = [str(source / "_plugins"), str(PLUGINS)]
    told = {"finews": dict(files), "finews_build": True, "plugins_dir": plugins, "disable_disk_cache": True}
    ours.write_text(yaml.safe_dump(told), "utf-8")
    own = [source / CONFIGURATION] if (source / CONFIGURATION).exists() else []
    configurations = ",".join(map(str, [defaults, *own, ours]))
    command = [_jekyll(), "build", "--strict_front_matter", "--config", configurations]
    try:
        _output([*command, "--source", str(source), "--destination", str(destination)], {"JEKYLL_ENV": "production"})
    except BuildFailed as error:
        raise BuildFailed(str(error).replace(f"{source}/", "")) from None  # where it lies for whoever reads this


def _jekyll() -> str:
    program = shutil.which("jekyll")
    if program is None:
        raise BuildFailed(f"jekyll is missing. Install and try again: {INSTALL}")
    return program


def _output(command: list[str], environment: Mapping[str, str]) -> str:
    # A Gemfile above the site is not ours; file names and posts are UTF-8 whatever cron's locale is.
    ours = {"JEKYLL_NO_BUNDLER_REQUIRE": "true", "LC_ALL": "C.UTF-8", **environment}
    done = subprocess.run(command, env={**os.environ, **ours}, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        check_room(done.stderr)
        raise BuildFailed(_what_it_said(done.stderr))
    return done.stdout.strip()


def check_room(output: str) -> None:
    """Raise OSError where a program that failed says that the disk is full."""
    for number in (errno.ENOSPC, errno.EDQUOT):
        if os.strerror(number) in output:
            raise OSError(number, os.strerror(number))


def _what_it_said(output: str) -> str:
    """The line that tells of the error, out of the frame that Jekyll draws around it."""
    if missing := MISSING.search(output):
        return f"Jekyll's plugin {missing[1]} is missing. Install and try again: {INSTALL}"
    lines = [line.strip() for line in COLOUR.sub("", output).splitlines() if line.strip()]
    lines = [line for line in lines if not FRAME.match(line)]
    telling = [line for line in lines if TELLING.search(line)] or lines or ["it did not say why"]
    return f"Jekyll failed: {WAY_THERE.sub('', telling[0])}"

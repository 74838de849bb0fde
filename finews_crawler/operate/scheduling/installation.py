"""What a schedule has to know of this installation: nothing of it is there when cron runs a line."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import NotSchedulable

OURS = "FINEWS_"
PATHS = ("_DIR", "_FILE")
"""How the names of settings end that name a place: relative to the folder from which the command is run."""
BY_PROGRAM = ("FINEWS_ALARM_MAIL", "FINEWS_ALARM_COMMAND")
"""Settings that start another program, which has needs of its own."""
NOT_FOR_CRON = ("FINEWS_REPLAY",)
"""What would keep a schedule from ever asking upstream."""
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 (not to write to: a service has others of its own)


@dataclass(frozen=True)
class Installation:
    """Absolute paths, and the settings that differ from the defaults."""

    scrapy: Path
    folder: Path
    """Where ``scrapy.cfg`` lies."""
    settings: dict[str, str]
    """As the environment is to have them."""

    @property
    def place(self) -> str:
        """What tells it from every other."""
        return f"{platform.node()} {self.settings['FINEWS_DATA_DIR']}"

    @property
    def written(self) -> list[Path]:
        """The folders that a crawl writes to, none within another."""
        given = {name: Path(value) for name, value in self.settings.items() if value}
        files = [path.parent for name, path in given.items() if name.endswith("_FILE")]
        named = [path for name, path in given.items() if name.endswith("_DIR")]
        folders = dict.fromkeys([*named, *files])
        return [folder for folder in folders if not any(other in folder.parents for other in folders)]

    @property
    def starts_programs(self) -> bool:
        return any(self.settings.get(name) for name in BY_PROGRAM)

    @property
    def is_temporary(self) -> bool:
        """Whether part of it lies where a service of its own temporary folder would not see it."""
        return any(place in path.parents for place in TEMPORARY for path in (self.scrapy, self.folder, *self.written))


def this_installation(settings: BaseSettings, lock_wait: int) -> Installation:
    """Raises NotSchedulable."""
    scrapy = Path(sys.executable).with_name("scrapy")
    if not os.access(scrapy, os.X_OK):
        raise NotSchedulable(f"no program {scrapy}: run `make crawl`, and then .venv/bin/scrapy schedule")
    cfg = closest_scrapy_cfg()
    given = {"FINEWS_DATA_DIR": settings["FINEWS_DATA_DIR"], **_given(settings)}
    # Without its file Scrapy knows the project by this.
    by_name = {} if cfg else {"SCRAPY_SETTINGS_MODULE": os.environ.get("SCRAPY_SETTINGS_MODULE", "")}
    whole = {**by_name, **{name: _absolute(name, value) for name, value in given.items()}}
    whole.setdefault("FINEWS_LOCK_WAIT", str(lock_wait))
    whole.setdefault("FINEWS_LOG_FILE", str(DataDirectory(Path(whole["FINEWS_DATA_DIR"])).log))
    installation = Installation(scrapy, Path(cfg).parent if cfg else Path.cwd(), whole)
    _check(installation)
    return installation


def _given(settings: BaseSettings) -> dict[str, str]:
    """Our settings as the environment, or ``-s``, has them now."""
    ours = (name for name in settings if isinstance(name, str) and name.startswith(OURS))
    names = sorted(name for name in ours if name not in NOT_FOR_CRON)
    by_option = [name for name in names if settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]]
    return {name: str(settings[name]) for name in names if name in by_option or name in os.environ}


def _absolute(name: str, value: str) -> str:
    return str(Path(value).absolute()) if name.endswith(PATHS) and value else value


def _check(installation: Installation) -> None:
    """No line of a crontab or of a unit can hold a line break."""
    named = {"the path": str(installation.scrapy), "the folder": str(installation.folder), **installation.settings}
    for name, value in named.items():
        if not value.isprintable():
            raise NotSchedulable(f"{name} {value!r} holds what is not to be printed: give it another value")

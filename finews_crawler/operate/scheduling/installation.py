"""Absolute paths and non-default settings to embed in a crontab line or systemd unit (cron provides no environment).

The proxies of the environment are among them. A value that no output may contain, such as a proxy with a password, has
to be in a file that only the user of the crawl can read: the line names the file.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.request import getproxies

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.config.declaration import FILE_SUFFIX, setting_name
from finews_crawler.config.given import ENVIRONMENT, ENVIRONMENT_ONLY, given_settings
from finews_crawler.config.model import AlertConfig, ArchiveConfig, RetentionConfig
from finews_crawler.config.settings_file import FILE_SETTING, read_settings_file, settings_file
from finews_crawler.exceptions import NotSchedulable
from finews_crawler.utils.output import STANDARD_OUTPUT, is_stream
from finews_crawler.utils.redaction import redacted

PATH_SUFFIXES = ("_DIR", "_FILE")
"""Suffixes of the settings that are paths, relative to the current folder."""
WRITTEN = (
    "FINEWS_DATA_DIR",
    "FINEWS_WARC_DIR",
    "FINEWS_LOG_FILE",
    "FINEWS_ALARM_FEED_FILE",
    "FINEWS_METRICS_FILE",
    "FINEWS_SUMMARY_FILE",
)
"""Settings of folders and files that a crawl writes."""
PROGRAM_SETTINGS = ("FINEWS_ALARM_MAIL", "FINEWS_ALARM_COMMAND")
"""Settings that start another program, which may need more permissions."""
EXCLUDED = ("FINEWS_REPLAY",)
"""Settings of a single run: a scheduled replay would never crawl a site."""
CLUSTER = "FINEWS_CLUSTER"
NO_CLUSTER = (
    "FINEWS_CLUSTER is not set: write FINEWS_CLUSTER='redis://HOST:6379' into a file that only the user of the worker "
    "can read, and name it by --env-file"
)
OF_AN_ARCHIVE = frozenset(
    setting_name(name) for section in (ArchiveConfig, RetentionConfig, AlertConfig) for name in section.declared
)
"""Settings without a meaning for a worker."""
PROXIES, CERTIFICATES = ("http", "https", "no"), ("SSL_CERT_FILE", "SSL_CERT_DIR")
MODULES = "PYTHONPATH"
ASSIGNMENT = re.compile(r"^(?:export[ \t]+)?(\w+)=", re.MULTILINE | re.ASCII)
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 (not written to: a service may have its own)


@dataclass(frozen=True)
class Installation:
    """Absolute paths and non-default settings of an installation."""

    program: Path
    """``finews``, which runs in any folder."""
    folder: Path
    """Current folder of the crawl. All paths of the line are absolute."""
    settings: dict[str, str]
    """Environment variables of the crawl, but for the secret ones."""
    env_file: Path | None = None
    """File with the secret ones, and any others."""
    of_file: dict[str, str] = field(default_factory=dict)
    """Settings that the crawl reads from finews.toml."""
    is_worker: bool = False

    @property
    def all_settings(self) -> dict[str, str]:
        return self.of_file | self.settings

    @property
    def written_folders(self) -> list[Path]:
        """Folders that a crawl writes to, without subfolders of each other."""
        settings = self.all_settings
        paths = {name: Path(settings[name]) for name in WRITTEN if settings.get(name)}
        files = [path.parent for name, path in paths.items() if name.endswith("_FILE") and not is_stream(path)]
        explicit = [path for name, path in paths.items() if name.endswith("_DIR")]
        folders = dict.fromkeys([*explicit, *files])
        return [folder for folder in folders if not any(other in folder.parents for other in folders)]

    @property
    def starts_programs(self) -> bool:
        may_start = self.env_file is not None or any(self.all_settings.get(name) for name in PROGRAM_SETTINGS)
        return may_start and not self.is_worker

    @property
    def is_temporary(self) -> bool:
        """True if a part of the installation is in a temporary folder, which PrivateTmp would hide."""
        paths = (self.program, self.folder, *self.written_folders)
        return any(path.is_relative_to(folder) for folder in TEMPORARY for path in paths)


def this_installation(settings: BaseSettings, lock_wait: int, env_file: Path | None = None) -> Installation:
    """Return the installation that runs this process, for its crawl. Raises NotSchedulable."""
    explicit, of_file = _explicit_settings(settings), _settings_of_file(settings)
    known = of_file | explicit
    log = DataDirectory(Path(known["FINEWS_DATA_DIR"])).log
    defaults = {"FINEWS_LOCK_WAIT": str(lock_wait), "FINEWS_LOG_FILE": str(log)}
    explicit |= {name: value for name, value in defaults.items() if name not in known}
    return replace(_installation(explicit, env_file), of_file=of_file)


def worker_installation(settings: BaseSettings, env_file: Path | None) -> Installation:
    """Return the installation that runs this process, for a worker: without what an archive needs.

    Raises NotSchedulable. Where Redis is comes from *env_file*, unless a file of the settings has it.
    """
    of_file = {name: value for name, value in _settings_of_file(settings).items() if name not in OF_AN_ARCHIVE}
    explicit = {name: value for name, value in _explicit_settings(settings).items() if name not in OF_AN_ARCHIVE}
    has_file = CLUSTER in of_file or f"{CLUSTER}{FILE_SUFFIX}" in explicit
    if env_file is None and not has_file and not explicit.get(CLUSTER):
        raise NotSchedulable(NO_CLUSTER)
    here = _installation(explicit, env_file, [] if has_file else [CLUSTER])
    return replace(here, of_file=of_file, is_worker=True)


def _installation(explicit: dict[str, str], env_file: Path | None, always_secret: Sequence[str] = ()) -> Installation:
    program = Path(sys.executable).with_name("finews")
    if not os.access(program, os.X_OK):
        raise NotSchedulable(f"{program} does not exist: run `make venv`, then .venv/bin/finews schedule")
    complete = {
        name: str(Path(value).absolute()) if _is_path(name, value) else value for name, value in explicit.items()
    }
    complete |= _environment()
    secret = [*dict.fromkeys([*always_secret, *(name for name, value in complete.items() if redacted(value) != value)])]
    if secret or env_file:
        check_env_file(env_file, secret)
    public = {name: value for name, value in complete.items() if name not in secret}
    file = settings_file(os.environ)
    folder = file.absolute().parent if file else Path.cwd()
    installation = Installation(program, folder, public, env_file.absolute() if env_file else None)
    _check(installation)
    return installation


def _environment() -> dict[str, str]:
    """Return the variables that Scrapy, OpenSSL and Python read: the proxies by the names that curl and wget read too.

    PYTHONPATH has the classes of the user's own that settings name.
    """
    proxies = {f"{scheme}_proxy": url for scheme, url in getproxies().items() if scheme in PROXIES}
    certificates = {name: os.environ[name] for name in CERTIFICATES if os.environ.get(name)}
    folders = [str(Path(folder).absolute()) for folder in os.environ.get(MODULES, "").split(os.pathsep) if folder]
    return proxies | certificates | ({MODULES: os.pathsep.join(folders)} if folders else {})


def check_env_file(path: Path | None, names: Sequence[str]) -> None:
    """Raise NotSchedulable unless the file assigns a value to each of the variables *names*."""
    secret = " and ".join(names)
    if path is None:
        raise NotSchedulable(
            f"{secret}: secret, so not printed; write NAME='value' lines into a file that only the user of the crawl "
            "can read, and name it by --env-file"
        )
    try:
        assigned = set(ASSIGNMENT.findall(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise NotSchedulable(f"--env-file {path}: {error}") from error
    if missing := [name for name in names if name not in assigned]:
        raise NotSchedulable(f"--env-file {path} has no line {missing[0]}=…, and its value is secret, so not printed")


def _is_path(name: str, value: str) -> bool:
    return name.endswith(PATH_SUFFIXES) and value not in ("", str(STANDARD_OUTPUT))


def _explicit_settings(settings: BaseSettings) -> dict[str, str]:
    """Return what a crawl that is started elsewhere does not know: settings of the environment and options."""
    given = given_settings()
    by_option = {name for name in given if settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]}
    explicit = {name: str(settings[name]) for name in by_option}
    explicit |= {name: given[name].text for name in given.keys() - by_option if given[name].origin == ENVIRONMENT}
    secret_files = {name: path for name in ENVIRONMENT_ONLY if name != FILE_SETTING and (path := os.environ.get(name))}
    file = settings_file(os.environ)
    place = {FILE_SETTING: str(file.absolute())} if file else {"FINEWS_DATA_DIR": settings["FINEWS_DATA_DIR"]}
    excluded = (*EXCLUDED, *(name.removesuffix(FILE_SUFFIX) for name in secret_files))
    found = place | dict(sorted((secret_files | explicit).items()))
    return {name: value for name, value in found.items() if name not in excluded}


def _settings_of_file(settings: BaseSettings) -> dict[str, str]:
    """Return the settings of finews.toml, with the data directory that is relative to it; none without one."""
    file = settings_file(os.environ)
    if file is None:
        return {}
    texts = read_settings_file(file.absolute())[0]
    return {"FINEWS_DATA_DIR": str(Path(settings["FINEWS_DATA_DIR"]).absolute()), **texts}


def _check(installation: Installation) -> None:
    """Reject line breaks and other control characters, which neither a crontab nor a unit can contain."""
    paths = {"the path": installation.program, "the folder": installation.folder, "--env-file": installation.env_file}
    values = {name: str(path or "") for name, path in paths.items()} | installation.settings
    for name, value in values.items():
        if not value.isprintable():
            raise NotSchedulable(f"{name} {value!r} contains a control character: choose another value")
        if redacted(value) != value:
            raise NotSchedulable(f"{name} contains a text that is secret in a setting: choose another secret or path")

"""Schedules: units and crontab lines of ``finews schedule``, as systemd, cron and parsers of crontabs read them."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from finews_crawler.operate.scheduling.intervals import INTERVALS, cron_fields, systemd_calendar
from tests.interop.cells import Checks, Outcome, in_version, right, wrong
from tests.interop.environments import SCRIPTS, debian_with, node_with, program, python_with, run
from tests.interop.material import Material
from tests.support.debian_root import DebianRoot, Within

CHECKS = Checks()
UNITS, LINES = "systemd units", "crontab lines"
DAY = datetime(2026, 11, 19, tzinfo=ZoneInfo("UTC"))
MINUTE_OF_INTERVAL = 7
ODD = "it's 100% \\% $HOME 数据"
"""Name of a data directory."""
UNIT = "finews-crawl"
FINEWS = Path(sys.executable).with_name("finews")
CONTACT = "a%b $HOME \\% `id` 'c'"
# Stands for the program: writes where it was started, with which arguments and variables.
PROBE = '#!/bin/sh\n(pwd; echo "$@"; env | grep ^FINEWS_ | sort) > /mnt/seen.new; mv /mnt/seen.new /mnt/seen\n'
WAIT = "for second in $(seq 130); do [ -e /mnt/seen ] && exit; sleep 1; done; echo no start; exit 1"


def units(material: Material, folder: Path, every: int) -> list[Path]:
    """Write the units of ``finews schedule systemd`` for an oddly named data directory; return their paths."""
    data = folder / ODD
    (data / "log").mkdir(parents=True, exist_ok=True)
    printed = material.finews("schedule", "systemd", "--every", f"{every}", "--user", "root", FINEWS_DATA_DIR=f"{data}")
    service, timer = printed.split(f"# /etc/systemd/system/{UNIT}.timer\n")
    paths = [folder / f"{UNIT}.service", folder / f"{UNIT}.timer"]
    for path, text in zip(paths, (service, timer), strict=True):
        path.write_text(text, "utf-8")
    return paths


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="finews-schedule-") as name:
        yield Path(name)


@CHECKS.add("units-verify", UNITS, "systemd-analyze verify, of Debian 12")
def verify(material: Material, _: str) -> Outcome:
    analyze = program("systemd-analyze", "systemd")
    with scratch() as folder:
        paths = units(material, folder, 30)
        # It prints what it finds to stderr, also for units that it can load.
        shell = ("sh", "-c", '"$@" 2>&1', "sh")
        printed = run(*shell, analyze, "verify", "--man=no", *paths)
    return in_version(run(analyze, "--version").split()[1], _verified(printed))


@CHECKS.add("units-verify-debian-13", UNITS, "systemd-analyze verify, of Debian 13")
def verify_of_debian_13(material: Material, _: str) -> Outcome:
    root = debian_with("trixie", "systemd")
    with scratch() as folder:
        for path in units(material, folder, 30):
            # The program is not in that root, and another name changes nothing else of the unit.
            text = path.read_text("utf-8").replace(f'ExecStart="{FINEWS}"', "ExecStart=/bin/true")
            assert path.suffix == ".timer" or "/bin/true" in text
            path.write_text(text, "utf-8")
        within = Within(folder="/mnt", volumes={"/mnt": folder})
        printed = root.run(f"systemd-analyze verify --man=no ./{UNIT}.service ./{UNIT}.timer 2>&1", within)
    return in_version(root.run("systemd-analyze --version").split()[1], _verified(printed))


def _verified(printed: str) -> Outcome:
    return wrong(printed.strip()) if printed.strip() else right("service and timer: no complaint")


@CHECKS.add("units-calendar", UNITS, "systemd-analyze calendar")
def calendar(material: Material, _: str) -> Outcome:
    analyze = program("systemd-analyze", "systemd")
    for minutes in INTERVALS:
        options = ("--base-time=2026-11-18 23:59:59 UTC", f"--iterations={len(starts(minutes, 0))}")
        printed = run(analyze, "calendar", *options, systemd_calendar(minutes), environment={"TZ": "UTC", "LANG": "C"})
        found = [
            datetime.strptime(line.split(": ", 1)[1].strip(), "%a %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=DAY.tzinfo)
            for line in printed.splitlines()
            if "Next elapse:" in line or "Iter. #" in line or "Iteration #" in line
        ]
        if found != starts(minutes, 0):
            return wrong(f"every {minutes} minutes: {found[:3]} …, {len(found)} a day")
    return in_version(run(analyze, "--version").split()[1], right(f"{len(INTERVALS)} intervals: every time of a day"))


def starts(minutes: int, at_minute: int) -> list[datetime]:
    """Return when a crawl begins on DAY."""
    times = range(at_minute, 24 * 60, minutes)
    return [DAY + timedelta(minutes=minute) for minute in times]


def compare_starts(next_starts: Callable[[list[tuple[str, int]]], str]) -> Outcome:
    """Compare the times that a parser finds for the fields of all intervals, given with their number."""
    minutes_of = {cron_fields(minutes, at): (minutes, at) for minutes in INTERVALS for at in offsets(minutes)}
    expected = {fields: [time.isoformat() for time in starts(*how)] for fields, how in minutes_of.items()}
    printed = next_starts([(fields, len(times)) for fields, times in expected.items()])
    found = dict(map(json.loads, printed.splitlines()))
    differ = [fields for fields in expected if found.get(fields) != expected[fields]]
    if differ:
        return wrong(f"{len(differ)} of {len(expected)} differ: {differ[0]}: {found.get(differ[0], [])[:3]} …")
    return right(f"{len(expected)} lines: every time of a day")


def offsets(minutes: int) -> set[int]:
    return {0, min(MINUTE_OF_INTERVAL, minutes - 1)}


@CHECKS.add("cron-croniter", LINES, "croniter", "2.0.7", "7.0.0")
def croniter(material: Material, version: str) -> Outcome:
    python = python_with(f"croniter=={version}")
    return compare_starts(lambda lines: run(python, SCRIPTS / "cron.py", "croniter", json.dumps(lines)))


@CHECKS.add("cron-cronsim", LINES, "cronsim", "2.8")
def cronsim(material: Material, version: str) -> Outcome:
    python = python_with(f"cronsim=={version}")
    return compare_starts(lambda lines: run(python, SCRIPTS / "cron.py", "cronsim", json.dumps(lines)))


@CHECKS.add("cron-parser", LINES, "cron-parser (Node)", "4.9.0", "5.10.5")
def cron_parser(material: Material, version: str) -> Outcome:
    modules = node_with(f"cron-parser@{version}")
    return compare_starts(lambda lines: run("node", SCRIPTS / "cron.mjs", json.dumps(lines), modules))


BCRON = """chown cron /var/spool/cron/tmp
(env UID=$(id -u cron) GID=$(id -g cron) unixserver -U /var/run/bcron-spool bcron-spool > /dev/null 2>&1 &)
sleep 2
LOGNAME=root bcrontab /mnt/crontab
(bcron-start > /dev/null 2>&1 &)"""
# No systemd runs in a root: its units are checked, and the script that they start is run as the service says.
SYSTEMD_CRON = """install -m 600 /mnt/crontab /var/spool/cron/crontabs/root
mkdir /mnt/units
/usr/lib/systemd/system-generators/systemd-crontab-generator /mnt/units /mnt/units /mnt/units
cd /mnt/units
test -z "$(systemd-analyze verify --man=no ./cron-root-root-0.timer ./cron-root-root-0.service 2>&1 | tee /dev/stderr)"
cd
env -i PATH="$PATH" LOGNAME=root $(sed -n 's/^ExecStart=//p' /mnt/units/cron-root-root-0.service)"""
STARTS = "starts within two minutes"
CRONS = (
    ("cron", "cron of Debian 12", "bookworm", "cron", "crontab -n /mnt/crontab; crontab /mnt/crontab; cron"),
    ("cron-13", "cron of Debian 13", "trixie", "cron", "crontab /mnt/crontab; cron"),
    ("cronie", "cronie of Debian 13", "trixie", "cronie", "crontab /mnt/crontab; crond -s"),
    ("bcron", "bcron of Debian 13", "trixie", "bcron", BCRON),
)


def register(name: str, title: str, suite: str, package: str, start: str) -> None:
    @CHECKS.add(f"cron-run-{name}", LINES, f"{title}, started by it")
    def check(material: Material, _: str) -> Outcome:
        return started(material, debian_with(suite, package), package, start, STARTS)


def started(material: Material, root: DebianRoot, package: str, start: str, seen: str) -> Outcome:
    """Have *start* run a crontab with an oddly named data directory, and compare what the program is started with."""
    with scratch() as folder:
        data, home = folder / ODD, material.data.parent
        given = {"FINEWS_DATA_DIR": f"{data}", "FINEWS_CONTACT": CONTACT}
        (folder / "crontab").write_text(material.finews("schedule", "cron", "--every", "1", **given), "utf-8")
        probe = root.folder / str(FINEWS).lstrip("/")
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_text(PROBE, "utf-8")
        probe.chmod(0o755)
        (root.folder / str(home).lstrip("/")).mkdir(parents=True, exist_ok=True)
        root.run(f"{start}\n{WAIT}", Within(volumes={"/mnt": folder}))
        where, arguments, *variables = (folder / "seen").read_text("utf-8").splitlines()
    version = root.run(f"dpkg-query -W -f '${{Version}}' {package}")
    found = dict(variable.split("=", 1) for variable in variables)
    differ = {name: found.get(name) for name, value in given.items() if found.get(name) != value}
    if (where, arguments) != (str(home), "crawl channel") or differ:
        return in_version(version, wrong(f"in {where}: finews {arguments}, {differ}"))
    return in_version(version, right(f"{seen}, with folder, arguments and settings as written"))


for cron in CRONS:
    register(*cron)


@CHECKS.add("cron-run-systemd-cron", LINES, "systemd-cron of Debian 13, the units that it makes")
def systemd_cron(material: Material, _: str) -> Outcome:
    root = debian_with("trixie", "systemd-cron")
    seen = "no complaint of systemd-analyze verify; its script starts the program"
    return started(material, root, "systemd-cron", SYSTEMD_CRON, seen)

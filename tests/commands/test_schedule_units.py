"""``finews schedule systemd`` and ``worker``: systemd accepts their units."""

from __future__ import annotations

import pwd
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.scrapy_command import Run, Scrapy

ALL_WELL, ARGUMENTS = 0, 2
PROGRAM = Path(sys.executable).with_name("finews")
NOBODY = pwd.getpwall()[-1].pw_name
pytestmark = pytest.mark.usefixtures("without_network_environment")


def units_of(run: Run) -> dict[str, str]:
    """Return the units by the name in their first line."""
    assert run.status == ALL_WELL, run.log
    _, *parts = run.log.split("# /etc/systemd/system/")
    return dict(part.split("\n", 1) for part in parts)


def verified(units: dict[str, str], folder: Path) -> str:
    """Return the messages of ``systemd-analyze verify``."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for name, text in units.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(folder / name) for name in units)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode == 0 else f"{done.stderr}(status {done.returncode})"


@pytest.mark.parametrize("changed", [{}, {"FINEWS_ALARM_MAIL": "news@example.org"}], ids=["plain", "with mail"])
def test_systemd_accepts_the_units(scrapy: Scrapy, tmp_path: Path, changed: dict[str, str]) -> None:
    data = tmp_path / "100% 数据"
    data.mkdir()
    crawl = scrapy.into(data).at("http://127.0.0.1:1", **changed, FINEWS_CONTACT='"a" %h $x \\')
    units = units_of(crawl("schedule", "systemd", "--every", "15", "--user", NOBODY))
    assert [*units] == ["finews-crawl.service", "finews-crawl.timer"]
    assert verified(units, tmp_path) == ""
    service, timer = units.values()
    assert f"\nUser={NOBODY}\n" in service
    assert f'\nExecStart="{PROGRAM}" crawl channel\n' in service
    assert f'\nReadWritePaths="{tmp_path}/100%% 数据"\n' in service
    assert '\nEnvironment="FINEWS_CONTACT=\\"a\\" %%h $x \\\\"\n' in service
    assert '\nEnvironment="FINEWS_LOCK_WAIT=450"\n' in service
    # A mail program needs privileges and its own spool.
    assert ("\nNoNewPrivileges=true\n" in service) == ("\nProtectSystem=strict\n" in service) == (not changed)
    assert "\nOnCalendar=*:00/15\n" in timer
    assert "\nPersistent=true\n" in timer
    assert "\nRandomizedDelaySec=150\n" in timer


@pytest.mark.parametrize("log", ["", "log"], ids=["journal", "log file"])
def test_systemd_accepts_the_unit_of_workers(scrapy: Scrapy, tmp_path: Path, log: str) -> None:
    env_file, folder = tmp_path / "worker.env", tmp_path / log
    folder.mkdir(exist_ok=True)
    env_file.write_text("FINEWS_CLUSTER='rediss://:secret-word@redis.example.org:6380'\n")
    env_file.chmod(0o600)
    settings = {"FINEWS_LOG_FILE": str(folder / "worker.jsonl")} if log else {}
    crawl = scrapy.at("http://127.0.0.1:1", FINEWS_ALARM_MAIL="news@example.org", **settings)
    units = units_of(crawl("schedule", "worker", "--user", NOBODY, "--env-file", str(env_file)))
    assert [*units] == ["finews-worker@.service"]
    assert verified(units, tmp_path) == ""
    (service,) = units.values()
    assert f"\nUser={NOBODY}\nWorkingDirectory={ROOT}\nEnvironmentFile={env_file}\n" in service
    assert f'\nExecStart="{PROGRAM}" worker\nRestart=always\n' in service
    assert "\nRestartPreventExitStatus=5\n" in service
    assert "\nNoNewPrivileges=true\n" in service
    assert service.endswith("\n\n[Install]\nWantedBy=multi-user.target\n")
    assert (f'\nReadWritePaths="{folder}"\n' in service) == ("ReadWritePaths" in service) == bool(log)
    for word in ("secret-word", "FINEWS_DATA_DIR", "FINEWS_ALARM", "FINEWS_LOCK_WAIT"):
        assert word not in service
    assert '\nEnvironment="FINEWS_SHARE_URL=http://127.0.0.1:1"\n' in service


def test_a_worker_gets_its_server_from_a_file(scrapy: Scrapy, tmp_path: Path) -> None:
    refused = scrapy("schedule", "worker")
    assert (refused.status, refused.log.count("\n")) == (ARGUMENTS, 1)
    assert "FINEWS_CLUSTER is not set: write FINEWS_CLUSTER='redis://HOST:6379' into a file" in refused.log
    refused = scrapy("schedule", "worker", "-s", "FINEWS_CLUSTER=redis://127.0.0.1:1")
    assert "FINEWS_CLUSTER: secret, so not printed" in refused.log
    env_file = tmp_path / "worker.env"
    env_file.write_text("OTHER=1\n")
    assert "has no line FINEWS_CLUSTER=" in scrapy("schedule", "worker", "--env-file", str(env_file)).log


def test_systemd_detects_an_invalid_unit(scrapy: Scrapy, tmp_path: Path) -> None:
    scrapy.data.mkdir()
    units = units_of(scrapy("schedule", "systemd"))
    units["finews-crawl.timer"] = units["finews-crawl.timer"].replace("Persistent=true", "Persistent=perhaps")
    assert "finews-crawl.timer:12: Failed to parse boolean value" in verified(units, tmp_path)


def test_a_worker_takes_the_place_of_redis_from_the_settings_file(scrapy: Scrapy, tmp_path: Path) -> None:
    file = tmp_path / "finews.toml"
    file.write_text('cluster = "redis://:pw1234@127.0.0.1:6379"\n')
    bare = {name: value for name, value in scrapy.environment.items() if not name.startswith("FINEWS_")}
    unit = replace(scrapy, environment={**bare, "FINEWS_CONFIG": str(file)})("schedule", "worker")
    assert unit.status == ALL_WELL, unit.log
    assert f'\nEnvironment="FINEWS_CONFIG={file}"\n' in unit.log
    assert "pw1234" not in unit.log

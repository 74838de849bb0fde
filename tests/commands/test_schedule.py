"""``finews schedule``: its output works in cron and systemd, with an empty environment."""

from __future__ import annotations

import pwd
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shlex import quote

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from tests.operate.scheduling.as_cron import by_cron
from tests.support.paths import ROOT
from tests.support.scrapy_command import Run, Scrapy

ALL_WELL, ARGUMENTS = 0, 2
PROGRAM = Path(sys.executable).with_name("finews")
NOBODY = pwd.getpwall()[-1].pw_name
pytestmark = pytest.mark.usefixtures("without_network_environment")


def line_of(run: Run) -> str:
    """Return the crontab line without its comments."""
    assert run.status == ALL_WELL, run.log
    (line,) = [line for line in run.log.splitlines() if not line.startswith("#")]
    return line


def as_cron_does(command: str, redirection: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as cron does: in /bin/sh, in the root folder, with an empty environment."""
    shell = by_cron(command, unescapes_backslashes=False)
    return subprocess.run(
        ["env", "-i", "/bin/sh", "-c", f"( {shell} ) {redirection}"],
        cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def posts(data: Path) -> int:
    return len(list((data / "site" / "_posts").glob("*.md")))


def test_without_any_setting_the_line_has_the_data_directory_and_the_default_hosts(scrapy: Scrapy) -> None:
    bare = {name: value for name, value in scrapy.environment.items() if not name.startswith("FINEWS_")}
    without = replace(scrapy, environment=bare)
    names = [word.partition("=")[0] for word in line_of(without("schedule", "cron")).split() if "FINEWS_" in word]
    assert names == ["FINEWS_DATA_DIR", "FINEWS_LOCK_WAIT", "FINEWS_LOG_FILE"]
    assert without("schedule", "systemd").log.count('Environment="FINEWS_') == len(names)


def test_with_a_settings_file_the_line_names_it_instead_of_repeating_it(scrapy: Scrapy, tmp_path: Path) -> None:
    file = tmp_path / "finews.toml"
    file.write_text('log_file = "log/crawl.jsonl"\nlock_wait = 9\nalarm_command = "notify --key abcdef"\n')
    (tmp_path / "hook").write_text("https://hooks.example.org/T0/key\n")
    bare = {name: value for name, value in scrapy.environment.items() if not name.startswith("FINEWS_")}
    given = {"FINEWS_CONFIG": str(file), "FINEWS_ALARM_WEBHOOK_FILE": str(tmp_path / "hook"), "FINEWS_LOG_KEEP": "3"}
    with_file = replace(scrapy, environment={**bare, **given})
    names = [word.partition("=")[0] for word in line_of(with_file("schedule", "cron")).split() if "FINEWS_" in word]
    assert names == ["FINEWS_CONFIG", "FINEWS_ALARM_WEBHOOK_FILE", "FINEWS_LOG_KEEP"]
    service = with_file("schedule", "systemd").log
    assert f'\nReadWritePaths="{tmp_path}/data" "{tmp_path}/log"\n' in service
    assert "NoNewPrivileges" not in service, "the command of the file may need more"
    assert "abcdef" not in service
    assert "T0" not in service


def test_a_host_that_is_set_or_switched_off_is_part_of_the_line(scrapy: Scrapy) -> None:
    switched = scrapy.at("", FINEWS_COLUMNS_URL="http://127.0.0.1:8000", FINEWS_ARTICLE_URL="http://127.0.0.1:8000")
    line = line_of(switched("schedule", "cron"))
    assert " FINEWS_COLUMNS_URL=http://127.0.0.1:8000 " in line
    assert " FINEWS_ARCHIVE_URL='' " in line


def test_a_crawl_without_any_list_is_not_scheduled(scrapy: Scrapy) -> None:
    run = scrapy.at("")("schedule", "cron")
    assert run.status == ARGUMENTS
    assert "no channel that is polled by default has a host: unset FINEWS_COLUMNS_URL or FINEWS_FAST_URL" in run.log
    assert run.log.count("for example") == 1


def test_errors_before_the_log_is_open_go_to_standard_error(scrapy: Scrapy, origin: RunningOrigin) -> None:
    line = line_of(scrapy.at(origin.url)("schedule", "cron"))
    scrapy.data.write_text("in the way")
    done = as_cron_does(line.split(" ", 5)[5])
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.startswith(f"finews crawl channel: {scrapy.data} ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("redirection", ["", ">&-", ">&- 2>&-"])
def test_a_crawl_from_the_root_folder(scrapy: Scrapy, origin: RunningOrigin, redirection: str) -> None:
    hosts = " ".join(f"{name}={value}" for name, value in scrapy.at(origin.url).environment.items() if "_URL" in name)
    command = f"{quote(str(PROGRAM))} crawl channel -a limit=3"
    done = as_cron_does(f"FINEWS_DATA_DIR={scrapy.data} {hosts} {command}", redirection)
    assert (done.returncode, posts(scrapy.data)) == (ALL_WELL, 3), done.stderr


def test_relative_paths_become_absolute(scrapy: Scrapy) -> None:
    relative = replace(scrapy.into(Path("some/data")))
    relative.environment.update(FINEWS_LOG_FILE="crawl.jsonl", FINEWS_LOCK_WAIT="7")
    line = line_of(relative("schedule", "cron", "-s", "FINEWS_SUMMARY_FILE=summary.json"))
    assert f" cd {quote(str(ROOT))} && " in line
    assert f" FINEWS_DATA_DIR={quote(f'{ROOT}/some/data')} " in line
    assert f" FINEWS_LOG_FILE={quote(f'{ROOT}/crawl.jsonl')} " in line
    assert f" FINEWS_SUMMARY_FILE={quote(f'{ROOT}/summary.json')} " in line
    assert " FINEWS_LOCK_WAIT=7 " in line
    assert line.endswith(f" nice -n 10 {quote(str(PROGRAM))} crawl channel")
    assert "TESTS" not in line


def test_a_user_gives_a_line_for_etc_cron_d(scrapy: Scrapy) -> None:
    run = scrapy("schedule", "cron", "--every", "60", "--user", NOBODY)
    minute, *rest = line_of(run).split(" ", 6)
    assert 0 <= int(minute) < 60
    assert rest[:5] == ["*", "*", "*", "*", NOBODY]
    assert rest[5].startswith("cd ")
    assert "/etc/cron.d/" in run.log


def test_installations_start_at_different_minutes(scrapy: Scrapy, tmp_path: Path) -> None:
    def minute(data: Path) -> str:
        return line_of(scrapy.into(data)("schedule", "cron", "--every", "60")).split()[0]

    assert len({minute(tmp_path / str(number)) for number in range(4)}) > 1
    assert minute(tmp_path) == minute(tmp_path)


def test_missing_folders_are_reported(scrapy: Scrapy, tmp_path: Path) -> None:
    run = scrapy("schedule", "systemd", "-s", f"FINEWS_LOG_FILE={tmp_path}/logs/crawl.jsonl")
    warnings = [line for line in run.log.splitlines() if line.startswith("finews schedule: ")]
    assert len(warnings) == 2
    for folder, warning in zip((scrapy.data, tmp_path / "logs"), warnings, strict=True):
        assert f"{folder} " in warning
    assert not scrapy.data.exists()


WRONG = {
    "nothing": ([], "cron, systemd, worker"),
    "another": (["launchd"], "'launchd'"),
    "both": (["cron", "systemd"], "'cron systemd'"),
    "an uneven interval": (
        ["cron", "--every", "45"],
        "--every must divide an hour or a day evenly, got 45; the nearest is 30",
    ),
    "no number": (["cron", "--every", "often"], "--every"),
    "unknown user": (["cron", "--user", "no such user"], "'no such user'"),
    "a line break": (
        ["cron", "-s", "FINEWS_POST_SHARE_URL=http://a\n* * * * * id"],
        "FINEWS_POST_SHARE_URL 'http://a\\n* * * * * id' contains",
    ),
    "a line too long": (["cron", "-s", f"FINEWS_CONTACT={'x' * 999}"], "but cron accepts at most 998: unset"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_exit_with_2_and_an_example(scrapy: Scrapy, case: str) -> None:
    arguments, message = WRONG[case]
    run = scrapy("schedule", *arguments)
    assert run.status == ARGUMENTS
    (line,) = run.log.splitlines()
    assert message in line
    assert line.startswith("finews schedule: ")


def test_invalid_settings_are_not_scheduled(scrapy: Scrapy) -> None:
    run = scrapy("schedule", "cron", "-s", "FINEWS_LOCK_WAIT=long")
    assert run.status == ARGUMENTS
    assert run.log.startswith("finews schedule: FINEWS_LOCK_WAIT")
    assert run.log.count("\n") == 1


PROXY = "http://127.0.0.1:3128"


def test_the_line_has_the_proxies_of_the_environment(scrapy: Scrapy) -> None:
    proxies = {"HTTP_PROXY": PROXY, "https_proxy": f"{PROXY}9", "no_proxy": "localhost,.example", "ftp_proxy": PROXY}
    scrapy.environment |= {**proxies, "SSL_CERT_FILE": "/etc/ssl/own ca.pem"}
    for kind in ("cron", "systemd"):
        output = scrapy("schedule", kind).log
        for assignment in (f"http_proxy={PROXY}", f"https_proxy={PROXY}9", "no_proxy=localhost,.example"):
            assert assignment in output
        assert "ftp_proxy" not in output
        assert "own ca.pem" in output


def test_the_line_has_the_folders_of_ones_own_modules(scrapy: Scrapy, tmp_path: Path) -> None:
    scrapy.environment["PYTHONPATH"] = f"{scrapy.environment.get('PYTHONPATH', '')}:own modules::{tmp_path}"
    for kind in ("cron", "systemd"):
        output = scrapy("schedule", kind).log
        assert f"/own modules:{tmp_path}" in output
        assert "::" not in output


def test_an_option_that_the_crawl_would_run_without_is_refused(scrapy: Scrapy) -> None:
    run = scrapy("schedule", "cron", "-s", "FINEWS_LOCK_WAIT=5", "-s", "DOWNLOAD_DELAY=2")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert "-s DOWNLOAD_DELAY=… is not part of a schedule: put it below [scrapy] in finews.toml" in run.log


SECRETS = {
    "FINEWS_ALARM_WEBHOOK": "https://hooks.example.org/T0/key",
    "FINEWS_ALARM_COMMAND": "curl -H 'X-Token: abcd' https://a.example",
    "https_proxy": "http://me:pw1234@127.0.0.1:3128",
}


@pytest.mark.parametrize(("name", "kind"), [*((name, "cron") for name in SECRETS), ("https_proxy", "systemd")])
def test_secrets_are_in_a_file_and_never_printed(scrapy: Scrapy, tmp_path: Path, name: str, kind: str) -> None:
    value, env_file = SECRETS[name], tmp_path / "my secrets%.env"
    scrapy.environment[name] = value
    refused = scrapy("schedule", kind)
    assert (refused.status, refused.log.count("\n")) == (ARGUMENTS, 1)
    assert f"{name}: secret, so not printed" in refused.log
    env_file.write_text(f"OTHER='{value}'\n")
    assert f"has no line {name}=" in scrapy("schedule", kind, "--env-file", str(env_file)).log
    env_file.write_text(f"{name}={quote(value)}\n")
    env_file.chmod(0o600)
    run = scrapy("schedule", kind, "--env-file", str(env_file))
    assert run.status == ALL_WELL, run.log
    assert "my secrets" in run.log
    for part in ("T0/key", "abcd", "pw1234", "…", f"{name}="):
        assert part not in run.log
    env_file.chmod(0o644)
    assert "can be read by other users: chmod 600" in scrapy("schedule", kind, "--env-file", str(env_file)).log


@pytest.mark.parametrize(("kind", "part"), [("cron", "set -a && . {} && "), ("systemd", "EnvironmentFile={}\n")])
def test_a_file_whose_secrets_are_not_in_the_environment_is_named(
    scrapy: Scrapy, tmp_path: Path, kind: str, part: str
) -> None:
    env_file = tmp_path / "secrets.env"
    env_file.write_text("FINEWS_ALARM_WEBHOOK='https://hooks.example.org/T0/key'\n")
    run = scrapy("schedule", kind, "--env-file", str(env_file))
    assert run.status == ALL_WELL
    assert part.format(env_file) in run.log
    env_file.unlink()
    assert scrapy("schedule", kind, "--env-file", str(env_file)).status == ARGUMENTS


def test_a_scheduled_crawl_gets_the_variables_of_the_line_and_of_the_file_of_secrets(
    scrapy: Scrapy, tmp_path: Path
) -> None:
    env_file = tmp_path / "secrets.env"
    env_file.write_text("http_proxy='http://me:pw%1234@127.0.0.1:3128'\n")
    env_file.chmod(0o600)
    scrapy.environment |= {"http_proxy": "http://me:pw%1234@127.0.0.1:3128", "no_proxy": "localhost,.example"}
    line = line_of(scrapy("schedule", "cron", "--env-file", str(env_file)))
    crawl = f"{quote(str(PROGRAM))} crawl channel"
    assert line.endswith(crawl)
    environment = as_cron_does(f"{line.split(' ', 5)[5].removesuffix(crawl)}env").stdout.splitlines()
    assert "http_proxy=http://me:pw%1234@127.0.0.1:3128" in environment
    assert "no_proxy=localhost,.example" in environment
    assert f"FINEWS_DATA_DIR={scrapy.data}" in environment


@pytest.mark.parametrize("name", ["FINEWS_DATA_DIR", "FINEWS_LOG_FILE"])
@pytest.mark.parametrize("kind", ["cron", "systemd"])
def test_a_folder_that_cannot_be_one_is_not_scheduled(scrapy: Scrapy, tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / "file").touch()
    scrapy.environment[name] = str(tmp_path / "file" / "x" / "y")
    run = scrapy("schedule", kind)
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert f"cannot be a folder, since {tmp_path / 'file'} is a file: name another" in run.log


def test_a_folder_of_another_user_is_scheduled_for_that_user_only(scrapy: Scrapy) -> None:
    scrapy.data.mkdir(mode=0o555)
    run = scrapy.bound_by_permissions()("schedule", "cron")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert f"no permission to write in {scrapy.data}: give it, or name the user who has it by --user" in run.log
    assert scrapy.bound_by_permissions()("schedule", "cron", "--user", NOBODY).status == ALL_WELL


def test_a_proxy_that_no_crawl_can_use_is_not_scheduled(scrapy: Scrapy) -> None:
    scrapy.environment["https_proxy"] = "ftp://127.0.0.1"
    run = scrapy("schedule", "cron")
    assert (run.status, run.log) == (
        ARGUMENTS,
        "finews schedule: https_proxy must be a URL such as http://127.0.0.1:3128\n",
    )

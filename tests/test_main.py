"""``finews``: the commands of this package, from any folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from finews_crawler.command_line import command_names, load, parser_of
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import Scrapy

OTHER_PROJECT = {
    "scrapy.cfg": "[settings]\ndefault = other.settings\n",
    "other/__init__.py": "",
    "other/settings.py": "BOT_NAME = 'other'\n",
}


def finews(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "finews_crawler", *words]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, text=True, capture_output=True, check=False, timeout=120
    )


def test_it_crawls_in_any_folder_also_of_another_project(tmp_path: Path, scrapy: Scrapy, origin: RunningOrigin) -> None:
    for name, text in OTHER_PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    environment = scrapy.at(origin.url).environment
    run = finews(tmp_path, "crawl", "channel", "-a", "limit=3", **environment)
    assert run.returncode == 0, run.stderr
    assert "channel: found" in run.stderr
    assert len(list(scrapy.posts.iterdir())) == 3
    runs = finews(tmp_path, "runs", "--json", **environment)
    assert '"spider": "channel"' in runs.stdout


def test_without_a_command_it_lists_all_of_them(tmp_path: Path) -> None:
    run = finews(tmp_path)
    listed = [line.split()[0] for line in run.stdout.splitlines() if line.startswith("  ")]
    assert (run.returncode, listed) == (0, command_names())
    assert {"crawl", "site", "worker"} <= set(listed)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("rnus",), "finews: unknown command 'rnus'; did you mean runs?"),
        (("status",), "finews: unknown command 'status'; did you mean runs, or doctor?"),
        (("build",), "finews: unknown command 'build'; did you mean site build?"),
        (("restore",), "finews: unknown command 'restore'; did you mean reindex?"),
        (("cron",), "finews: unknown command 'cron'; did you mean schedule cron?"),
        (("runs", "--last"), "finews runs: error: argument --last: expected one argument"),
        (
            ("crawl", "channel", "-a", "limit"),
            "finews crawl channel: -a must be NAME=VALUE, got 'limit'; for example: finews crawl channel -a limit=",
        ),
        (("reindex", "--modernize"), "finews reindex: unknown option '--modernize'; did you mean --modernise?"),
        (("site", "serve", "--prot", "80"), "finews site: unknown option '--prot'; did you mean --port?"),
        (
            ("coverage", "--untl=2026-01-01"),
            "finews coverage: unknown option '--untl=2026-01-01'; did you mean --until?",
        ),
        (("worker", "--quickly"), "finews worker: unknown option '--quickly'; for example: FINEWS_CLUSTER="),
        (("audit", "data", "old"), "finews audit: the path must be one folder that exists, got 'data old'"),
        (("-x",), "finews: unknown option '-x'; options follow the command"),
        (("zzz",), "finews: unknown command 'zzz': see finews --help"),
        (("--completion", "fish"), "finews: --completion must be one of bash, zsh, tcsh, got 'fish'"),
    ],
)
def test_wrong_words_are_one_line_and_status_2(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    run = finews(tmp_path, *words)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines()[-1].startswith(message)
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("words", [("crawl", "channel"), ("doctor", "--offline")])
def test_a_package_that_an_update_needs_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    """As after ``git pull`` without ``make venv``."""
    hidden = f"import sys; sys.modules['zstandard'] = None; sys.argv[1:] = {words}"
    command = [sys.executable, "-c", f"{hidden}; from finews_crawler.__main__ import main; main()"]
    run = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    (line,) = run.stderr.splitlines()
    assert line.startswith(
        "finews: the package zstandard is not installed: after an update of the source, run `make venv`"
    )


@pytest.mark.parametrize(
    ("folder", "hint"),
    [
        ("own", "{module} needs it; install it beside finews\n"),
        ("dist-packages", "after an update of the source, run `make venv`"),  # installed by the system, for finews too
    ],
)
def test_a_package_that_the_users_own_module_needs_is_not_taken_for_ours(
    tmp_path: Path, folder: str, hint: str
) -> None:
    (module := tmp_path / folder / "own.py").parent.mkdir()
    code = (
        "class Late:\n    @classmethod\n    def update_pre_crawler_settings(cls, _):\n        import package_of_mine\n"
    )
    module.write_text(code)
    run = finews(tmp_path, "crawl", "channel", "-s", 'ADDONS={"own.Late": 5}', PYTHONPATH=str(module.parent))
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith(f"finews: the package package_of_mine is not installed: {hint.format(module=module)}")


def test_an_interrupt_is_one_line_and_ends_by_the_signal(tmp_path: Path) -> None:
    code = (
        "import sys; from finews_crawler import __main__, command_line\n"
        "def interrupted(): raise KeyboardInterrupt\n"
        "command_line.main = interrupted; sys.argv[1:] = ['reindex', 'old']; __main__.main()"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, text=True, capture_output=True, check=False)
    assert (run.returncode, run.stdout) == (-signal.SIGINT, "")
    assert run.stderr == "finews reindex: interrupted: run it again\n"


def test_the_versions(tmp_path: Path) -> None:
    assert finews(tmp_path, "--version").stdout.startswith("finews 0.1.0, Scrapy 2.19.")


def test_a_profile_is_written(tmp_path: Path) -> None:
    finews(tmp_path, "runs", "--profile", "profile", FINEWS_DATA_DIR=str(tmp_path))
    assert (tmp_path / "profile").stat().st_size > 1000


@pytest.mark.parametrize("name", command_names())
def test_the_help_of_a_command_has_two_examples_that_it_takes(name: str) -> None:
    command = load(name, Settings())
    parser = parser_of(name, command)
    text = parser.format_help()
    examples: tuple[str, ...] = getattr(command, "examples", ())
    assert len(examples) == 2
    for example in examples:
        assert f"\n  {example}" in text
        before, _, after = example.partition(f"finews {name}")
        assert all("=" in word for word in before.split())
        _, arguments = parser.parse_known_args(after.split())
        assert [word for word in arguments if word.startswith("-")] == []


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("re", ["rebuild", "reextract", "reindex", "retire"]),
        ("site ", ["build", "serve"]),
        ("export --f", ["--format"]),
    ],
)
def test_bash_completes_commands_words_and_options(tmp_path: Path, typed: str, completed: list[str]) -> None:
    script = tmp_path / "completion"
    script.write_text(finews(tmp_path, "--completion", "bash").stdout)
    words = " ".join(f"'{word}'" for word in f"finews {typed}".split(" "))
    line = f"source {script}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _shtab_finews"
    run = subprocess.run(
        ["bash", "-c", f'{line}; printf "%s\\n" "${{COMPREPLY[@]}}"'], text=True, capture_output=True, check=False
    )
    assert set(completed) <= set(run.stdout.split())
    assert "crawl" not in run.stdout.split()


def test_an_unknown_option_is_compared_with_options_that_exist() -> None:
    """They are named by where argparse stores values. ``crawl``, whose ``-a`` has no such name, makes no suggestion."""
    for name in command_names():
        parser = parser_of(name, load(name, Settings()))
        stored = {f"--{key.replace('_', '-')}" for key in vars(parser.parse_known_args([])[0])}
        given = {option for action in parser._actions for option in action.option_strings}
        assert stored - given == ({"--spargs"} if name == "crawl" else set()), name

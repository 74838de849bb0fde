"""What stands in a crontab or a unit reaches the crawl as it was."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.operate.scheduling.quoting import as_unit_word, in_crontab, in_unit
from tests.operate.scheduling.as_cron import by_cron

PRINTABLE = st.text().filter(str.isprintable)
ODD = st.text(alphabet="\\%'\"$ a`!#;&=~\u6807")
VALUES = PRINTABLE | ODD


@given(VALUES, st.booleans())
def test_a_word_comes_through_cron_and_the_shell(value: str, unescapes_backslashes: bool) -> None:
    line = f"A={in_crontab(value)} command"
    assert shlex.split(by_cron(line, unescapes_backslashes=unescapes_backslashes)) == [f"A={value}", "command"]


@pytest.mark.parametrize(
    "value", ["", "a b", "date +%F\\%s", r"\\server\%", 'it\'s "$HOME" `id` $(id)', "100%", "标题"]
)
def test_a_word_comes_through_a_real_shell(value: str) -> None:
    line = by_cron(f"printf %s {in_crontab(value)}".replace("%s", r"\%s", 1), unescapes_backslashes=False)
    done = subprocess.run(["/bin/sh", "-c", line], env={}, capture_output=True, text=True, check=True)
    assert done.stdout == value


def by_systemd(word: str) -> str:
    """A quoted word of a unit, as systemd.syntax(7) and systemd.unit(5) read it."""
    assert (word[0], word[-1]) == ('"', '"')
    text, characters = "", iter(word[1:-1])
    for character in characters:
        assert character != '"'
        text += next(characters) if character == "\\" else character
    return by_specifiers(text)


def by_specifiers(text: str) -> str:
    parts = text.split("%%")
    assert not any("%" in part for part in parts)
    return "%".join(parts)


@given(VALUES)
def test_a_word_comes_through_a_unit(value: str) -> None:
    assert by_systemd(as_unit_word(value)) == value
    assert by_specifiers(in_unit(value)) == value


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_has_nothing_to_say_about_odd_words(tmp_path: Path) -> None:
    odd = """100% "$HOME" 'a' \\ %h 标题"""
    program = tmp_path / "a % $b" / "true"
    program.parent.mkdir()
    program.symlink_to("/bin/true")
    unit = tmp_path / "odd.service"
    unit.write_text(
        f"[Service]\nType=oneshot\nWorkingDirectory={in_unit(str(program.parent))}\n"
        f"Environment={as_unit_word(f'A={odd}')}\nExecStart={as_unit_word(str(program))} crawl\n",
        encoding="utf-8",
    )
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    # It does have something to say where a path is not as it should be.
    unit.write_text(unit.read_text(encoding="utf-8").replace("%%", "%!"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert done.stderr

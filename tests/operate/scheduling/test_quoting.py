"""Quoted values reach the crawl unchanged through cron, a shell and systemd."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.operate.scheduling.quoting import escape_unit_line, quote_for_crontab, quote_unit_word
from tests.operate.scheduling.as_cron import by_bcron, by_cron

PRINTABLE = st.text().filter(str.isprintable)
ODD = st.text(alphabet="\\%'\"$ a`!#;&=~\u6807")
VALUES = PRINTABLE | ODD


@given(VALUES, st.booleans())
def test_quote_for_crontab_survives_cron_and_shell_rules(value: str, unescapes_backslashes: bool) -> None:
    line = f"A={quote_for_crontab(value)} command"
    assert shlex.split(by_cron(line, unescapes_backslashes=unescapes_backslashes)) == [f"A={value}", "command"]
    assert shlex.split(by_bcron(line)) == [f"A={value}", "command"]


@pytest.mark.parametrize(
    "value", ["", "a b", "date +%F\\%s", r"\\server\%", 'it\'s "$HOME" `id` $(id)', "100%", "标题"]
)
def test_quote_for_crontab_survives_a_real_shell(value: str) -> None:
    line = by_cron(f"printf %s {quote_for_crontab(value)}".replace("%s", r"\%s", 1), unescapes_backslashes=False)
    done = subprocess.run(["/bin/sh", "-c", line], env={}, capture_output=True, text=True, check=True)
    assert done.stdout == value


def by_systemd(word: str) -> str:
    """Parse a quoted word of a unit by systemd.syntax(7) and systemd.unit(5)."""
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
def test_quote_unit_word_survives_the_rules_of_systemd(value: str) -> None:
    assert by_systemd(quote_unit_word(value)) == value
    assert by_specifiers(escape_unit_line(value)) == value


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_accepts_quoted_special_characters(tmp_path: Path) -> None:
    odd = """100% "$HOME" 'a' \\ %h 标题"""
    program = tmp_path / "a % $b" / "true"
    program.parent.mkdir()
    program.symlink_to("/bin/true")
    unit = tmp_path / "odd.service"
    unit.write_text(
        f"[Service]\nType=oneshot\nWorkingDirectory={escape_unit_line(str(program.parent))}\n"
        f"Environment={quote_unit_word(f'A={odd}')}\nExecStart={quote_unit_word(str(program))} crawl\n",
        encoding="utf-8",
    )
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    # The verification detects an invalid path.
    unit.write_text(unit.read_text(encoding="utf-8").replace("%%", "%!"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert done.stderr

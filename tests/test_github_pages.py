"""``deploy/github-pages.yml``: which steps run after one that failed. ``tests/slow`` carries them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.debian_root import Within
from tests.support.paths import ROOT
from tests.support.workflow import FAILED, Runner

WORKFLOW = ROOT / "deploy" / "github-pages.yml"
STEPS = ("checkout", "configure-pages", "cache/restore", "cache/save", "upload-pages-artifact", "deploy-pages")


@dataclass
class ScriptedRoot:
    """Carries out nothing; a step with *fails* in its script fails, and one that says `exit 1`."""

    folder: Path
    fails: str

    def run(self, script: str, within: Within) -> str:
        return f"{FAILED}1" if self.fails in script or "exit 1" in script else ""


def ran(folder: Path, fails: str) -> tuple[bool, set[str]]:
    """Return whether the run went well, and which of its steps that keep something were carried out."""
    used: set[str] = set()

    def note(name: str, given: Mapping[str, str]) -> None:
        used.add(name)

    actions = {f"actions/{name}": lambda given, name=name: note(name, given) for name in STEPS}
    (folder / "temp").mkdir()
    values = {"steps.pages.outputs.base_url": "https://news.github.io", "github.run_id": "1"}
    runner = Runner(ScriptedRoot(folder, fails), "/work", values, actions, {}, temporary="/temp")
    is_well = runner.run(WORKFLOW)
    used |= {name for name, outcome, _ in runner.log if outcome == "success"}
    return is_well, used & {"keep", "cache/save", "deploy-pages"}


@pytest.mark.parametrize(
    ("fails", "kept"),
    [
        ("bin/pip", set()),
        ("finews reindex", set()),
        ("finews crawl channel", {"keep", "cache/save", "deploy-pages"}),
        ("finews site build", {"keep", "cache/save"}),
        ("git push", set()),
    ],
)
def test_a_run_that_fails_keeps_what_it_has_archived(tmp_path: Path, fails: str, kept: set[str]) -> None:
    assert ran(tmp_path, fails) == (False, kept)


def test_a_run_that_goes_well_keeps_and_publishes(tmp_path: Path) -> None:
    assert ran(tmp_path, "no step has this") == (True, {"keep", "cache/save", "deploy-pages"})

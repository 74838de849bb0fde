"""Runs the steps of a workflow of GitHub Actions in a fresh Debian root: the ``run`` steps as they are.

Actions are stood in for by functions of the test, since they need GitHub. A workflow with another action, or with an
expression that is not known here, fails.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests.support.debian_root import Within

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
OUTCOME = re.compile(r"steps\.(\w+)\.outcome (==|!=) '(\w+)'")
NOT_CANCELLED = "!cancelled()"
"""Without it, or another function of the status, a step is skipped after one that failed."""
FAILED = "runner: the step failed with status "
Action = Callable[[Mapping[str, str]], None]


class Root(Protocol):
    """Where the steps run, as a ``DebianRoot``."""

    @property
    def folder(self) -> Path: ...

    def run(self, script: str, within: Within) -> str: ...


@dataclass
class Runner:
    """A runner of GitHub, with a user who may become root by sudo."""

    root: Root
    workspace: str
    values: Mapping[str, str]
    """Of expressions, such as ``github.run_id``."""
    actions: Mapping[str, Action]
    """By name, without version."""
    environment: Mapping[str, str]
    """That overrides the one of the workflow."""
    user: str = "runner"
    temporary: str = "/home/runner/temp"
    log: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, outcome and output of each step that was run."""

    def run(self, file: Path) -> bool:
        """Run the only job of a workflow; return False if it fails."""
        workflow = yaml.safe_load(file.read_text("utf-8"))
        (job,) = workflow["jobs"].values()
        self.log.clear()
        for name in ("path", "env"):
            file = self.root.folder / self.temporary.strip("/") / name
            file.write_text("")
            file.chmod(0o666)
        common = {**workflow.get("env", {}), **job.get("env", {})}
        is_well = True
        for number, step in enumerate(job["steps"]):
            if not self._holds(step.get("if", ""), is_well):
                continue
            outcome, output = self._step(step, common)
            self.log.append((step.get("id") or step.get("name") or f"step {number}", outcome, output))
            if outcome == "failure" and not step.get("continue-on-error"):
                is_well = False
        return is_well

    def output_of(self, name: str) -> str:
        (output,) = (output for step, _, output in self.log if step == name)
        return output

    def _step(self, step: dict[str, Any], common: Mapping[str, str]) -> tuple[str, str]:
        if "uses" in step:
            action = self.actions[step["uses"].partition("@")[0]]
            action({name: self._filled(str(text)) for name, text in step.get("with", {}).items()})
            return "success", ""
        given = {name: self._filled(str(text)) for name, text in {**common, **step.get("env", {})}.items()}
        output = self.root.run(self._script(step["run"]), self._within({**given, **self.environment}))
        return ("failure" if FAILED in output else "success"), output

    def _within(self, given: Mapping[str, str]) -> Within:
        folder = self.root.folder / self.temporary.strip("/")
        path = ":".join(
            [*reversed((folder / "path").read_text().split()), "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"]
        )
        files = {"GITHUB_PATH": f"{self.temporary}/path", "GITHUB_ENV": f"{self.temporary}/env"}
        environment = {"PATH": path, "RUNNER_TEMP": self.temporary, **files, **given}
        return Within(self.user, self.workspace, environment, online=True, shell="/bin/bash")

    def _script(self, script: str) -> str:
        """Return a step as the runner of GitHub calls bash; its status is printed, since a step may fail."""
        return f"bash --noprofile --norc -eo pipefail -c {shlex.quote(script)} || echo '{FAILED}'$?"

    def _filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda match: self.values[match[1]], text)

    def _holds(self, condition: str, is_well: bool) -> bool:
        """Return True if a step is to be run; *is_well* tells whether all before it went well."""
        inside = EXPRESSION.fullmatch(condition)
        terms = (inside[1] if inside else condition).split(" && ") if condition else []
        outcomes = {name: outcome for name, outcome, _ in self.log}
        for term in terms:
            match = OUTCOME.fullmatch(term)
            assert match or term == NOT_CANCELLED, f"the condition {term} is not known here"
            if match and (outcomes.get(match[1], "skipped") == match[3]) != (match[2] == "=="):
                return False
        return is_well or NOT_CANCELLED in terms

"""A report as text for a person, and as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from finews_crawler.operate.audit.findings import ADVICE, Finding, Report

SHOWN_OF_A_KIND = 20


def as_json(report: Report) -> str:
    """One object; ASCII, so that no terminal takes a name for anything else."""
    findings = [
        {
            "kind": finding.kind.value,
            "path": finding.path,
            "info_code": finding.info_code,
            "detail": finding.detail,
            "advice": finding.advice,
        }
        for group in report.by_kind().values()
        for finding in group
    ]
    notes = [{"text": note.text, "paths": list(note.paths)} for note in report.notes]
    whole = {
        "path": report.path,
        "posts": report.posts,
        "forms": dict(report.forms),
        "findings": findings,
        "notes": notes,
        "clean": report.is_clean,
    }
    return json.dumps(whole, indent=1).replace("\x7f", "\\u007f")


def as_lines(report: Report, *, all_paths: bool = False) -> Iterator[str]:
    """The lines for a person, as they are: whoever prints them makes them harmless to a terminal."""
    for note in report.notes:
        yield f"note: {note.text}"
        yield from _shown([f"  {path}" for path in note.paths], all_paths=all_paths)
    for kind, findings in report.by_kind().items():
        yield f"{kind.value} ({len(findings)}): {ADVICE[kind]}"
        yield from _shown([f"  {_described(finding)}" for finding in findings], all_paths=all_paths)
    yield summary(report)


def summary(report: Report) -> str:
    """The last line.

    >>> summary(Report("data", 60, {"media": 50, "rolling": 10}, [], []))
    'audit: data holds 60 posts (media 50, rolling 10): clean'
    """
    forms = f" ({', '.join(f'{form} {number}' for form, number in report.forms.items())})" if report.forms else ""
    kinds = ", ".join(f"{kind.value} {len(findings)}" for kind, findings in report.by_kind().items())
    holds = f"{report.posts} post{'' if report.posts == 1 else 's'}" if report.posts else "no posts"
    return f"audit: {report.path} holds {holds}{forms}: {kinds or 'clean'}"


def _described(finding: Finding) -> str:
    code = f" ({finding.info_code})" if finding.info_code[2:] not in finding.path else ""
    return f"{finding.path}{code}{': ' if finding.detail else ''}{finding.detail}"


def _shown(lines: Sequence[str], *, all_paths: bool) -> Iterator[str]:
    shown = lines if all_paths else lines[:SHOWN_OF_A_KIND]
    yield from shown
    if len(shown) < len(lines):
        yield f"  … and {len(lines) - len(shown)} more (--all shows them)"

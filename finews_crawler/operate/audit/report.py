"""An audit report as plain text and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence

from finews_crawler.operate.audit.findings import AuditReport, Finding

SHOWN_PER_KIND = 20


def audit_as_json(report: AuditReport) -> str:
    """Return the report as one JSON object, in ASCII so that no text in it can control a terminal."""
    findings = [
        {**dataclasses.asdict(finding), "advice": kind.hint}
        for kind, group in report.by_kind().items()
        for finding in group
    ]
    document = {
        "path": report.path,
        "posts": report.posts,
        "forms": dict(report.forms),
        "findings": findings,
        "notes": [dataclasses.asdict(note) for note in report.notes],
        "clean": not report.findings,
    }
    return json.dumps(document, indent=1).replace("\x7f", "\\u007f")


def audit_as_lines(report: AuditReport, *, all_paths: bool = False) -> Iterator[str]:
    """Yield the lines of the text report, not escaped for a terminal."""
    for note in report.notes:
        yield f"note: {note.text}"
        yield from _shorten([f"  {path}" for path in note.paths], all_paths=all_paths)
    for kind, findings in report.by_kind().items():
        yield f"{kind.value} ({len(findings)}): {kind.hint}"
        yield from _shorten([f"  {_describe(finding)}" for finding in findings], all_paths=all_paths)
    yield audit_summary(report)


def audit_summary(report: AuditReport) -> str:
    """Return the last line of the text report.

    >>> audit_summary(AuditReport("data", 60, {"media": 50, "rolling": 10}, [], []))
    'audit: data holds 60 posts (media 50, rolling 10): clean'
    """
    forms = f" ({', '.join(f'{form} {number}' for form, number in report.forms.items())})" if report.forms else ""
    kinds = ", ".join(f"{kind.value} {len(findings)}" for kind, findings in report.by_kind().items())
    posts = f"{report.posts} post{'' if report.posts == 1 else 's'}" if report.posts else "no posts"
    return f"audit: {report.path} holds {posts}{forms}: {kinds or 'clean'}"


def _describe(finding: Finding) -> str:
    code = f" ({finding.info_code})" if finding.info_code[2:] not in finding.path else ""
    return f"{finding.path}{code}{': ' if finding.detail else ''}{finding.detail}"


def _shorten(lines: Sequence[str], *, all_paths: bool) -> Iterator[str]:
    shown = lines if all_paths else lines[:SHOWN_PER_KIND]
    yield from shown
    if len(shown) < len(lines):
        yield f"  … and {len(lines) - len(shown)} more (--all shows them)"

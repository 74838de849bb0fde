"""Geometry of the charts: axes, labels and line paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

MAX_LABELS = 3
"""Maximum number of labels that fit below a chart on a phone."""


class AxisLabel(NamedTuple):
    """Label below a chart."""

    percent: float
    """Distance from the left edge."""
    anchor: str
    """SVG attribute ``text-anchor``."""
    text: str


def axis_top(largest: float) -> float:
    """Return the round number at the end of an axis for values up to *largest*.

    >>> [axis_top(largest) for largest in (0, 1, 3, 7, 480, 1001, 0.3)]
    [1, 1, 5, 10, 500, 2000, 0.5]
    """
    if largest <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(largest))
    top = next(step * power for step in (1, 2, 5, 10) if step * power >= largest * (1 - 1e-9))
    return round(top) if top >= 1 else round(top, 12)


def number(value: float | None) -> str:
    """Return a number in readable form, '' for None.

    >>> number(12345), number(2.50), number(0.04), number(1234.5), number(None)
    ('12,345', '2.5', '0.04', '1,234', '')
    """
    if value is None:
        return ""
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < 1 else f"{value:.1f}".removesuffix(".0")


def axis_labels(labels: Sequence[str]) -> list[AxisLabel]:
    """Return the positions of up to three labels; of more, those of the first, the middle and the last.

    >>> axis_labels(["05-01", "05-02", "05-03", "05-04"])[1]
    AxisLabel(percent=62.5, anchor='middle', text='05-03')
    >>> axis_labels(["05-01", "05-02"])[0], axis_labels([])
    (AxisLabel(percent=25.0, anchor='middle', text='05-01'), [])
    """
    columns = range(len(labels)) if len(labels) <= MAX_LABELS else [len(labels) // 2]
    inner = [AxisLabel(round((at + 0.5) * 100 / len(labels), 2), "middle", labels[at]) for at in columns]
    if len(labels) <= MAX_LABELS:
        return inner
    return [AxisLabel(0.0, "start", labels[0]), *inner, AxisLabel(100.0, "end", labels[-1])]


def line_path(values: Sequence[float | None], top: float) -> str:
    """Return the SVG path of *values*, one per column of width 1, with a gap for None and a dot for a lone value.

    >>> line_path([1, 2, None, 4], 4)
    'M0.5 3h0L1.5 2M3.5 0h0'
    """
    steps, is_started = [], False
    for column, value in enumerate(values):
        if value is not None:
            steps.append(f"{'L' if is_started else 'M'}{column + 0.5} {top - value:g}{'' if is_started else 'h0'}")
        is_started = value is not None
    return "".join(steps)


def describe_chart(labels: Sequence[str], values: Sequence[float | None], unit: str) -> str:
    """Return a chart as text, for screen readers.

    >>> describe_chart(["05-01", "05-02"], [480, 1200], "articles")
    '05-01 to 05-02: largest 1,200 articles (05-02), last 1,200 articles (05-02)'
    >>> describe_chart(["05-01", "05-02"], [5, None], "min")
    '05-01 to 05-02: largest 5 min (05-01), last 5 min (05-01), 1 without a value'
    """
    known = [(value, label) for value, label in zip(values, labels, strict=True) if value is not None]
    span = f"{labels[0]} to {labels[-1]}"
    if not known:
        return f"{span}: no values"
    picked = {"largest": max(known, key=lambda pair: pair[0]), "last": known[-1]}
    parts = (f"{name} {number(value)} {unit} ({label})" for name, (value, label) in picked.items())
    without = len(labels) - len(known)
    return f"{span}: {', '.join(parts)}{f', {without} without a value' if without else ''}"

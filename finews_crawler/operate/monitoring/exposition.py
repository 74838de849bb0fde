r"""Prometheus' text exposition format, version 0.0.4, as node_exporter's textfile collector reads it.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/: a ``HELP`` and a ``TYPE`` line a metric, then all
its samples; in help texts ``\`` and line breaks are escaped, in the values of labels ``"`` too. No times of samples:
the collector refuses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Number = int | float


@dataclass
class Gauge:
    """One metric; each sample has the same labels."""

    name: str
    help: str
    samples: list[tuple[Mapping[str, str], Number]] = field(default_factory=list)

    def add(self, value: Number | datetime | None, **labels: str) -> None:
        """One sample; of a moment, its seconds since 1970. What is not known has none."""
        if value is not None:
            self.samples.append((labels, int(value.timestamp()) if isinstance(value, datetime) else value))


def exposition(gauges: Iterable[Gauge]) -> str:
    r"""The file's text. A metric without samples is left out.

    >>> disk = Gauge("finews_alarm", "1 while it is raised.")
    >>> disk.add(1, name="disk", spider='a "spider"')
    >>> print(exposition([disk]), end="")
    # HELP finews_alarm 1 while it is raised.
    # TYPE finews_alarm gauge
    finews_alarm{name="disk",spider="a \"spider\""} 1
    """
    lines: list[str] = []
    for gauge in gauges:
        if gauge.samples:
            lines += [f"# HELP {gauge.name} {escape(gauge.help)}", f"# TYPE {gauge.name} gauge"]
            lines += [f"{gauge.name}{label_text(labels)} {value}" for labels, value in gauge.samples]
    return "".join(f"{line}\n" for line in lines)


def label_text(labels: Mapping[str, str]) -> str:
    r"""
    >>> label_text({"name": "quiet:media"}), label_text({})
    ('{name="quiet:media"}', '')
    """
    pairs = [f'{name}="{quoted(value)}"' for name, value in labels.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def escape(text: str) -> str:
    r"""
    >>> escape("one\\two\nthree")
    'one\\\\two\\nthree'
    """
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def quoted(text: str) -> str:
    return escape(text).replace('"', '\\"')

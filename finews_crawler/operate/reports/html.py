"""Reports as HTML: one file each, to be opened from anywhere, that asks nobody for anything."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from finews_crawler.operate.reports import chart_geometry as axis
from finews_crawler.utils import formatting as spans
from finews_crawler.utils.files import write_whole


@cache
def environment() -> Environment:
    """The templates of this package. Every value is escaped; one that a template misspells is an error."""
    made = Environment(
        loader=PackageLoader("finews_crawler.operate.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(number=axis.number, span=spans.format_duration, size=spans.format_size)
    # The arithmetic of charts.html.j2.
    made.globals.update(
        axis_top=axis.axis_top, axis_labels=axis.axis_labels, line_path=axis.line_path, described=axis.described
    )
    return made


def render(template: str, **values: object) -> str:
    """The page that *template* of ``reports/templates`` makes of *values*."""
    return environment().get_template(template).render(**values)


def write_report(path: Path, html: str) -> None:
    """Put a page where a web server may be reading the one before: whole or not at all. Raises OSError.

    A link stays one: what it leads to is replaced.
    """
    write_whole(path.resolve(), html.encode())

"""HTML reports: each is one self-contained file that loads nothing."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from finews_crawler.operate.reports import chart_geometry as geometry
from finews_crawler.utils.formatting import format_duration, format_size


@cache
def environment() -> Environment:
    """Return the environment of the templates: every value is escaped, and an undefined one is an error."""
    made = Environment(
        loader=PackageLoader("finews_crawler.operate.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(number=geometry.number, span=format_duration, size=format_size)
    # Used by charts.html.j2.
    made.globals.update(
        axis_top=geometry.axis_top,
        axis_labels=geometry.axis_labels,
        line_path=geometry.line_path,
        describe_chart=geometry.describe_chart,
    )
    return made


def render(template: str, **values: object) -> str:
    return environment().get_template(template).render(**values)

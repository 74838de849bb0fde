"""Pinned packages of readers that several kinds of output are tried with: a version, and what is installed for it."""

from __future__ import annotations

DUCKDB = {version: (f"duckdb=={version}", "pytz==2026.1") for version in ("1.4.5", "1.5.6", "2.0.1")}
PANDAS = {
    "2.3.3": ("pandas==2.3.3", "pyarrow==20.0.0", "numpy==2.3.5", "zstandard==0.25.0"),
    "3.1.1": ("pandas==3.1.1", "pyarrow==26.0.1", "numpy==2.3.5", "zstandard==0.25.0"),
}
POLARS = {version: (f"polars=={version}",) for version in ("1.44.2", "2.1.0")}
PYARROW = {
    "14.0.2": ("pyarrow==14.0.2", "numpy==1.26.4"),
    "20.0.0": PANDAS["2.3.3"],
    "26.0.1": PANDAS["3.1.1"],
}
CHDB = {version: (f"chdb=={version}",) for version in ("3.7.2", "4.4.0")}
SQLITE_UTILS = {version: (f"sqlite-utils=={version}",) for version in ("3.39.1", "4.2.1")}
NODE = ("22.23.5", "26.12.1")
"""Versions of Node that npm has as a package."""

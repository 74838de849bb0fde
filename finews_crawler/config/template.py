"""The finews.toml that ``finews init`` writes: every setting with its meaning and its default, all switched off."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Iterator, Mapping

from finews_crawler.config import model
from finews_crawler.config.declaration import FILE_SUFFIX, PREFIX, Declared
from finews_crawler.config.settings_file import DECLARED, FILE_NAME

WIDTH = 100
SECTIONS = (
    model.ArchiveConfig,
    model.CrawlConfig,
    model.RetentionConfig,
    model.AlertConfig,
    model.LogConfig,
    model.ClusterConfig,
    model.DeployConfig,
)
HEAD = f"""\
# {FILE_NAME}: settings of finews_crawler. Take the # away from a line to set it.
# A path is relative to the folder of this file. The environment overrides this file: FINEWS_DATA_DIR, and so on;
# -s FINEWS_DATA_DIR=… overrides both. `finews config` shows what holds.
# A secret can be in a file of its own: {{secrets}}.
"""
SCRAPY = """\
# --- Settings of Scrapy ---
# [scrapy]
# DOWNLOAD_DELAY = 0.5
# LOG_LEVEL = "INFO"
"""


def template() -> str:
    """Return the text of the file."""
    secrets = ", ".join(f"{field}_file" for field, declared in DECLARED.items() if declared.is_secret)
    inherited = {field for section in SECTIONS for field in section.declared}
    hosts = {field: declared for field, declared in DECLARED.items() if field not in inherited}
    blocks = [
        *(_section(str(section.__doc__), section.declared) for section in SECTIONS),
        _section("Hosts.", hosts),
    ]
    return "\n".join([HEAD.format(secrets=secrets), *blocks, SCRAPY])


def _section(title: str, fields: Mapping[str, Declared]) -> str:
    lines = [f"# --- {title.rstrip('.').replace('`', '')} ---"]
    for field, declared in fields.items():
        lines += ["", *_comment(declared.meaning), f"# {field} = {_value(declared.default)}"]
        if declared.is_secret:
            lines.append(f'# {field}{FILE_SUFFIX.lower()} = ""')
    return "\n".join([*lines, ""])


def _value(default: str) -> str:
    try:
        return default if math.isfinite(float(default)) else json.dumps(default)
    except ValueError:
        return json.dumps(default, ensure_ascii=False)


def _comment(meaning: str) -> Iterator[str]:
    # The meanings are Markdown, for docs/configuration.md.
    plain = re.sub(r"`([^`]*)`", r"\1", meaning)
    plain = re.sub(rf"\b{PREFIX}([A-Z_]+)\b", lambda found: found[1].lower(), plain)
    yield from textwrap.wrap(plain, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)

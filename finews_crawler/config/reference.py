"""``python -m finews_crawler.config.reference``: the table of all settings, for docs/configuration.md."""

from __future__ import annotations

from finews_crawler.config.declaration import setting_name
from finews_crawler.config.model import CONFIG, HOST_FIELDS
from finews_crawler.utils.terminal import echo


def settings_table() -> str:
    """Return the name, default and meaning of every setting as a table in Markdown, the hosts first."""
    fields = sorted(CONFIG.declared.items(), key=lambda item: item[0] not in HOST_FIELDS)
    rows = [(setting_name(field), declared.default, declared.meaning) for field, declared in fields]
    lines = [f"| `{name}` | {f'`{default}`' if default else 'none'} | {meaning} |" for name, default, meaning in rows]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *lines])


if __name__ == "__main__":
    echo(*settings_table().splitlines())

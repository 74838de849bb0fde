"""Print records as a reader has them, one JSON object a line; its own types of values become plain ones."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """Return *value* for JSON: times as ISO 8601, what the reader has for a missing value as None."""
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if hasattr(value, "tolist"):  # of numpy
        return plain(value.tolist())
    return [plain(part) for part in value] if isinstance(value, (list, tuple)) else value


def show(records: Iterable[Mapping[str, Any]]) -> None:
    """Print *records*; a map that the reader has as pairs becomes an object."""
    for record in records:
        values = plain(record)
        if isinstance(values.get("origins"), list):
            values["origins"] = dict(values["origins"])
        print(json.dumps(values))

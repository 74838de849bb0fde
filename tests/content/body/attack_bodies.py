"""The bodies of the files in tests/attacks, however little those are JSON."""

from __future__ import annotations

import json
from typing import Any

from tests.support.paths import ATTACKS

NAMES = sorted(path.name for path in ATTACKS.iterdir() if path.name[0].isdigit())


def attack(name: str) -> dict[str, Any]:
    """Return the payload of an attack; all of its text as a body if it is not JSON."""
    data = (ATTACKS / name).read_bytes()
    try:
        payload = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        payload = None
    return payload if isinstance(payload, dict) else {"text": data.decode("utf-8", "replace")}


def attack_bodies(name: str) -> list[str]:
    """Return the distinct bodies of an attack that are strings."""
    payload = attack(name)
    return list(dict.fromkeys(body for key in ("text", "content") if isinstance(body := payload.get(key), str)))

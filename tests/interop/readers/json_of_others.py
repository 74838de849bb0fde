"""The tests of other people for readers of JSON, read by ours: as the value of a callback's object, as lists come."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from finews_crawler.exceptions import InvalidJson
from finews_crawler.sources.json_response import load_object
from tests.interop.cells import Checks, Outcome, right, wrong
from tests.interop.environments import node_script, program, run
from tests.interop.material import Material

CHECKS = Checks()
LENIENT = {
    "comma": "commas before a closing bracket",
    "unescaped": "raw control characters in a text",
    "comment": "comments",
    "NaN": "NaN and Infinity",
    "infinity": "NaN and Infinity",
}
"""Parts of the names of cases that are no JSON and are read on purpose: servers send them."""


def read(text: str) -> tuple[bool, Any]:
    """Return whether our reader takes *text* for JSON, and the value."""
    try:
        return True, load_object(b'cb({"value": ' + text.encode("utf-8", "surrogatepass") + b"});")["value"]
    except InvalidJson:
        return False, None


@CHECKS.add("json-test-suite", "JSON that others write", "our reader of lists, on JSONTestSuite", "1.0.0")
def json_test_suite(_: Material, version: str) -> Outcome:
    script = node_script("json_test_suite.mjs", f"json-test-suite@{version}")
    counts: Counter[str] = Counter()
    for case in json.loads(run(program("node", "nodejs"), script)):
        name, text = case["name"], case["input"]
        is_read, value = read(text)
        kind = name[0]
        is_lenient = any(part in name for part in LENIENT)
        if (kind == "y" and not (is_read and value == json.loads(text))) or (
            kind == "n" and is_read and not is_lenient
        ):
            return wrong(f"{name}: {'read' if is_read else 'refused'}")
        counts[f"{kind}{is_read:d}"] += 1
    kinds = ", ".join(dict.fromkeys(LENIENT.values()))
    return right(
        f"{counts['y1']} of {counts['y1'] + counts['y0']} valid cases read, {counts['n0']} of "
        f"{counts['n0'] + counts['n1']} invalid ones refused, the others are read on purpose: {kinds}"
    )

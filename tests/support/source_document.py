"""The source document as the payload from which it was written."""

from __future__ import annotations

import json
import re
from pathlib import Path

DOCUMENT = re.compile(
    r'---\nlayout: post\ntitle: "(?P<title>.*)"\ndate: (?P<showtime>.*) \+0800\ncategories: (?P<slug>.*)\n'
    r"tags: (?P<medianame>.*)新闻\n---\n(?P<text>.*)\n\n<(?P<share_url>\S*infoCode=(?P<infoCode>NW\d{18}))>\n\n"
    r"\[返回.*",
    re.DOTALL,
)
PAYLOAD_KEYS = ("title", "showtime", "medianame", "text", "infoCode")


def take_apart(document: bytes) -> dict[str, str]:
    """The parts of a post of an outlet."""
    match = DOCUMENT.fullmatch(document.decode())
    assert match, "the source document is not a post in the media form"
    return match.groupdict()


def indent(body: str) -> str:
    """Return a body as upstream sends it, with two ideographic spaces before each paragraph."""
    return re.sub(r"<p>(?!<)", "<p>\u3000\u3000", body)


def payload_of(document: bytes) -> dict[str, str]:
    """Return the GetNewsText response from which *document* was written."""
    parts = take_apart(document)
    payload = {key: parts[key] for key in PAYLOAD_KEYS}
    return {**payload, "text": indent(payload["text"])}


def record(payload: dict[str, str], folder: Path) -> Path:
    """Write a payload to a folder for ``finews origin --payloads``."""
    folder.mkdir(exist_ok=True)
    (folder / f"{payload['infoCode']}.json").write_text(json.dumps(payload, ensure_ascii=False), encoding="utf-8")
    return folder

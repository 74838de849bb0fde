"""The content of a body: what reading it gives, whichever way it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from finews_crawler.content.decoding import replace_lone_surrogates
from finews_crawler.items import Image

SOURCE = "文章来源"
# A whole line, in full-width or ASCII punctuation. The name ends at the last parenthesis, since it may contain some:
# （文章来源：上海证券报（节选））. The limit keeps a paragraph that merely begins like this from matching.
SOURCE_LINE = re.compile(r"[（(]\s*文章来源\s*[：:]\s*(?P<name>.{1,80}?)\s*[）)]")
# The pixel size of the file, in upstream's own image URLs: …/D1_w800h555.jpg. width="…" is only the displayed size.
SIZE_IN_URL = re.compile(r"_w(?P<width>\d{1,5})h(?P<height>\d{1,5})\.", re.ASCII)
# An attribute's number of pixels; a percentage (width="50%") has no size in pixels.
PIXELS = re.compile(r"\s*(\d{1,5})(?:px)?\s*", re.ASCII)


@dataclass(slots=True)
class TickerMention:
    """An element with a ``data-code``, and the text in it."""

    symbol: str
    source: str
    """``kline`` or ``inline``."""
    name: str = ""
    """The text of the element, white space included."""
    position: int | None = None
    """Characters of the plain text before it; None for an inline mention without text."""


@dataclass
class BodyContent:
    """The content of one body."""

    text: str = ""
    """Plain text, one line for a block or a table row, cells separated by tabs. Excludes the source line."""
    source_line: str = ""
    """The outlet named in ``（文章来源：…）``; '' without such a line."""
    mentions: list[TickerMention] = field(default_factory=list)
    """In document order, duplicates included."""
    images: list[Image] = field(default_factory=list)
    """In document order, duplicates included."""
    unknown_codes: list[str] = field(default_factory=list)
    """Values of ``data-code`` in no known format."""


def image_of(attributes: Mapping[str, str]) -> Image | None:
    """Return the image of an ``img`` with these decoded attributes; None if it has no ``src``."""
    source = replace_lone_surrogates(attributes.get("src", "").strip())
    return Image(source, *_size(source, attributes)) if source else None


def _size(url: str, attributes: Mapping[str, str]) -> tuple[int | None, int | None]:
    if match := SIZE_IN_URL.search(url):
        return int(match["width"]), int(match["height"])
    shown = (PIXELS.fullmatch(attributes.get(name, "")) for name in ("width", "height"))
    width, height = (int(match[1]) if match else None for match in shown)
    return width, height

"""A page that lists posts, with its path and its data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple


class ListingKey(NamedTuple):
    """A listing as the build state knows it."""

    path: str
    kind: str
    key: str
    digest: str
    """Of everything that it shows."""
    source: str = ""
    """The file in the site folder from which the page is made; '' if only the build makes it."""


@dataclass(frozen=True)
class Listing:
    """A page that lists posts."""

    path: str
    kind: str
    key: str
    data: dict[str, Any] = field(repr=False)
    """Front matter for the layout."""
    source: str = ""
    """See ``ListingKey``."""
    source_changed: int = 0
    """Modification time of that file in nanoseconds."""
    entries: str = field(default="", repr=False)
    """The front matter ``entries`` as JSON, which may be megabytes; '' for none."""
    text: str = field(default="", repr=False)
    """The file as it is, if Jekyll does not render it: a feed."""

    @cached_property
    def lines(self) -> str:
        """The listing as our Jekyll plugin reads it: two lines, of which the second one is read when it is rendered."""
        head = json.dumps({"path": self.path, "source": self.source, "data": self.data}, sort_keys=True)
        return f"{head}\n{self.entries}\n"

    @cached_property
    def short(self) -> ListingKey:
        shown = self.text or f"{self.source_changed} {self.lines}"
        digest = hashlib.sha256(shown.encode()).hexdigest()
        return ListingKey(self.path, self.kind, self.key, digest, self.source)

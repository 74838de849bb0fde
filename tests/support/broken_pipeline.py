"""A pipeline that fails on every item."""

from __future__ import annotations


class BrokenPipeline:
    def process_item(self, item: object) -> object:
        raise RuntimeError("broken on purpose")

"""Posts in groups, so that a build looks at single posts only in those of which something has changed.

A month may have tens of thousands of posts. The posts of a group, and which of them the index has, are compared with
the last build by one digest, for which SQLite and Python's JSON encoder read them. Groups whose rows have other values
are known from the numbers of the index's changes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from finews_crawler.site.build_state import BuildState
from finews_crawler.site.post_sources import PostSource, digest_of_text, group_of
from finews_crawler.site.post_table import GROUPS


class GroupedPosts(dict[str, list[PostSource]]):
    """The files of all posts, by group."""

    def __init__(self, posts: Iterable[PostSource]) -> None:
        super().__init__()
        for post in posts:
            self.setdefault(group_of(post.path), []).append(post)
        self.digests = {name: digest_of_text(json.dumps(group)) for name, group in self.items()}

    def paths(self) -> set[str]:
        return {post.path for group in self.values() for post in group}


@dataclass
class BuiltGroups:
    """What the last build has recorded of the groups, once all of their posts were rendered.

    It is void when a post is put into the state, until it is recorded again: see ``PostTable.put``.
    """

    shared: str = ""
    """Digest of what all posts depend on."""
    digests: dict[str, str] = field(default_factory=dict)
    """Of files, and of the rows that there are, by group."""
    slugs: dict[str, list[str]] = field(default_factory=dict)
    """Categories of the posts that are in the index, by group."""
    index: str = ""
    """Position in the index after which rows have changed since."""

    @classmethod
    def read(cls, state: BuildState) -> BuiltGroups:
        value = state.value(GROUPS)
        return cls(**json.loads(value)) if value else cls()

    def write(self, state: BuildState) -> None:
        state.set_values({GROUPS: json.dumps(vars(self))})

    def changed(self, now: Mapping[str, str]) -> set[str]:
        """Return the groups whose digest in *now* is another one, and those that are gone."""
        return {name for name in self.digests.keys() | now.keys() if self.digests.get(name) != now.get(name)}

    def slugs_without(self, names: Collection[str]) -> set[str]:
        """Return the categories of the posts in all groups but *names*."""
        return {slug for name, slugs in self.slugs.items() if name not in names for slug in slugs}

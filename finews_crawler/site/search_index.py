"""Search index of a partition: static files that the search page fetches.

Below the index's folder, each file gzipped JSON, which the page decompresses itself, whatever the web server does:

- ``grams/N``: for each token and each pair of adjacent tokens of this shard, the numbers of the posts that have it. A
  gram is in shard ``crc32(gram) % shards``; the two tokens of a pair are separated by a space.
- ``posts/N``: URL, title, outlet, time, tickers, infoCode and text of a few posts; posts 0 and 1 are in ``posts/0``.
  With them the page verifies that a post has the phrase.
- ``facets`` and ``tickers``: posts by outlet and day, and by ticker.

Posts are numbered from the newest. Lists of numbers are ascending, each number as the difference to the one before. The
posts of a day follow each other: for a day there are only the number of the first one, and how many there are.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from finews_crawler.site.search_pages import text_of
from finews_crawler.site.search_text import RULES, Gram, grams, rules_digest

FORMAT = 2
"""Version of the format of the files. An index of another version is built again."""
POSTS_PER_SHARD: int = RULES["posts_per_shard"]
"""A query loads a shard for each of a few grams; this number makes one 1 to 3 kB."""
POSTS_PER_FILE: int = RULES["posts_per_file"]
"""Results are scattered: more posts in a file would be loaded in vain, and fewer make more files."""
LEVEL = 6


class SearchPost(NamedTuple):
    """A post as the search shows it."""

    page: str
    """Path of the rendered page below the partition's folder."""
    url: str
    title: str
    medium: str
    """Name of the outlet."""
    time: str
    """``YYYY-MM-DD HH:MM:SS``, in Beijing."""
    tickers: list[str]
    """Symbol and name of each, separated by a space."""
    info_code: str = ""


def search_version() -> str:
    """Return the version of the format and of the segmentation."""
    return f"search {FORMAT} {rules_digest()}"


def shards_for(posts: int) -> int:
    """Return the number of shards of an index.

    >>> [shards_for(posts) for posts in (1, 6, 1500, 15000)]
    [1, 2, 375, 3750]
    """
    return -(-posts // POSTS_PER_SHARD)


def build_search_index(folder: Path, posts: Iterable[SearchPost], bundle: Path) -> None:
    """Write the search index of *posts*, whose pages are in *folder*, to the new folder *bundle*. Raises OSError."""
    newest_first = sorted(posts, key=lambda post: (post.time, post.url), reverse=True)
    texts = [text_of((folder / post.page).read_bytes()) for post in newest_first]
    (bundle / "posts").mkdir(parents=True)
    (bundle / "grams").mkdir()
    shown = [[*post[1:], text] for post, text in zip(newest_first, texts, strict=True)]
    for first in range(0, len(shown), POSTS_PER_FILE):
        _write(bundle / "posts" / str(first // POSTS_PER_FILE), shown[first : first + POSTS_PER_FILE])
    lines = (_lines(post, text) for post, text in zip(newest_first, texts, strict=True))
    for shard, postings in enumerate(_shards(lines, shards_for(len(texts)))):
        _write(bundle / "grams" / str(shard), postings)
    media = _by((post.medium,) for post in newest_first)
    _write(bundle / "facets", {"media": media, "days": _days(newest_first)})
    _write(bundle / "tickers", _by(post.tickers for post in newest_first))


def _shards(posts: Iterable[list[str]], count: int) -> list[dict[str, list[int]]]:
    numbers: dict[Gram, list[int]] = {}
    for number, lines in enumerate(posts):
        for gram in grams(lines):
            numbers.setdefault(gram, []).append(number)
    shards: list[dict[str, list[int]]] = [{} for _ in range(count)]
    for gram, found in numbers.items():
        key = gram if isinstance(gram, str) else f"{gram[0]} {gram[1]}"
        shards[crc32(key.encode()) % count][key] = _differences(found)
    return shards


def _lines(post: SearchPost, text: str) -> list[str]:
    """Return what can be found of a post; a phrase is within one line."""
    return [post.title, post.medium, *post.tickers, post.info_code, *text.split("\n")]


def _by(values: Iterable[Sequence[str]]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for number, each in enumerate(values):
        for value in dict.fromkeys(each):
            numbers.setdefault(value, []).append(number)
    return {value: _differences(found) for value, found in numbers.items()}


def _days(newest_first: Iterable[SearchPost]) -> dict[str, tuple[int, int]]:
    """Return the number of the first post of each day, and the number of its posts."""
    days: dict[str, tuple[int, int]] = {}
    for number, post in enumerate(newest_first):
        first, count = days.get(post.time[:10], (number, 0))
        days[post.time[:10]] = first, count + 1
    return days


def _differences(numbers: list[int]) -> list[int]:
    return [numbers[0], *(after - before for before, after in pairwise(numbers))]


def _write(file: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    file.write_bytes(gzip.compress(text.encode(), LEVEL, mtime=0))

"""Restores an ordinary body from its rendering by kramdown, which loses white space between blocks, and spellings.

Pages of our own site have a hash of the body before rendering. Spellings that occur upstream are tried until one has
that hash. Without a hash, or if none matches, the most frequent spelling is returned.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import NamedTuple

from finews_crawler.content.body.html_tokens import REFERENCE
from finews_crawler.content.kramdown import blocks_of, spellings_of

ATTRIBUTE = re.compile(r'(?<==)"([^"]*)"')
AMPERSAND = re.compile(rf"&amp;(?!{REFERENCE.pattern[1:]})")
SIGN = re.compile(r"&lt;(?=[0-9 =])|&gt;")

# In the source document nothing is around comments, the hidden first paragraph and the paragraph of a K-line.
CLOSE_FITTING = re.compile(r'<!--|<p style="display:none|<p\b[^<>]*><a\b[^<>]*\bclass="EmImageRemark"')
EM_MEDIA = '<p class="em_media"'
SEPARATORS = ("", "\n ", "\r\n ", "\n", "\r\n")
"""White space between two blocks, the most frequent first. Of nine bodies of outlets from GetNewsText, seven had
nothing between their paragraphs and two CR LF and a space."""
MOST_CHARACTERS = 10_000_000
"""Total length of the spellings that are hashed for one page: about 0.1 s."""


class WhiteSpace(NamedTuple):
    """The white space between two blocks of a body, by what they are."""

    between: str = ""
    beside_close_fitting: str = ""
    before_comment: str = ""
    """Never ends in a space: an indented comment is not ordinary, see ``body.grammar``."""
    before_source: str = ""

    def only(self, boundaries: Collection[int]) -> WhiteSpace:
        """Return this with '' for the boundaries that a body does not have."""
        return WhiteSpace(*(space if boundary in boundaries else "" for boundary, space in enumerate(self)))


@dataclass(frozen=True)
class Spelling:
    """How a body spells what kramdown renders alike."""

    has_bare_values: bool = True
    """A bare ``&`` in the values of attributes, as in upstream's URLs, unless it would begin a character reference."""
    has_bare_text: bool = False
    """The same in text."""
    has_signs: bool = False
    """A bare ``<`` before a digit, and a bare ``>``, in text."""
    has_crlf: bool = False
    """CR LF within blocks."""

    def of_block(self, block: str) -> str:
        block = "".join(map(self._of_token, spellings_of(block)))
        return block.replace("\n", "\r\n") if self.has_crlf else block

    def _of_token(self, token: str) -> str:
        if token[0] == "<":
            return ATTRIBUTE.sub(_with_bare_ampersands, token) if self.has_bare_values else token
        token = AMPERSAND.sub("&", token) if self.has_bare_text else token
        return SIGN.sub(lambda sign: html.unescape(sign[0]), token) if self.has_signs else token


def _with_bare_ampersands(match: re.Match[str]) -> str:
    return AMPERSAND.sub("&", match.group())


def restore_body(rendered: str, sha256: str = "") -> str:
    r"""Return the body whose rendering is *rendered*. Takes any string. *sha256*: hash of the body, '' if unknown.

    Without a hash: nothing between two blocks; in attributes a bare ``&`` unless it begins a character reference,
    ``&amp;`` in text.

    >>> rendered = '<p>甲</p>\n<p>A&amp;B</p>\n<p class="em_media">（文章来源：乙）</p>\n'
    >>> restore_body(rendered)
    '<p>甲</p><p>A&amp;B</p><p class="em_media">（文章来源：乙）</p>'
    >>> body = '<p>甲</p>\r\n <p>A&B</p><p class="em_media">（文章来源：乙）</p>'
    >>> restore_body(rendered, hashlib.sha256(body.encode()).hexdigest()) == body
    True
    """
    blocks = list(blocks_of(rendered.strip("\n ")))
    usual = next(_bodies(blocks, [Spelling()], [WhiteSpace()]))
    if not sha256:
        return usual
    tries = 1 + MOST_CHARACTERS // (len(rendered) + 1)
    spellings, white_spaces = islice(_spellings_of(blocks), tries), islice(_white_spaces(), tries)
    bodies = islice(_bodies(blocks, spellings, white_spaces), tries)
    return next((body for body in bodies if _has_hash(body, sha256)), usual)


def _has_hash(body: str, sha256: str) -> bool:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest() == sha256


def _bodies(blocks: Sequence[str], spellings: Iterable[Spelling], white_spaces: Iterable[WhiteSpace]) -> Iterator[str]:
    """Yield the bodies of these blocks, each once, the most likely first."""
    boundaries = list(map(_boundary, blocks, blocks[1:]))
    respelt = list(dict.fromkeys(tuple(map(spelling.of_block, blocks)) for spelling in spellings))
    there = set(boundaries)
    for white in dict.fromkeys(space.only(there) for space in white_spaces):
        between = [white[boundary] for boundary in boundaries]
        for spelt in respelt:
            yield "".join(chain.from_iterable(zip(("", *between), spelt, strict=False)))


def _boundary(before: str, after: str) -> int:
    """Return which white space is between two blocks, as an index of ``WhiteSpace``."""
    if after.startswith(EM_MEDIA):
        return 3
    if after.startswith("<!--"):
        return 2
    return 1 if CLOSE_FITTING.match(before) or CLOSE_FITTING.match(after) else 0


def _white_spaces() -> Iterator[WhiteSpace]:
    """Yield the white space that bodies may have, the most likely first."""
    for separator in SEPARATORS:  # as in the source document, except for the first
        yield WhiteSpace(separator)
    for between, close, last in product(SEPARATORS, repeat=3):
        yield WhiteSpace(between, close, close.rstrip(" "), last)


def _spellings_of(blocks: Sequence[str]) -> Iterator[Spelling]:
    """Yield the spellings that the body of these rendered blocks may have had, the most likely first."""
    both = (False, True)
    rendered = "".join(blocks)
    for in_text, has_signs, has_crlf, is_escaped in product(
        both if "&amp;" in rendered else (False,),
        both if SIGN.search(rendered) else (False,),
        both if "\n" in rendered else (False,),
        both if "&amp;" in rendered else (False,),
    ):
        yield Spelling(not is_escaped, in_text, has_signs, has_crlf)

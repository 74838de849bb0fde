"""Decoding of damaged GB18030.

The second byte of a character may have the value of a first byte, so that decoders which go on behind a damaged byte
read all that follows in wrong pairs, up to the next ASCII character. Here, runs of such bytes are divided into the
characters that are the most plausible in Chinese text.
"""

from __future__ import annotations

import re
from functools import cache

RUN = re.compile(rb"(?:[\x80-\xff][\x30-\x7e]?)+")
"""Bytes that can be in characters of several bytes: such a character has no other ASCII bytes."""
BLOCK = 4096
"""Longest part of a run that is divided into characters at once."""
MOST_REPAIRED = 256 * 1024
"""Bytes of a response that are divided by plausibility, half a second; what follows is decoded as it comes."""
MARGIN = 10
"""Costs by which another division of a valid run must be lower: two lost bytes."""
EURO = b"\x80"
"""In code page 936, which Windows calls GBK; GB18030 has the sign elsewhere."""
LOST = "\ufffd"


def _rows(first: int, last: int) -> str:
    """Return the characters of GB 2312 whose first byte is from *first* to *last*."""
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


# Punctuation, numbers and full-width letters; and level 1 of GB 2312, the 3,755 characters that make up more than 99 %
# of a text.
_PLAUSIBLE = re.escape(_rows(0xA1, 0xA3) + _rows(0xB0, 0xD7))
LESS_COMMON = frozenset(_rows(0xA4, 0xA9) + _rows(0xD8, 0xF7))
"""Level 2 of GB 2312, and its other alphabets."""
PLAUSIBLE = re.compile(f"[{_PLAUSIBLE}]")
IMPLAUSIBLE = re.compile(f"[^\x00-\x7f{_PLAUSIBLE}]{{2}}")
NOT_ASCII = re.compile(r"[^\x00-\x7f\ufffd]")
# Costs of reading bytes as a character, about -ln of its frequency, less what a common character of as many bytes has.
COST_OF_ASCII, COST_OF_LESS_COMMON, COST_OF_RARE, COST_OF_FOUR_BYTES, COST_OF_LOST = 1, 4, 6, 7, 6


def plausibility(body: bytes) -> float:
    """Return a number from 0 to 1: the share of *body* that Chinese text in GB18030 would have, without its ASCII.

    A character that is valid but rare counts half, a damaged one nothing.

    >>> plausibility("联通".encode("gbk")), plausibility("\u1234".encode("gb18030")), plausibility(b"\\xff")
    (1.0, 0.5, 0.0)
    """
    text = body.decode("gb18030", "replace")
    valid, lost = len(NOT_ASCII.findall(text)), text.count(LOST)
    # A lost byte is half of a character.
    return (valid + len(PLAUSIBLE.findall(text))) / (2 * valid + lost or 1)


def decode_gb18030(body: bytes) -> str:
    """Decode GB18030. Never raises: each byte that is in no character becomes U+FFFD, a lone 0x80 the euro sign.

    >>> decode_gb18030("江城重工".encode("gbk")[1:])
    '\ufffd城重工'
    """
    text = _strict(body)
    if text is not None and not IMPLAUSIBLE.search(text):
        return text
    parts, end, budget = [], 0, MOST_REPAIRED
    for run in RUN.finditer(body):
        parts += [body[end : run.start()].decode("ascii"), _decode_run(run[0], budget)]
        end = run.end()
        budget -= 0 if _is_plausible(run[0]) else len(run[0])
    return "".join((*parts, body[end:].decode("ascii")))


def _strict(run: bytes) -> str | None:
    try:
        return run.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _is_plausible(run: bytes) -> bool:
    text = _strict(run)
    return text is not None and not IMPLAUSIBLE.search(text)


def _decode_run(run: bytes, budget: int) -> str:
    """Decode a run; only its first *budget* bytes are divided by plausibility."""
    text = _strict(run)
    if budget <= 0 or (text is not None and not IMPLAUSIBLE.search(text)):
        return run.decode("gb18030", "replace")
    blocks = [_divide(run[start : start + BLOCK]) for start in range(0, min(len(run), budget), BLOCK)]
    repaired = "".join(block for block, _ in blocks) + run[len(blocks) * BLOCK :].decode("gb18030", "replace")
    # Rare characters are no damage, unless others are much more plausible.
    is_valid = text is not None and sum(map(_cost, text)) < sum(cost for _, cost in blocks) + MARGIN
    return text if text is not None and is_valid else repaired


def _divide(run: bytes) -> tuple[str, int]:
    """Divide a run into the characters with the lowest costs together; return them and their costs.

    Bellman's dynamic programme, from the end: the cost of the rest behind each byte is known when it is read.
    """
    costs = [0] * (len(run) + 1)
    best: list[tuple[str, int]] = [("", 0)] * len(run)
    for start in reversed(range(len(run))):
        options = _options(run[start : start + 4])
        costs[start], best[start] = min(
            ((cost + costs[start + size], (character, size)) for character, size, cost in options),
            key=lambda option: option[0],
        )
    text, start = [], 0
    while start < len(run):
        character, size = best[start]
        text.append(character)
        start += size
    return "".join(text), costs[0]


def _options(rest: bytes) -> list[tuple[str, int, int]]:
    """Return the characters that can begin *rest*, up to four bytes, each with its number of bytes and its cost."""
    first = rest[:1]
    if first.isascii():
        return [(first.decode("ascii"), 1, COST_OF_ASCII)]
    options = []
    # First, so that of two divisions with equal costs, the one is taken that has its lost byte last: texts are cut off.
    if pair := _pair(rest[:2]):
        options.append(pair)
    elif len(rest) == 4 and (character := _strict(rest)) and len(character) == 1:
        options.append((character, 4, COST_OF_FOUR_BYTES))
    options.append(("€", 1, COST_OF_LESS_COMMON) if first == EURO else (LOST, 1, COST_OF_LOST))
    return options


@cache
def _pair(pair: bytes) -> tuple[str, int, int] | None:
    character = _strict(pair)
    return (character, 2, _cost(character)) if character and len(pair) == 2 and len(character) == 1 else None


@cache
def _cost(character: str) -> int:
    if character.isascii():
        return COST_OF_ASCII
    if PLAUSIBLE.match(character):
        return 0
    if character in LESS_COMMON:
        return COST_OF_LESS_COMMON
    return COST_OF_RARE if len(character.encode("gb18030")) == 2 else COST_OF_FOUR_BYTES

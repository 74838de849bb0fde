"""Checks that cleaning loses nothing in silence: ``python -m tests.fuzz.kept_content --generated 100000``.

Cleans generated bodies, the attacks, and the payloads in the test data of six HTML parsers and sanitizers. Then lexbor
and Chromium, neither of which is part of cleaning, compare what readers see before and after. A body is lost in silence
if something is missing and the article is not rejected. The exit status is 1 if there is one, and 2 without
lexbor and for payloads that cannot be read.

Payloads are read from checkouts or tarballs given as arguments; ``--download`` fetches them to ``build/payloads``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from finews_crawler.content.body.clean import clean_body
from tests.content.body.attack_bodies import NAMES, attack_bodies
from tests.fuzz.generated_bodies import generated_bodies
from tests.fuzz.third_party_payloads import UnreadablePayloads, download, payloads
from tests.fuzz.visible import Visible, visible
from tests.support.paths import ROOT

BUILD = ROOT / "build" / "payloads"
LONGEST_FINDING = 1_500
NUL = re.compile(r"\x00|&#(?:0+|x0+)(?![0-9a-f])", re.IGNORECASE)


class Cleaned(NamedTuple):
    """A body as sent and as written."""

    sent: str
    written: str


def kept(bodies: Iterable[str], counts: Counter[str]) -> Iterator[Cleaned]:
    """Yield the bodies that are not rejected and have no advert, whose removal is a rule."""
    for body in bodies:
        cleaned = clean_body(body)
        outcome = "rejected" if cleaned.loss else "with an advert" if cleaned.adverts else "kept"
        counts[outcome] += 1
        if outcome == "kept" and cleaned.rebuilt:
            yield Cleaned(body, cleaned.html)


def missing(pair: Cleaned, sent: Visible, written: Visible) -> str:
    if NUL.search(pair.sent):  # a control character; U+FFFD to a browser, but not everywhere
        del sent.characters["\ufffd"]
    return sent.missing_in(written)


def by_lexbor(pairs: Iterable[Cleaned]) -> Iterator[tuple[Cleaned, str]]:
    for pair in pairs:
        if lost := missing(pair, visible(pair.sent), visible(pair.written)):
            yield pair, lost


def by_chromium(pairs: list[Cleaned]) -> Iterator[tuple[Cleaned, str]]:
    from tests.fuzz.chromium_text import shown_by_chromium

    with closing(shown_by_chromium(chain.from_iterable(pairs))) as shown:
        for pair in pairs:
            if lost := missing(pair, next(shown), next(shown)):
                yield pair, lost


def report(oracle: str, found: Iterable[tuple[Cleaned, str]], most: int) -> int:
    number = 0
    for number, (pair, lost) in enumerate(found, 1):
        if number <= most:
            print(
                f"{oracle}: {lost} lost in\n  {pair.sent[:LONGEST_FINDING]!r}\n  -> {pair.written[:LONGEST_FINDING]!r}"
            )
    return number


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("checkouts", nargs="*", type=Path, help="folders or tarballs of the projects' test data")
    parser.add_argument("--download", action="store_true")
    parser.add_argument("--generated", type=int, default=2_000, metavar="NUMBER")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--chromium", type=int, default=2_000, metavar="NUMBER", help="bodies to open in Chromium")
    parser.add_argument("--show", type=int, default=20, metavar="NUMBER")
    options = parser.parse_args()
    try:
        sources = options.checkouts + (download(BUILD) if options.download else [])
        found = payloads(sources)
    except UnreadablePayloads as error:
        print(f"kept_content: {error}", file=sys.stderr)
        return 2
    if find_spec("selectolax") is None:
        print("kept_content: lexbor is not installed: .venv/bin/python -m pip install -e '.[oracle]'", file=sys.stderr)
        return 2
    groups = {
        "attacks": (body for name in NAMES for body in attack_bodies(name)),
        "payloads": found,
        "generated": generated_bodies(options.generated, options.seed),
    }
    findings = 0
    for name, bodies in groups.items():
        counts: Counter[str] = Counter()
        pairs = list(kept(bodies, counts))
        lost = report("lexbor", by_lexbor(pairs), options.show)
        opened = pairs[: options.chromium]
        lost_in_browser = report("chromium", by_chromium(opened), options.show) if opened else 0
        print(f"{name}: {counts.total()} bodies ({', '.join(f'{number} {kind}' for kind, number in counts.items())});")
        print(f"  lexbor compared {len(pairs)}: {lost} lost; Chromium compared {len(opened)}: {lost_in_browser} lost")
        findings += lost + lost_in_browser
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())

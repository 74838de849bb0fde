"""The tests of other robots.txt parsers, which have Google's reference tests among them, decided by ours."""

from __future__ import annotations

import json
import re
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from finews_crawler.politeness.robots_rules import PRODUCT_TOKEN, RobotsRules
from tests.interop.cells import Checks, Outcome, right, wrong
from tests.interop.environments import SCRIPTS, python_with, run, source_of
from tests.interop.material import Material

CHECKS = Checks()
OUTPUT = "robots.txt of others"
LONGEST_LINE = 16_664
"""Characters of a line that Google reads. RFC 9309 has no such limit."""
TESTS = (
    ("gpyrobotstxt", "our robots.txt rules, on Google's reference tests in gpyrobotstxt", "1.0.0"),
    ("robotspy", "the same, on the tests of robotspy, most of them of Google", "0.13.0"),
    ("protego", "the same, on the tests of protego", "0.7.0"),
)


class Case(NamedTuple):
    text: str
    agent: str
    url: str
    is_allowed: bool


def names(case: Case) -> list[str]:
    """Return the names of the groups."""
    lines = (line.partition(":") for line in case.text.lower().splitlines())
    return [value.strip() for key, _, value in lines if key.strip() == "user-agent"]


# Why RFC 9309 does not say what a case expects: for cases in which ours differs, the first that fits.
REASONS: tuple[tuple[str, Callable[[Case], object]], ...] = (
    ("without a URL", lambda case: not case.url),
    ("a crawler whose name is no product token (2.2.1)", lambda case: not PRODUCT_TOKEN.fullmatch(case.agent)),
    ("/robots.txt itself, always allowed (2.2.2)", lambda case: urlsplit(case.url).path == "/robots.txt"),
    ("a URL with unescaped characters (2.2.2)", lambda case: not case.url.isascii()),
    ("an escaped letter in a rule, equal to the letter (2.2.2)", lambda case: re.search("%[46][1-9a-f]", case.text)),
    ("a line cut at 16 KB", lambda case: any(len(line) > LONGEST_LINE for line in case.text.splitlines())),
    ("a group of a shorter name (2.2.1)", lambda case: any(case.agent.startswith(name) for name in names(case))),
    ("a name with an asterisk in it (2.2.1)", lambda case: any("*" in name.strip("*") for name in names(case))),
    ("other records, which must not end a group (2.2.4)", lambda case: "Invalid_directive" in case.text),
)


def reason_of(case: Case) -> str:
    return next((reason for reason, fits in REASONS if fits(case)), "")


def differs(case: Case) -> bool:
    url = case.url if "://" in case.url else f"http://127.0.0.1{case.url}"  # urljoin drops an empty query
    return RobotsRules(case.text.encode(), case.agent).allows(url) != case.is_allowed


def expected(package: str, version: str) -> list[Case]:
    python = python_with(f"{package}=={version}", "pytest==8.4.2")
    source = source_of(f"{package}=={version}")
    folder = source.parent / "unpacked"
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    printed = run(python, SCRIPTS / "robots_cases.py", package, folder / Path(source.name).name.removesuffix(".tar.gz"))
    return [Case(*json.loads(line)) for line in printed.split("\n")[:-1]]


def register(package: str, title: str, version: str) -> None:
    @CHECKS.add(f"robots-tests-{package}", OUTPUT, title, version)
    def check(_: Material, version: str) -> Outcome:
        cases = expected(package, version)
        other = [case for case in cases if differs(case)]
        reasons = Counter(map(reason_of, other))
        if reasons[""]:
            case = next(case for case in other if not reason_of(case))
            return wrong(f"{reasons['']} of {len(cases)} differ: {case[1:]} of {case.text[:150]!r}")
        of_rfc = "; ".join(f"{number} with {reason}" for reason, number in reasons.items())
        return right(f"{len(cases) - len(other)} of {len(cases)} as expected; otherwise by RFC 9309: {of_rfc}")


for tests in TESTS:
    register(*tests)

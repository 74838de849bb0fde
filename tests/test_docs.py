"""README and docs/ agree with the program: links, arguments, exit statuses, summary words, findings, commands."""

from __future__ import annotations

import re
import shlex
import tomllib

import pytest

from finews_crawler.config.given import check_names
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.spiders.category import CategorySpider
from finews_crawler.spiders.channel import ChannelSpider
from finews_crawler.spiders.security import SecuritySpider
from finews_crawler.spiders.share import ShareSpider
from finews_crawler.stats import Count, ExitStatus
from tests.support.paths import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
README = TEXTS[ROOT / "README.md"]
OPERATIONS = TEXTS[ROOT / "docs" / "operations.md"]
EVERYTHING = "\n".join(TEXTS.values())
SPIDERS = {spider.name: spider for spider in (ChannelSpider, SecuritySpider, CategorySpider, ShareSpider)}
CRAWLS = sorted(set(re.findall(r"finews (crawl [^`\n>|;]+)", EVERYTHING)))
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
"""Blocks and spans of code, which may have what looks like a link."""
LINK = re.compile(r"\]\((?!http)([^)#]*)(?:#([^)]+))?\)")


@pytest.mark.parametrize("line", [line for line in CRAWLS if "file=" not in line and "…" not in line])
def test_documented_crawls_parse(line: str) -> None:
    _, spider, *rest = shlex.split(line)
    pairs = [(option, word.split("=", 1)) for option, word in zip(rest[::2], rest[1::2], strict=True)]
    check_names(name for option, (name, _) in pairs if option == "-s")
    given = dict(pair for option, pair in pairs if option == "-a")
    assert {option for option, _ in pairs} <= {"-a", "-s"}
    arguments = SPIDERS[spider].arguments_class.parse(given)
    empty = [name for name in given if not getattr(arguments, name)]
    assert not empty or (empty == ["url"] and vars(arguments)["info_code"])  # a URL with an infoCode is read as that


def test_documented_spider_arguments_exist() -> None:
    names = set(re.findall(r"-a (\w+)=", EVERYTHING))
    known = {name for spider in SPIDERS.values() for name in spider.arguments_class.__dataclass_fields__}
    assert names <= known
    assert {"since", "until", "limit", "refetch", "dry_run"} <= names


def test_operations_lists_every_exit_status() -> None:
    documented = {int(status) for status in re.findall(r"^\| (\d) \|", OPERATIONS, re.MULTILINE)}
    assert documented == {*map(int, ExitStatus), 1}


def test_operations_explains_every_word_of_the_summary() -> None:
    documented = set(re.findall(r"^\| (\w+) \| ", OPERATIONS, re.MULTILINE))
    assert {what.value for what in Count} - {"found"} <= documented


def test_operations_explains_every_audit_finding() -> None:
    words = set(re.findall(r"\w+", " ".join(re.findall(r"^\| ([a-z_, ]+) \| ", OPERATIONS, re.MULTILINE))))
    assert {kind.value for kind in FindingKind} <= words


def test_readme_names_every_command() -> None:
    documented = set(re.findall(r"finews (\w+)", README))
    commands = {path.stem for path in (ROOT / "finews_crawler" / "commands").glob("[a-z]*.py")}
    assert commands - {"demo"} <= documented


def test_readme_is_at_most_150_lines() -> None:
    assert len(README.splitlines()) <= 150


def anchors(text: str) -> set[str]:
    """The anchors that a forge makes of the headings of *text*."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: object) -> None:
    path = next(path for path in DOCUMENTS if path == document)
    for target, anchor in LINK.findall(CODE.sub("code", TEXTS[path])):
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), f"{path.name} links to {target}"
        if anchor:
            assert anchor in anchors(TEXTS[found]), f"{path.name} links to {target}#{anchor}"


def test_ci_runs_the_test_commands_that_readme_names() -> None:
    run = [line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line.startswith("make")]
    assert run == sorted(set(re.findall(r"make test[\w-]*", README)))


def test_architecture_shows_the_rooms_in_the_order_of_their_layers() -> None:
    text = TEXTS[ROOT / "docs" / "architecture.md"]
    (tree,) = re.findall(r"^finews_crawler/\n((?:  \S.*\n)+)", text, re.MULTILINE)
    shown = re.findall(r"^  (\w+)(?:/|\.py) ", tree, re.MULTILINE)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if "layers" in contract)
    assert shown == layers

"""README says what is so: its commands parse, its settings and exit statuses are the program's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from finews_crawler import settings
from finews_crawler.operate.audit.findings import Kind
from finews_crawler.spiders.category import CategorySpider
from finews_crawler.spiders.channel import ChannelSpider
from finews_crawler.spiders.share import ShareSpider
from finews_crawler.stats import Count, ExitStatus
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SPIDERS = {spider.name: spider for spider in (ChannelSpider, CategorySpider, ShareSpider)}
CRAWLS = sorted(set(re.findall(r"scrapy (crawl [^`\n>|;]+)", README)))
LINK = re.compile(r"\]\((?!http)([^)#]+)\)")


@pytest.mark.parametrize("line", [line for line in CRAWLS if "file=" not in line])
def test_every_crawl_is_a_correct_line(line: str) -> None:
    _, spider, *rest = shlex.split(line)
    given = dict(word.split("=", 1) for word in rest if word != "-a")
    arguments = SPIDERS[spider].arguments_class.parse(given)
    assert all(getattr(arguments, name) for name in given)


def test_arguments_in_the_tables_are_known() -> None:
    names = set(re.findall(r"-a (\w+)=", README))
    known = {name for spider in SPIDERS.values() for name in spider.arguments_class.__dataclass_fields__}
    assert names <= known
    assert {"since", "until", "limit", "refetch"} <= names


def test_settings_are_all_there_with_their_defaults() -> None:
    told = dict(re.findall(r"^\| `(FINEWS_\w+)` \| (\S+) \|", README, re.MULTILINE))
    known = {name: getattr(settings, name) for name in dir(settings) if name.startswith("FINEWS_")}
    assert told.keys() == known.keys()
    assert told["FINEWS_PROGRESS_SECONDS"] == f"`{known['FINEWS_PROGRESS_SECONDS']}`"


def test_exit_statuses_are_all_there() -> None:
    told = {int(status) for status in re.findall(r"^\| (\d) \|", README, re.MULTILINE)}
    assert told == {*map(int, ExitStatus), 1}


def test_words_of_the_summary_are_all_explained() -> None:
    told = set(re.findall(r"^\| (\w+) \| ", README, re.MULTILINE))
    assert {what.value for what in Count} - {"found"} <= told


def test_findings_of_an_audit_are_all_explained() -> None:
    words = set(re.findall(r"\w+", " ".join(re.findall(r"^\| ([a-z_, ]+) \| ", README, re.MULTILINE))))
    assert {kind.value for kind in Kind} <= words


def test_commands_are_all_there() -> None:
    told = set(re.findall(r"scrapy (\w+)", README))
    commands = {path.stem for path in (ROOT / "finews_crawler" / "commands").glob("[a-z]*.py")}
    assert commands - {"demo"} <= told


def test_links_lead_somewhere() -> None:
    for document in ("README.md", "CONTRIBUTING.md"):
        for target in LINK.findall((ROOT / document).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{document} links to {target}"


def test_the_rooms_named_in_contributing_exist() -> None:
    rooms = re.findall(r"^\| (`.*?`) \|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    names = [name for cell in rooms for name in re.findall(r"`([^`]+)`", cell)]
    assert names
    assert [name for name in names if not Path(ROOT / "finews_crawler" / name).exists()] == []

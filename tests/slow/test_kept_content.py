"""Cleaning loses nothing that Chromium shows, and the payloads of other projects' test data are found."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from itertools import chain
from pathlib import Path

from tests.content.body.attack_bodies import NAMES, attack_bodies
from tests.fuzz.generated_bodies import generated_bodies
from tests.fuzz.kept_content import Cleaned, by_chromium, kept
from tests.fuzz.third_party_payloads import payloads


def test_nothing_that_chromium_shows_is_lost() -> None:
    bodies = chain(chain.from_iterable(map(attack_bodies, NAMES)), generated_bodies(300, seed=11))
    counts: Counter[str] = Counter()
    pairs = list(kept(bodies, counts))
    assert len(pairs) > 500
    assert list(by_chromium(pairs)) == []
    assert counts["rejected"] < 0.02 * counts.total()


def test_the_comparison_by_chromium_finds_a_loss() -> None:
    pairs = [
        Cleaned("<p>净利润<text>下降</text></p>", "<p>净利润</p>"),
        Cleaned('<p hidden>广告</p><img src="//a.cn/1.jpg">', ""),
        Cleaned("<p>甲</p><p hidden>广告</p><script>x()</script>", "<p>甲</p>"),
    ]
    assert [lost for _, lost in by_chromium(pairs)] == ["'下降'", "picture"]


def test_payloads_are_read_from_checkouts_and_tarballs(tmp_path: Path) -> None:
    tests = tmp_path / "project" / "tests"
    tests.mkdir(parents=True)
    (tests / "tree.dat").write_text("#data\n<p>One\n#errors\n\n#document\n| <p>\n\n#data\n<b>\nTwo\n#errors\n", "utf-8")
    (tests / "tokens.test").write_text(json.dumps({"tests": [{"input": "\\u0041<", "doubleEscaped": True}]}), "utf-8")
    (tests / "test_clean.py").write_text('check(\'<i>\\x41\', "no mark-up", """<u>\n""")', "utf-8")
    tarball = tmp_path / "project.tar.gz"
    with tarfile.open(tarball, "w:gz") as archive:
        archive.add(tests, "tests")
    expected = {"<p>One", "<b>\nTwo", "A<", "<i>A", "<u>\n"}
    assert set(payloads([tmp_path / "project"])) == set(payloads([tarball])) == expected

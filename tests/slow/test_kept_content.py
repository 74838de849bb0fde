"""Cleaning loses nothing that Chromium shows, and the payloads of other projects' test data are found."""

from __future__ import annotations

import gzip
import json
import socket
import sys
import tarfile
from collections import Counter
from itertools import chain
from pathlib import Path
from threading import Thread

import pytest

from tests.content.body.attack_bodies import NAMES, attack_bodies
from tests.fuzz import kept_content, third_party_payloads
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


@pytest.mark.parametrize(
    "sent", [b"", b"HTTP/1.1 404 Not Found\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123"]
)
def test_a_download_that_fails_is_one_line_and_leaves_no_tarball(
    sent: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def respond() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(sent)
            connection.close()

        Thread(target=respond, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/{{}}"
        monkeypatch.setattr(third_party_payloads, "URL", url)
        monkeypatch.setattr(kept_content, "BUILD", tmp_path)
        monkeypatch.setattr(sys, "argv", ["kept_content", "--download"])
        assert kept_content.main() == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert errors.startswith(f"kept_content: {url.format(third_party_payloads.PROJECTS[0])} cannot be downloaded (")
    assert list(tmp_path.iterdir()) == []


# A gzip member names its time: without `mtime=0`, workers that collect in different seconds differ.
@pytest.mark.parametrize(
    "content",
    [None, b"no tarball", gzip.compress(b"x" * 2000, mtime=0)[:-9]],
    ids=["missing", "no tarball", "cut short"],
)
def test_payloads_that_cannot_be_read_are_one_line(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "project.tar.gz"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(sys, "argv", ["kept_content", str(path)])
    assert kept_content.main() == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert errors.startswith(f"kept_content: {path} cannot be read (")

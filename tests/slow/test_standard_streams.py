"""Commands do their work when standard output is closed, full, abandoned by its reader, or in another encoding.

If it is full, they say so and exit with status 6: another program may take what is there for the whole.

Each is started from nothing: a fork cannot be given a closed stream.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import article_from
from finews_crawler.testing.origin.server import running_origin
from tests.support.paths import ROOT
from tests.support.ports import free_port
from tests.support.scrapy_command import SCRAPY, Scrapy

ALL_WELL, FINDINGS, ARGUMENTS, SOME_FAILED, NOT_WRITABLE = 0, 1, 2, 3, 6
POSTS = 3
RETIRE = ("retire", "--keep-days", "3", "--yes")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a few posts; read-only."""
    data = tmp_path_factory.mktemp("made") / "data"
    archive = Archive(DataDirectory(data), PostUrls())
    moment = datetime(2022, 5, 18, 8, 0, 0, tzinfo=UTC)
    for number in range(POSTS):
        article = article_from(
            "news_text",
            f"NW20220518238363806{number}",
            title="标题",
            published_at=moment,
            text_html="<p>正文</p>",
        )
        archive.store([derive(article, PostUrls())[0]])
    archive.close()
    return data


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Scrapy:
    shutil.copytree(made, tmp_path / "data")
    return Scrapy.into_folder(tmp_path / "data")


def shell(scrapy: Scrapy, redirection: str, *arguments: str) -> tuple[int, str]:
    """Run a command under a shell redirection; return its exit status and standard error."""
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-c", SCRAPY, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=scrapy.environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def without_reader(scrapy: Scrapy, *arguments: str) -> tuple[int, str]:
    """Run a command whose standard output is a pipe without a reader."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", SCRAPY, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=scrapy.environment, stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    return done.returncode, done.stderr


def is_full(command: str) -> str:
    return f"finews {command}: standard output: No space left on device: what it has printed is not complete\n"


def retired(scrapy: Scrapy) -> int:
    return len(list((scrapy.data / "old_post").rglob("*.md")))


def test_audit_works_with_standard_output_closed(archive: Scrapy) -> None:
    assert shell(archive, ">&-", "audit") == (ALL_WELL, "")
    assert shell(archive, ">/dev/full", "audit", "--json") == (NOT_WRITABLE, is_full("audit"))
    (archive.posts / ".half.md.abcdefgh.part").write_bytes(b"half")
    assert shell(archive, ">/dev/full", "audit", "--json") == (FINDINGS, is_full("audit"))


def test_an_export_to_standard_output_needs_it_open(archive: Scrapy) -> None:
    line = (
        "finews export: standard output is closed: nothing was exported; export to a folder (--out DIR), or open it\n"
    )
    assert shell(archive, ">&-", "export", "--format", "jsonl", "--out", "-") == (NOT_WRITABLE, line)
    assert shell(archive, ">&-", "export", "--format", "jsonl")[0] == ALL_WELL


def test_rebuild_works_with_standard_output_open_for_reading_only(archive: Scrapy) -> None:
    before = {path.name: path.read_bytes() for path in archive.posts.glob("*.md")}
    shutil.rmtree(archive.posts)
    assert shell(archive, "1</dev/null", "rebuild") == (ALL_WELL, "")
    assert {path.name: path.read_bytes() for path in archive.posts.glob("*.md")} == before


def test_reindex_works_with_standard_output_closed(archive: Scrapy) -> None:
    (archive.data / "index.sqlite").unlink()
    assert shell(archive, ">&-", "reindex", str(archive.data)) == (ALL_WELL, "")
    assert len(archive.rows()["article"]) == POSTS


def test_retire_works_with_standard_output_on_a_full_device(archive: Scrapy) -> None:
    assert shell(archive, ">/dev/full", *RETIRE, "--dry-run") == (NOT_WRITABLE, is_full("retire"))
    assert retired(archive) == 0
    assert shell(archive, ">/dev/full", *RETIRE) == (NOT_WRITABLE, is_full("retire"))
    assert retired(archive) == POSTS


def test_standard_error_may_be_closed_or_full(archive: Scrapy) -> None:
    post = sorted(archive.posts.iterdir())[0]
    post.write_bytes(b"mine")
    for redirection in (">&- 2>&-", "2>/dev/full"):
        # The post that stays is reported on standard error in the middle of the work.
        assert shell(archive, redirection, *RETIRE) == (SOME_FAILED, "")
        assert retired(archive) == POSTS - 1
        assert shell(archive, redirection, "rebuild", "everything") == (ARGUMENTS, "")


@pytest.mark.parametrize("arguments", [(*RETIRE, "--dry-run"), RETIRE, ("rebuild",)], ids=" ".join)
def test_commands_survive_a_reader_that_exits(archive: Scrapy, arguments: tuple[str, ...]) -> None:
    assert without_reader(archive, *arguments) == (ALL_WELL, "")


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_data_directory_with_a_name_outside_the_terminal_encoding(made: Path, tmp_path: Path, encoding: str) -> None:
    shutil.copytree(made, tmp_path / "数据é")
    scrapy = Scrapy.into_folder(tmp_path / "数据é")
    scrapy.environment["PYTHONIOENCODING"] = encoding
    spelt = "数据é".encode(encoding, "backslashreplace")
    for arguments in (("audit",), ("reindex", str(scrapy.data))):
        command = [sys.executable, "-c", SCRAPY, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=scrapy.environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (ALL_WELL, b"")
        assert done.stdout.count(b"\n") == 1
        assert (spelt in done.stdout) == (arguments[0] != "reindex")


def test_origin_serves_with_standard_output_on_a_full_device() -> None:
    port = free_port()
    command = [sys.executable, "-c", SCRAPY, "origin", "--articles", "3", "--port", str(port)]
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not serves(port):
        time.sleep(1 / 20)
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (NOT_WRITABLE, is_full("origin"))


def serves(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_crawl_runs_with_closed_standard_error(scrapy: Scrapy) -> None:
    with running_origin(5, seed=6) as origin:
        environment = scrapy.at(origin.url).environment
        command = f"exec {shlex.quote(sys.executable)} -m finews_crawler crawl channel 2>&-"
        done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, check=False)
        wrong = subprocess.run(["sh", "-c", f"{command} -a x=1"], cwd=ROOT, env=environment, check=False)
    assert (done.returncode, wrong.returncode) == (ALL_WELL, 2)
    assert len(list(scrapy.posts.iterdir())) == 5

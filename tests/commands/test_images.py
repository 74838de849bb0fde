"""``finews images``: which pictures are requested, what is kept of the responses, and what stays for the next run."""

from __future__ import annotations

import hashlib
import sqlite3
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from finews_crawler.archive.lock import Lock
from finews_crawler.items import Article
from tests.support.scrapy_command import CLOSED_PORT, Run, Scrapy
from tests.support.scripted_server import Answer, Script, scripted_site
from tests.support.scripted_server import Site as Server
from tests.support.sites import Site, article

ARGUMENTS, SOME_FAILED, BLOCKED, NOT_WRITABLE, LOCKED = 2, 3, 4, 6, 7
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100) + b"\xff\xd9"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
NO_RULES = Answer(b"User-agent: *\nDisallow:\n")


def png(shade: int) -> bytes:
    """Return a picture of one pixel."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes((0, shade)))),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def serving(answers: Mapping[str, bytes | Answer]) -> Script:
    def script(path: str) -> Answer | None:
        if path == "/robots.txt" and path not in answers:
            return NO_RULES
        found = answers.get(path)
        return Answer(found) if isinstance(found, bytes) else found

    return script


@contextmanager
def pictures(answers: Mapping[str, bytes | Answer]) -> Iterator[Server]:
    with scripted_site(serving(answers)) as server:
        yield server


def showing(number: int, day: str, *urls: str) -> Article:
    return article(number, day, body_html="".join(f'<p>图<img src="{url}"></p>' for url in urls))


def archived(data: Path, *articles: Article) -> None:
    site = Site(data)
    site.store(*articles)
    site.close()


def take(scrapy: Scrapy, hosts: str, *options: str) -> Run:
    return scrapy.at(CLOSED_PORT, FINEWS_IMAGE_HOSTS=hosts)("images", *options)


def counts(run: Run) -> dict[str, int]:
    (found,) = run.summaries()
    return {word: number for word, number in found.items() if number}


def stored(data: Path) -> dict[str, bytes]:
    folder = data / "images"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def statuses(data: Path) -> dict[str, tuple[str, int]]:
    with closing(sqlite3.connect(data / "images.sqlite")) as connection:
        rows = connection.execute("SELECT url, status, attempts FROM image").fetchall()
    return {url.rpartition("/")[2]: (status, attempts) for url, status, attempts in rows}


def asked(server: Server) -> list[str]:
    return [path for path in server.asked if path != "/robots.txt"]


def name_of(content: bytes, extension: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"{digest[:2]}/{digest}.{extension}"


def test_without_hosts_it_says_how_to_name_them(scrapy: Scrapy) -> None:
    archived(scrapy.data)
    run = scrapy.at(CLOSED_PORT)("images")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
    assert "FINEWS_IMAGE_HOSTS is not set" in run.log
    assert "FINEWS_IMAGE_HOSTS=dfscdn.dfcfw.com" in run.log


def test_pictures_are_kept_once_for_each_content_the_newest_first(scrapy: Scrapy) -> None:
    with pictures({"/a.png": png(1), "/b.jpg": JPEG, "/same.jpg": JPEG}) as server:
        archived(
            scrapy.data,
            showing(1, "2022-05-25", f"{server.url}/b.jpg", f"{server.url}/same.jpg"),
            showing(2, "2022-05-26", f"{server.url}/a.png", "https://elsewhere.test/c.png"),
            showing(3, "2022-05-24", f"{server.url}/a.png"),
        )
        # One at a time: connections that are opened at once may reach the server in any order.
        first = take(scrapy, server.url, "-s", "CONCURRENT_REQUESTS=1")
        assert (first.status, counts(first)) == (0, {"found": 3, "new": 2, "held": 1}), first.log
        assert "1 at hosts that FINEWS_IMAGE_HOSTS does not name (elsewhere.test 1)" in first.log
        assert stored(scrapy.data) == {name_of(png(1), "png"): png(1), name_of(JPEG, "jpg"): JPEG}
        assert (asked(server)[0], sorted(asked(server))) == ("/a.png", ["/a.png", "/b.jpg", "/same.jpg"])
        server.asked.clear()
        second = take(scrapy, server.url)
        assert (second.status, counts(second)) == (0, {"found": 3, "held": 3}), second.log
        assert server.asked == []
    assert not (scrapy.data / "images.lock").exists()


def test_it_leaves_no_trace_of_a_run_that_found_no_news(scrapy: Scrapy) -> None:
    with pictures({"/a.png": png(1)}) as server:
        archived(scrapy.data, showing(1, "2022-05-25", f"{server.url}/a.png"))
        before = scrapy.rows()
        take(scrapy, server.url)
    assert scrapy.rows() == before
    with closing(sqlite3.connect(scrapy.data / "index.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)
    assert {path.name for path in scrapy.data.iterdir()} >= {"images", "images.sqlite"}
    assert not (scrapy.data / "rejected.jsonl").exists()


def test_settings_of_crawls_do_not_apply(scrapy: Scrapy, tmp_path: Path) -> None:
    """A recording, a replay and a queue are of the articles."""
    others = {
        "FINEWS_WARC_DIR": str(tmp_path / "warc"),
        "FINEWS_REPLAY": "none",
        "FINEWS_CLUSTER": "redis://127.0.0.1:1",
    }
    with pictures({"/a.png": png(1)}) as server:
        archived(scrapy.data, showing(1, "2022-05-25", f"{server.url}/a.png"))
        run = scrapy.at(CLOSED_PORT, FINEWS_IMAGE_HOSTS=server.url, **others)("images")
    assert (run.status, counts(run)) == (0, {"found": 1, "new": 1}), run.log
    assert not (tmp_path / "warc").exists()


def test_only_days_and_numbers_that_are_asked_for(scrapy: Scrapy) -> None:
    with pictures({f"/{number}.png": png(number) for number in range(1, 6)}) as server:
        days = ("2022-05-24", "2022-05-25", "2022-05-26", "2022-05-27", "2022-05-28")
        archived(scrapy.data, *(showing(at, day, f"{server.url}/{at}.png") for at, day in enumerate(days, 1)))
        run = take(scrapy, server.url, "--since", "2022-05-25", "--until", "2022-05-27", "--limit", "2")
        assert counts(run) == {"found": 3, "new": 2, "skipped": 1}, run.log
        assert sorted(asked(server)) == ["/3.png", "/4.png"]


def test_other_types_and_large_responses_are_refused(scrapy: Scrapy) -> None:
    answers: dict[str, bytes | Answer] = {
        "/page.png": Answer(b"<html>please log in</html>", headers={"Content-Type": "image/png"}),
        "/drawing.svg": SVG,
        "/large.png": png(1) + bytes(10_000_000),
        "/gone.png": Answer(status=404),
        "/named.html": Answer(png(2), headers={"Content-Type": "text/html"}),
    }
    with pictures(answers) as server:
        archived(scrapy.data, showing(1, "2022-05-25", *(f"{server.url}{path}" for path in answers)))
        run = take(scrapy, server.url)
        assert run.status == SOME_FAILED
        assert counts(run) == {"found": 5, "new": 1, "refused": 3, "failed": 1}, run.log
        server.asked.clear()
        again = take(scrapy, server.url)
        assert counts(again) == {"found": 5, "held": 1, "skipped": 4}
        assert (again.status, server.asked) == (0, [])
    assert stored(scrapy.data) == {name_of(png(2), "png"): png(2)}
    assert statuses(scrapy.data) == {
        "page.png": ("other_type", 1),
        "drawing.svg": ("other_type", 1),
        "large.png": ("too_large", 1),
        "gone.png": ("http_404", 1),
        "named.html": ("held", 1),
    }


def test_a_failure_is_tried_again_later_and_given_up_at_last(scrapy: Scrapy) -> None:
    with pictures({}) as server:
        archived(scrapy.data, showing(1, "2022-05-25", f"{server.url}/gone.png"))
        for attempt in (1, 2, 3):
            assert counts(take(scrapy, server.url)) == {"found": 1, "failed": 1}
            assert statuses(scrapy.data) == {"gone.png": ("http_404", attempt)}
            with closing(sqlite3.connect(scrapy.data / "images.sqlite")) as connection, connection:
                connection.execute("UPDATE image SET fetched_at = '2022-05-26T00:00:00+08:00'")
        server.asked.clear()
        assert counts(take(scrapy, server.url)) == {"found": 1, "skipped": 1}
        assert server.asked == []


def test_a_redirect_to_another_host_is_not_followed(scrapy: Scrapy) -> None:
    with pictures({"/b.png": png(1)}) as other:
        moved = {name: Answer(status=302, headers={"Location": f"{other.url}/b.png"}) for name in ("/a.png",)}
        with pictures(moved) as server:
            archived(scrapy.data, showing(1, "2022-05-25", f"{server.url}/a.png"))
            run = take(scrapy, server.url)
            assert counts(run) == {"found": 1, "refused": 1}, run.log
            assert "is not one of FINEWS_IMAGE_HOSTS" in run.log
        assert other.asked == []


def test_robots_txt_is_obeyed(scrapy: Scrapy) -> None:
    rules = Answer(b"User-agent: *\nDisallow: /private/\n")
    with pictures({"/robots.txt": rules, "/private/a.png": png(1), "/b.png": png(2)}) as server:
        archived(scrapy.data, showing(1, "2022-05-25", f"{server.url}/private/a.png", f"{server.url}/b.png"))
        run = take(scrapy, server.url)
        assert (run.status, counts(run)) == (BLOCKED, {"found": 2, "new": 1, "failed": 1}), run.log
        assert asked(server) == ["/b.png"]
    assert list(statuses(scrapy.data)) == ["b.png"]


def test_a_host_that_refuses_gets_no_more_requests(scrapy: Scrapy) -> None:
    with pictures({f"/{number}.png": Answer(status=403) for number in range(40)}) as server:
        archived(scrapy.data, showing(1, "2022-05-25", *(f"{server.url}/{number}.png" for number in range(40))))
        run = take(scrapy, server.url)
        assert run.status == BLOCKED, run.log
        assert len(asked(server)) < 20


def test_a_host_that_is_down_leaves_its_pictures_to_the_next_run(scrapy: Scrapy) -> None:
    archived(scrapy.data, showing(1, "2022-05-25", f"{CLOSED_PORT}/a.png"))
    run = take(scrapy, CLOSED_PORT)
    assert (run.status, counts(run)) == (SOME_FAILED, {"found": 1, "failed": 1}), run.log
    assert not (scrapy.data / "images.sqlite").exists()


def test_a_second_run_at_once_is_refused_and_a_crawl_is_not(scrapy: Scrapy) -> None:
    archived(scrapy.data, showing(1, "2022-05-25", f"{CLOSED_PORT}/a.png"))
    lock = Lock(scrapy.data / "images.lock", scrapy.data)
    lock.take()
    try:
        run = take(scrapy, CLOSED_PORT)
        assert (run.status, run.log.count("\n")) == (LOCKED, 1), run.log
        assert scrapy.at(CLOSED_PORT)("rebuild").status == 0
    finally:
        lock.release()


def test_a_folder_that_cannot_be_written_ends_the_run(scrapy: Scrapy) -> None:
    with pictures({f"/{number}.png": png(number) for number in range(30)}) as server:
        archived(scrapy.data, showing(1, "2022-05-25", *(f"{server.url}/{number}.png" for number in range(30))))
        (scrapy.data / "images").touch()
        run = take(scrapy, server.url)
        assert run.status == NOT_WRITABLE, run.log
        assert run.log.count("ERROR") == 1
        assert f"{scrapy.data / 'images'}" in run.log
        (scrapy.data / "images").unlink()
        assert counts(take(scrapy, server.url)) == {"found": 30, "new": 30}


def test_a_table_that_is_damaged_is_named(scrapy: Scrapy) -> None:
    archived(scrapy.data, showing(1, "2022-05-25", f"{CLOSED_PORT}/a.png"))
    (scrapy.data / "images.sqlite").write_bytes(b"no database" * 100)
    run = take(scrapy, CLOSED_PORT)
    assert run.status == NOT_WRITABLE, run.log
    assert "images.sqlite: file is not a database: move it away" in run.log
    assert "Traceback" not in run.log


@pytest.mark.parametrize(
    "options", [("--limit", "0"), ("--since", "May"), ("--since", "2022-06-01", "--until", "2022-05-01"), ("x",)]
)
def test_wrong_options_are_one_line(scrapy: Scrapy, options: tuple[str, ...]) -> None:
    run = take(scrapy, CLOSED_PORT, *options)
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log

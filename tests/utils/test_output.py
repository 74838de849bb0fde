"""Output files that the user names: replaced if regular, else written to as they are."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest

from finews_crawler.utils.output import can_be_output, is_stream, open_stream, write_output

WRITE = """
import sys
from pathlib import Path
from finews_crawler.utils.output import write_output
print("before")
write_output(Path(sys.argv[1]), b"content\\n")
print("after")
"""
OLD = b"line\n" * 1000


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("old", [None, b"", b"old content", b"new"])
def test_a_regular_file_is_replaced_whole(tmp_path: Path, old: bytes | None) -> None:
    path = tmp_path / "report.html"
    if old is not None:
        path.write_bytes(old)
        path.chmod(0o600)
    with path.open("rb") if old is not None else BytesIO() as reader:
        write_output(path, b"new")
        assert reader.read() == (old or b""), "a reader of the old file is not disturbed"
    assert path.read_bytes() == b"new"
    assert old is None or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == ["report.html"]


def test_the_mode_is_set_if_given(tmp_path: Path) -> None:
    write_output(tmp_path / "a.prom", b"new", 0o644)
    assert stat.S_IMODE((tmp_path / "a.prom").stat().st_mode) == 0o644


def test_a_link_is_kept_and_its_target_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to("target")
    write_output(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link", "log", "other name"])
@pytest.mark.parametrize("redirection", ["a", "w"])
def test_standard_output_in_a_file_is_appended_to(tmp_path: Path, name: str, redirection: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(OLD)
    (tmp_path / "link").symlink_to("/dev/stdout")
    (tmp_path / "other name").hardlink_to(log)
    with log.open(f"{redirection}b") as output:
        subprocess.run([sys.executable, "-c", WRITE, name], cwd=tmp_path, env=ENVIRONMENT, stdout=output, check=True)
    assert log.read_bytes() == (OLD if redirection == "a" else b"") + b"before\ncontent\nafter\n"
    assert names_in(tmp_path) == ["link", "log", "other name"]
    assert (tmp_path / "link").is_symlink()


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/proc/self/fd/1"])
@pytest.mark.parametrize("is_socket", [False, True], ids=["pipe", "socket"])
def test_standard_output_in_a_pipe_or_socket_is_written_to(tmp_path: Path, name: str, is_socket: bool) -> None:
    if is_socket:  # as under systemd; a socket cannot be opened by its path
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-c", WRITE, name]
        subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, stdout=theirs, check=True)
        theirs.close()
        with ours, ours.makefile("rb") as received:
            assert received.read() == b"before\ncontent\nafter\n"
    else:
        command = [sys.executable, "-c", WRITE, name]
        done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, check=True)
        assert done.stdout == b"before\ncontent\nafter\n"
    assert names_in(tmp_path) == []


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[Path]:
    os.mkfifo(tmp_path / "fifo")
    yield tmp_path / "fifo"
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


def test_a_fifo_is_written_to(fifo: Path) -> None:
    received: list[bytes] = []
    reader = Thread(target=lambda: received.append(fifo.read_bytes()))
    reader.start()
    content = b"x" * 300_000  # more than a pipe holds
    while reader.is_alive():
        try:
            write_output(fifo, content)
            break
        except OSError as error:
            assert error.errno == errno.ENXIO, "the reader has not opened it yet"
    reader.join()
    assert received == [content]


def test_a_fifo_without_a_reader_is_an_error(fifo: Path) -> None:
    with pytest.raises(OSError, match="No such device or address"):
        write_output(fifo, b"content")


def test_a_socket_file_is_an_error_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        with pytest.raises(OSError, match="No such device or address"):
            write_output(path, b"content")
        assert path.is_socket()


def test_a_device_is_written_to() -> None:
    before = Path("/dev/full").stat()
    with pytest.raises(OSError, match="No space left"):
        write_output(Path("/dev/full"), b"content")
    assert os.path.samestat(Path("/dev/full").stat(), before)
    write_output(Path("/dev/null"), b"content")
    assert Path("/dev/null").is_char_device()


def test_a_closed_descriptor_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc/self/fd/987")
    for path in (Path("/dev/fd/987"), tmp_path / "link"):
        with pytest.raises(OSError, match="Bad file descriptor"):
            write_output(path, b"content")
    assert names_in(tmp_path) == ["link"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EBUSY])
def test_a_file_in_a_folder_that_cannot_be_changed_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "summary.json"
    path.write_bytes(b"a longer old content")
    monkeypatch.setattr("finews_crawler.utils.output.write_whole", refuse)
    write_output(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(OSError, match=os.strerror(number)):
        write_output(tmp_path / "missing.json", b"new")


def test_only_files_in_folders_that_exist_can_be_output(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "missing" / "file")
    assert can_be_output(tmp_path / "new.html")
    assert can_be_output(Path("-"))
    assert can_be_output(Path("/dev/stdout"))
    assert not can_be_output(tmp_path)
    assert not can_be_output(tmp_path / "missing" / "new.html")
    assert not can_be_output(tmp_path / "dangling")


def test_regular_and_missing_files_are_no_streams(tmp_path: Path, fifo: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for name, expected in (("file", False), ("missing", False), ("fifo", True)):
        assert is_stream(tmp_path / name) == expected
    assert open_stream(tmp_path / "file") is None
    with pytest.raises(OSError, match="Too many levels"):
        open_stream(tmp_path / "loop")

"""`utils.syncfs`: one call for all files, only where it is as good as syncing each."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.utils import syncfs
from finews_crawler.utils.syncfs import is_new_enough, sync_file_systems

NEEDS_SYNCFS = pytest.mark.skipif(
    not (hasattr(ctypes.CDLL(None), "syncfs") and is_new_enough(os.uname().release)), reason="no syncfs of Linux 5.17"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def kind_of(folder: int) -> int:
    status = (ctypes.c_long * syncfs.STATFS_LONGS)()
    assert ctypes.CDLL(None).fstatfs(folder, status) == 0
    return status[0]


@NEEDS_SYNCFS
def test_a_file_system_of_a_known_kind_is_synced(folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncfs, "FILE_SYSTEMS", {kind_of(folder): "this one"})
    assert sync_file_systems([folder, folder])


def test_a_file_system_of_an_unknown_kind_is_not_synced(folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncfs, "FILE_SYSTEMS", {kind_of(folder) + 1: "another one"})
    assert not sync_file_systems([folder])


@NEEDS_SYNCFS
def test_nothing_is_synced_if_one_file_system_is_of_an_unknown_kind(
    folder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncfs, "FILE_SYSTEMS", {kind_of(folder): "this one"})
    other = os.open("/proc/self", os.O_RDONLY)
    try:
        assert not sync_file_systems([folder, other])
        assert not sync_file_systems([other, folder])
    finally:
        os.close(other)


@pytest.mark.parametrize("release", ["5.16.20", "4.19.0-27-amd64", "unknown"])
def test_a_release_that_hides_errors_is_not_trusted(release: str, folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncfs, "FILE_SYSTEMS", {kind_of(folder): "this one"})
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", release, "1", "x86_64")))
    assert not sync_file_systems([folder])


def test_a_system_without_the_call_and_a_closed_folder_are_no_errors(
    folder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = os.dup(folder)
    os.close(closed)
    assert not sync_file_systems([closed])
    monkeypatch.setattr(syncfs, "_libc", lambda: None)
    assert not sync_file_systems([folder])


def test_a_python_without_ctypes_syncs_each_file(folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncfs, "FILE_SYSTEMS", {kind_of(folder): "this one"})
    monkeypatch.setitem(sys.modules, "ctypes", None)
    syncfs._libc.cache_clear()
    assert not sync_file_systems([folder])
    syncfs._libc.cache_clear()

"""Samples: each response once, the newest ones, in a path that the source cannot choose."""

from __future__ import annotations

import os
from pathlib import Path

from finews_crawler.archive.samples import MOST, Samples
from finews_crawler.config.data_directory import DataDirectory


def test_each_response_is_stored_once_unchanged(tmp_path: Path) -> None:
    samples = Samples(DataDirectory(tmp_path))
    first = samples.keep("channel market:37", b"{\xff\x00}")
    assert samples.keep("channel market:37", b"{\xff\x00}") == first
    assert first.read_bytes() == b"{\xff\x00}"
    assert first.parent == tmp_path / "samples"
    assert first.name.startswith("channel-market-37-")
    assert samples.keep("../../etc/passwd", b"").parent == tmp_path / "samples"


def test_the_oldest_sample_is_deleted_first(tmp_path: Path) -> None:
    samples = Samples(DataDirectory(tmp_path))
    kept = []
    for number in range(MOST + 3):
        kept.append(samples.keep("archive list", b"%d" % number))
        os.utime(kept[-1], (number, number))
    assert sorted(samples.folder.iterdir()) == sorted(kept[3:])

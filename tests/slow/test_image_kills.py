"""``finews images`` killed at points all over its work: no partial file, nothing lost, and the next run goes on."""

from __future__ import annotations

import hashlib
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.test_images import archived, counts, pictures, png, showing, stored, take
from tests.support.kill_points import KILL_AFTER
from tests.support.scrapy_command import Scrapy

PICTURES = 5
KILLED = -signal.SIGKILL


def whole(data: Path) -> set[bytes]:
    """Return the pictures that are held, each of which has the content of its name."""
    files = {name: content for name, content in stored(data).items() if not name.endswith(".part")}
    for name, content in files.items():
        assert hashlib.sha256(content).hexdigest() == Path(name).stem
    return set(files.values())


@pytest.mark.parametrize("step", range(1, 8))
def test_a_killed_run_is_completed_by_the_next(scrapy: Scrapy, step: int) -> None:
    with pictures({f"/{number}.png": png(number) for number in range(PICTURES)}) as server:
        archived(scrapy.data, showing(1, "2022-05-25", *(f"{server.url}/{number}.png" for number in range(PICTURES))))
        kills, held = 0, 0
        for operations in range(step, 120, 7):
            fused = replace(scrapy, environment={**scrapy.environment, KILL_AFTER: str(operations)})
            run = take(fused, server.url)
            assert len(whole(scrapy.data)) >= held, "a picture was lost"
            held = len(whole(scrapy.data))
            if run.status != KILLED:
                break
            kills += 1
        last = take(scrapy, server.url)
        assert kills > 0
        assert (last.status, counts(last)["found"]) == (0, PICTURES), last.log
    assert whole(scrapy.data) == {png(number) for number in range(PICTURES)}
    assert not [name for name in stored(scrapy.data) if name.endswith(".part")]
    assert not (scrapy.data / "images.lock").exists()

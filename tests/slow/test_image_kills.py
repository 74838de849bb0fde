"""``finews images`` killed at points all over its work, or stopped: no partial file, nothing lost, the next goes on."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from tests.commands.test_images import archived, asked, counts, pictures, png, serving, showing, stored, take
from tests.support.kill_points import KILL_AFTER
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy
from tests.support.scripted_server import Answer, scripted_site

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


def test_a_crawl_runs_beside_it_and_a_signal_ends_it(scrapy: Scrapy, origin: RunningOrigin) -> None:
    names = [f"/{number}.png" for number in range(30)]
    slow = Answer(b"User-agent: *\nCrawl-delay: 0.3\n")
    is_stopped = threading.Event()
    answer = serving({"/robots.txt": slow, **{name: png(number) for number, name in enumerate(names)}})
    numbers = count()

    def answer_few_until_it_is_stopped(path: str) -> Answer | None:
        if path != "/robots.txt" and next(numbers) >= 3:
            is_stopped.wait()
        return answer(path)

    with scripted_site(answer_few_until_it_is_stopped) as server:
        archived(scrapy.data, showing(1, "2022-05-25", *(f"{server.url}{name}" for name in names)))
        both = scrapy.at(origin.url, FINEWS_IMAGE_HOSTS=server.url)
        running = subprocess.Popen(
            [sys.executable, "-c", SCRAPY, "images", "-s", "DOWNLOAD_TIMEOUT=3600"],
            cwd=ROOT,
            env=both.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        while len(asked(server)) < 3:
            assert running.poll() is None
            time.sleep(0.05)
        crawl = both("crawl", "channel")
        assert (crawl.status, running.poll()) == (0, None), crawl.log
        running.send_signal(signal.SIGTERM)
        is_stopped.set()
        _, log = running.communicate()
        assert running.returncode == 0, log
        assert "pictures are left for the next run" in log
        first = asked(server)
        assert 3 <= len(whole(scrapy.data)) <= len(first) < len(names)
        rest = take(scrapy, server.url)
        assert (rest.status, sorted(asked(server))) == (0, sorted(names)), rest.log
    assert len(whole(scrapy.data)) == len(names)

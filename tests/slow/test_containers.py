"""``deploy/Containerfile`` in fresh Debian roots, with the volume, the users and the restrictions of the compose file.

The instructions are carried out by ``tests/support/containerfile.py``, not by a container engine.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.containerfile import Image, built_stage
from tests.support.debian_root import DebianRoot, Within
from tests.support.paths import ROOT

CONTAINERFILE = ROOT / "deploy" / "Containerfile"
COMPOSE = ROOT / "deploy" / "compose.yaml"
VOLUME = "/srv/news/data"
ARTICLES = 30
# Beside the loop, the embedded origin of the installed package. `kill` is what `docker stop` does.
CRAWL_ONCE = f"""
finews origin --articles {ARTICLES} --seed 1 --newest now --port 8000 > /tmp/origin.txt 2>&1 &
for i in $(seq 600); do ! grep -q FINEWS_MARKET_URL /tmp/origin.txt || break; sleep 0.1; done
grep -q FINEWS_MARKET_URL /tmp/origin.txt || {{ cat /tmp/origin.txt; exit 1; }}
grep '^export' /tmp/origin.txt > /tmp/origin.env
. /tmp/origin.env
ENTRYPOINT > /tmp/loop.txt 2>&1 &
loop=$!
for i in $(seq 1200); do ! grep -q 'site build ended' /tmp/loop.txt || break; sleep 0.1; done
kill -TERM $loop
wait $loop && echo "status $?"
cat /tmp/loop.txt
finews runs
"""
# bash speaks HTTP, since the image has no client.
FETCH = """
get() { exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET %s HTTP/1.0\\r\\nHost: news\\r\\n\\r\\n' "$1" >&3; cat <&3; }
ENTRYPOINT &
server=$!
for i in $(seq 600); do get / > /dev/null 2>&1 && break; sleep 0.1; done
for path in PATHS; do printf '\\n== %s\\n' "$path"; get "$path" | tr -d '\\000'; done
kill $server
wait $server || true
"""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    return services


@pytest.fixture(scope="module")
def crawler(fresh_debian: DebianRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    with built_stage(CONTAINERFILE, "crawler", fresh_debian, tmp_path_factory.mktemp("crawler")) as image:
        yield image


@pytest.fixture
def site(fresh_debian: DebianRoot, tmp_path: Path) -> Iterator[Image]:
    with built_stage(CONTAINERFILE, "site", fresh_debian, tmp_path / "site") as image:
        yield image


@pytest.fixture(scope="module")
def volume(crawler: Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new volume, with the owner that its folder has in the image, as an engine makes it."""
    folder = tmp_path_factory.mktemp("volume")
    status = (crawler.root.folder / VOLUME.strip("/")).stat()
    os.chown(folder, status.st_uid, status.st_gid)
    folder.chmod(0o755)
    return folder


def in_container(image: Image, script: str, volume: Path, shell: str = "/bin/sh") -> str:
    """Run *script* with the restrictions of the compose file: a root that cannot be written to, and no privileges."""
    within = replace(image.within, volumes={VOLUME: volume}, is_read_only=True, shell=shell)
    return image.root.run(script.replace("ENTRYPOINT", shlex.join(image.entrypoint)), within)


def test_the_crawler_crawls_builds_and_ends_when_it_is_stopped(
    crawler: Image, volume: Path, compose: dict[str, Any]
) -> None:
    service = compose["crawler"]
    assert (service["read_only"], service["tmpfs"]) == (True, ["/tmp", "/run"])
    assert service["volumes"] == [f"archive:{VOLUME}"]
    assert crawler.within.user == "finews"

    output = in_container(crawler, CRAWL_ONCE, volume)
    assert "crawl-loop: crawl ended with status 0\n" in output
    assert "crawl-loop: site build ended with status 0\n" in output
    assert "crawl-loop: ended\n" in output
    assert "status 0\n" in output
    assert re.search(rf"channel .*\b{ARTICLES}\b", output)  # the table of runs
    assert len(list((volume / "site/_posts").glob("*.md"))) == ARTICLES
    assert {path.stat().st_uid for path in volume.rglob("*")} == {10001}


def test_the_site_is_served_and_nothing_else_of_the_volume(
    crawler: Image, site: Image, volume: Path, compose: dict[str, Any]
) -> None:
    if not (volume / "_site").exists():
        in_container(crawler, CRAWL_ONCE, volume)
    service = compose["site"]
    assert service["volumes"] == [f"archive:{VOLUME}:ro"]
    assert service["depends_on"] == ["crawler"]
    assert service["ports"] == ["127.0.0.1:8080:8080"]
    assert site.within.user == "web"
    (site.root.folder / VOLUME.strip("/")).mkdir(parents=True)

    built = volume / "_site"
    bundle = next(path for path in (built / "search-index").rglob("*") if path.is_file())
    asked = ["/", "/assets/site.css", f"/{bundle.relative_to(built)}", "/nothing", "/../index.sqlite", "/index.sqlite"]
    output = in_container(site, FETCH.replace("PATHS", shlex.join(asked)), volume, "/bin/bash")
    _, home, css, index, nothing, above, beside = output.split("\n== ")
    assert "200 OK" in home
    assert "Cache-Control: public, max-age=60" in home
    assert "Content-Type: text/html; charset=utf-8" in home
    assert (built / "index.html").read_text("utf-8")[:200] in home
    assert "Content-Type: text/css" in css
    assert "Cache-Control: public, max-age=31536000, immutable" in index
    assert "404 Not Found" in nothing
    assert "404 Not Found" in beside
    # nginx closes the connection before it has read the whole request: a reset may come before its response is read.
    assert "400 Bad Request" in above or above.strip() == "/../index.sqlite"


def test_no_secret_and_no_archive_is_in_the_image(crawler: Image) -> None:
    root = crawler.root.folder
    assert not (root / "usr/src/finews").exists()
    assert list((root / "srv/news/data").iterdir()) == []
    environment = " ".join(crawler.within.environment)
    assert not re.search("SECRET|TOKEN|PASSWORD|WEBHOOK", environment)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    assert "deploy/finews.env" in ignored


def test_the_loop_refuses_an_interval_that_the_schedule_refuses(crawler: Image) -> None:
    environment = {**crawler.within.environment, "CRAWL_EVERY": "45"}
    within = replace(crawler.within, environment=environment)
    output = crawler.root.run(f"! {shlex.join(crawler.entrypoint)}", within)
    assert "--every must divide an hour or a day evenly, got 45; the nearest is 30" in output


def test_the_compose_file_names_the_stages_and_users_of_the_image(compose: dict[str, Any]) -> None:
    stages = re.findall(r"^FROM .* AS (\w+)$", CONTAINERFILE.read_text("utf-8"), re.MULTILINE)
    assert {service["build"]["target"] for service in compose.values()} == set(stages)
    assert all((COMPOSE.parent / service["build"]["context"]).resolve() == ROOT for service in compose.values())
    assert all(service["cap_drop"] == ["ALL"] and service["read_only"] for service in compose.values())
    assert Within().user == "root"  # what an image without USER would be

"""``finews doctor`` on data directories that cannot be written to, and on small disks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from finews_crawler.operate.doctor import environment_checks
from finews_crawler.operate.doctor.environment_checks import check_jekyll
from finews_crawler.site import jekyll
from finews_crawler.site.theme_install import RECORD
from tests.support.doctor_output import run_doctor
from tests.support.full_disk import small_disk
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.sleeping_program import sleeping_program

MEGABYTE = 1024


def test_a_folder_without_write_permission(scrapy: Scrapy) -> None:
    scrapy.data.mkdir(mode=0o500)
    report = run_doctor(scrapy.at(CLOSED_PORT).bound_by_permissions(), "--offline")
    assert [line.name for line in report.lines if not line.is_ok] == ["data"]
    assert report.one("data").text == (f"no permission to write in {scrapy.data}: give it, or set FINEWS_DATA_DIR")


def test_a_file_instead_of_the_data_directory(scrapy: Scrapy) -> None:
    scrapy.data.write_text("")
    report = run_doctor(scrapy.at(CLOSED_PORT), "--offline")
    assert report.one("data").text == f"{scrapy.data} is not a folder: set FINEWS_DATA_DIR to one"
    assert not report.one("data").is_ok


def test_low_disk_space_and_few_inodes(scrapy: Scrapy, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4 * MEGABYTE) as disk:
        on_disk = disk(scrapy.at(CLOSED_PORT, FINEWS_DISK_FREE_MB="500"))
        report = run_doctor(on_disk, "--offline")
        assert (report.one("disk").is_ok, report.one("data").is_ok) == (False, True)
        assert report.one("disk").text.startswith("4 MB free, less than 500 MB (FINEWS_DISK_FREE_MB): ")
        more = f"remount,size={2000 * MEGABYTE}k,nr_inodes=1"
        subprocess.run([*on_disk.prefix, "mount", "-o", more, "none", str(disk.mounted_at)], check=True)
        report = run_doctor(on_disk, "--offline")
        assert (report.one("disk").is_ok, report.one("inodes").is_ok) == (True, False)
        assert report.one("disk").text == "2097 MB free"
        assert report.one("inodes").text.startswith("0 of 1 inodes free, less than 1 %: ")
        assert list(disk.seen.iterdir()) == []


@pytest.mark.parametrize("program", ["jekyll", "ruby"])
def test_a_jekyll_that_does_not_end_is_a_warning(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / RECORD).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / RECORD).write_text("{}")
    if program == "ruby":
        (tmp_path / "jekyll").write_text("#!/bin/sh\necho jekyll 4\n")
        (tmp_path / "jekyll").chmod(0o755)
    sleeping_program(tmp_path / program)
    monkeypatch.setenv("PATH", str(tmp_path))
    for module in (jekyll, environment_checks):
        monkeypatch.setattr(module, "VERSION_SECONDS", 1.0)
    result = check_jekyll(tmp_path)
    assert not result.is_ok
    assert result.text.startswith(f"{tmp_path / program}")
    assert "has not ended after 1 seconds" in result.text

"""``finews doctor`` on data directories that cannot be written to, and on small disks."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.doctor_output import run_doctor
from tests.support.full_disk import small_disk
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

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

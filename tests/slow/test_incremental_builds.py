"""Incremental builds give the site that a full build gives, after changes of every kind."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from finews_crawler.site import listings
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.site_changes import Changes
from tests.support.sites import POSTS_A_PAGE, Site, many

pytestmark = NEEDS_JEKYLL


def test_incremental_builds_give_the_site_of_a_full_build(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(listings, "POSTS_A_PAGE", POSTS_A_PAGE)
    site.store(*many())
    site.build()
    for number, changes in enumerate(Changes(site).rounds()):
        for change in changes:
            change()
        assert site.build().files > 0
        folder = tmp_path / str(number)
        shutil.copytree(site.directory.site, folder / "site", copy_function=shutil.copy2)
        for file in site.directory.root.glob("index.sqlite*"):  # the write-ahead log has the last changes
            shutil.copy2(file, folder)
        (folder / "site-build").mkdir()
        for file in site.directory.site_build.glob("addresses.sqlite*"):  # a full build keeps it
            shutil.copy2(file, folder / "site-build")
        with closing(Site(folder)) as other:
            other.build()
            served, full = site.served(), other.served()
        assert served.keys() == full.keys()
        assert {path for path in served if served[path] != full[path]} == set()

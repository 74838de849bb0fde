"""Killed builds: the served site is unchanged, and a later build gives the same site as an undisturbed one."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.site.build import SiteBuild
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.kill_points import survives
from tests.support.sites import Site, article, many

pytestmark = NEEDS_JEKYLL
STEP = 1.3
"""Factor from one kill to the next in number of operations, so that the number of kills grows slowly with the build."""


def build(data: Path) -> None:
    with closing(Archive(DataDirectory(data), PostUrls())) as archive:
        SiteBuild(archive, "https://finews.withounder.com", lambda line: None).run()


def test_a_build_killed_at_any_point_leaves_a_complete_site(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    site.store(*many()[:12], article(50, "2022-04-30", "TechWeb"))
    site.archive.close()
    build(site.directory.root)
    before = site.served()

    site.store(*many()[12:], article(51, "2022-04-30", "Techweb"), article(0, "2022-05-26", is_refetched=True))
    (site.directory.posts / "2022-04-30-NW202204300000000050.md").unlink()
    site.archive.close()
    undisturbed = Site(tmp_path / "undisturbed")
    shutil.copytree(site.directory.root, undisturbed.directory.root, symlinks=True)
    build(undisturbed.directory.root)
    after = undisturbed.served()
    assert after != before

    operations, kills = 4.0, 0
    while not survives(build, site.directory.root, int(operations)):
        kills += 1
        operations *= STEP
        served = site.served()
        assert served in (before, after)
        assert served == before or kills > 5
    assert kills > 8
    assert site.served() == after
    build(site.directory.root)
    assert site.served() == after

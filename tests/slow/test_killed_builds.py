"""Killed builds: the served site is unchanged, and a later build gives the same site as an undisturbed one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.image_store import open_images
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article
from finews_crawler.site.build import SiteBuild
from finews_crawler.utils import clock
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.kill_points import survives
from tests.support.sites import Site, article, many

pytestmark = NEEDS_JEKYLL
PICTURE = "https://pictures.test/{}.gif"
STEP = 1.3
"""Factor from one kill to the next in number of operations, so that the number of kills grows slowly with the build."""


def build(data: Path) -> None:
    with closing(Archive(DataDirectory(data), PostUrls())) as archive:
        SiteBuild(archive, "https://finews.withounder.com", lambda line: None).run()


def picturing(number: int, *pictures: int) -> Article:
    return article(
        number,
        "2022-04-30",
        "TechWeb",
        body_html="".join(f'<p>图<img src="{PICTURE.format(one)}"></p>' for one in pictures),
    )


def shown(files: Mapping[str, bytes]) -> set[int]:
    """Return the pictures that a site has."""
    return {content[-1] for name, content in files.items() if name.startswith("images/")}


def hold(site: Site, *pictures: int) -> None:
    with open_images(site.directory) as images:
        for one in pictures:
            images.keep(PICTURE.format(one), b"GIF89a" + bytes([one]), "gif", clock.now())


def test_a_build_killed_at_any_point_leaves_a_complete_site(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    site.store(*many()[:12], picturing(50, 1), picturing(52, 2, 3))
    hold(site, 1, 2)
    site.archive.close()
    build(site.directory.root)
    before = site.served()

    site.store(
        *many()[12:],
        article(51, "2022-04-30", "Techweb"),
        picturing(53, 4),
        article(0, "2022-05-26", is_refetched=True),
    )
    (site.directory.posts / "2022-04-30-NW202204300000000050.md").unlink()
    hold(site, 3, 4)  # of a post that is not rendered again, and of a new one; 1 leaves the site
    site.archive.close()
    undisturbed = Site(tmp_path / "undisturbed")
    shutil.copytree(site.directory.root, undisturbed.directory.root, symlinks=True)
    build(undisturbed.directory.root)
    after = undisturbed.served()
    assert after != before
    assert [shown(files) for files in (before, after)] == [{1, 2}, {2, 3, 4}]

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

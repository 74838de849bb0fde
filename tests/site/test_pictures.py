"""Pictures that the site has itself: which are published, what the pages say of them, and when they leave the site."""

from __future__ import annotations

import json
import re
from pathlib import Path

from finews_crawler.archive.image_store import open_images
from finews_crawler.exporters.jekyll_post import post_name
from finews_crawler.items import Article
from finews_crawler.utils import clock
from tests.site.test_neighbours import page_of
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.sites import Site, article

pytestmark = NEEDS_JEKYLL

BLOCK = re.compile(r'<script type="application/json" id="images">(.*?)</script>', re.DOTALL)
URL, OTHER = "https://a.test/1.png?x=1&y=2", "https://a.test/2.png"
PNG, GIF = b"\x89PNG\r\n\x1a\n" + bytes(20), b"GIF89a" + bytes(20)


def showing(number: int, day: str, *urls: str) -> Article:
    tags = "".join(f'<p>图<img src="{url.replace("&", "&amp;")}"></p>' for url in urls)
    return article(number, day, body_html=tags)


def keep(site: Site, url: str, content: bytes, extension: str = "png") -> None:
    with open_images(site.directory) as images:
        images.keep(url, content, extension, clock.now())


def copies(site: Site, one: Article) -> dict[str, str]:
    """Return the addresses of the copies that the page of a post names, by URL."""
    found = BLOCK.findall(page_of(site, one))
    copies: dict[str, str] = json.loads(found[0]) if found else {}
    return copies


def published(site: Site) -> dict[str, bytes]:
    return {name: content for name, content in site.served().items() if name.startswith("images/")}


def test_a_page_names_the_pictures_that_are_held(site: Site) -> None:
    first, second = showing(1, "2022-05-25", URL, OTHER), showing(2, "2022-05-26", URL)
    site.store(first, second, article(3, "2022-05-26"))
    keep(site, URL, PNG)
    site.build()
    (name,) = published(site)
    assert published(site) == {name: PNG}
    assert copies(site, first) == copies(site, second) == {URL: f"/{name}"}
    kept = next(path for path in site.directory.images.rglob("*.png"))
    assert (site.directory.built_site / name).samefile(kept)


def test_a_picture_that_is_fetched_later_changes_the_page_without_jekyll(site: Site) -> None:
    one = showing(1, "2022-05-25", URL, OTHER)
    site.store(one, showing(2, "2022-05-26", "https://a.test/3.png"))
    site.build()
    assert (copies(site, one), published(site)) == ({}, {})
    with open_images(site.directory) as images:
        images.fail(URL, "http_500", clock.now())
    assert (site.build().rendered, copies(site, one)) == (0, {})
    keep(site, URL, PNG)
    assert site.build().rendered == 0
    assert copies(site, one).keys() == {URL}
    keep(site, OTHER, GIF, "gif")
    report = site.build()
    assert (report.rendered, copies(site, one).keys()) == (0, {URL, OTHER})
    assert sorted(published(site).values()) == sorted([PNG, GIF])
    assert site.build().files == 0
    before = site.served()
    site.build(full=True)
    assert site.served() == before


def test_a_picture_leaves_the_site_with_the_last_post_that_shows_it(site: Site) -> None:
    first, second = showing(1, "2022-05-25", URL), showing(2, "2022-05-26", URL, OTHER)
    site.store(first, second)
    keep(site, URL, PNG)
    keep(site, OTHER, GIF, "gif")
    site.build()
    (site.directory.posts / post_name(second)).unlink()
    site.build()
    assert list(published(site).values()) == [PNG]
    (site.directory.posts / post_name(first)).unlink()
    site.store(article(3, "2022-05-26"))
    site.build()
    assert published(site) == {}
    assert len([path for path in site.directory.images.rglob("*") if path.is_file()]) == 2


def test_a_lost_table_takes_the_copies_from_the_pages(site: Site) -> None:
    one = showing(1, "2022-05-25", URL)
    site.store(one)
    keep(site, URL, PNG)
    site.build()
    site.directory.image_table.unlink()
    site.build()
    assert (copies(site, one), published(site)) == ({}, {})


def test_a_lost_file_is_no_copy(site: Site) -> None:
    one = showing(1, "2022-05-25", URL, OTHER)
    site.store(one)
    keep(site, URL, PNG)
    keep(site, OTHER, GIF, "gif")
    for path in site.directory.images.rglob("*.gif"):
        path.unlink()
    site.build()
    assert copies(site, one).keys() == {URL}


def test_no_url_ends_the_data(site: Site) -> None:
    urls = ("https://a.test/</script><!--/neighbours-->", "https://a.test/'<b>&")
    one = showing(1, "2022-05-25", *urls)
    site.store(one)
    for url in urls:
        keep(site, url, PNG)
    site.build()
    (block,) = BLOCK.findall(page_of(site, one))
    assert not set("<>&") & set(block)
    assert set(json.loads(block)) == set(urls)


def test_below_a_path_the_copies_are_there_too(site: Site) -> None:
    one = showing(1, "2022-05-25", URL)
    site.store(one)
    keep(site, URL, PNG)
    configuration = Path(site.directory.site, "_config.yml")
    configuration.write_text(configuration.read_text("utf-8") + "baseurl: /news\n", "utf-8")
    site.build()
    (name,) = published(site)
    assert copies(site, one) == {URL: f"/news/{name}"}

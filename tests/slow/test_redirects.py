"""Redirects from the former URLs of posts, whatever made the URL change."""

from __future__ import annotations

import re

import pytest

from finews_crawler.content.dates import parse_published_at
from finews_crawler.items import Article
from finews_crawler.site.address import SiteAddress
from finews_crawler.sources.finews_site.post_lists import parse_feed
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.link_checker import check_links
from tests.support.sites import Site, article, few

pytestmark = NEEDS_JEKYLL
DAY = "2022-05-26"
ADDRESS = SiteAddress("https://finews.withounder.com")


def target_of(site: Site, url: str) -> str:
    """Return the URL that the page at *url* redirects to, '' if it is no redirect."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', site.page(url.lstrip("/")))
    return found[1] if found else ""


def url_of(site: Site, info_code: str) -> str:
    urls = [f"/{path}" for path in site.served() if info_code.removeprefix("NW") in path and path.endswith(".html")]
    (url,) = [url for url in urls if not target_of(site, url)]
    return url


CHANGES: dict[str, tuple[Article, Article]] = {
    "outlet becomes known": (article(90, DAY, ""), article(90, DAY, "海港晨报")),
    "outlet": (article(90, DAY, "海港晨报"), article(90, DAY, "河岸日报", is_refetched=True)),
    "day": (
        article(90, DAY, "海港晨报"),
        article(90, DAY, "海港晨报", published_at=parse_published_at("2022-05-25 23:59:00"), is_refetched=True),
    ),
}


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES)
def test_a_post_redirects_from_its_former_url_and_keeps_its_id(site: Site, before: Article, after: Article) -> None:
    def ids() -> set[str]:
        feed = site.page("feed.xml")
        assert parse_feed(f"{ADDRESS}/feed.xml", feed.encode()).posts
        return set(re.findall(r"<id>([^<]*infoCode[^<]*)</id>", feed))

    site.store(*few(), before)
    site.build()
    former, ids_before = url_of(site, before.info_code), ids()
    site.store(after)
    for full in (False, False, True):
        site.build(full=full)
        present = url_of(site, before.info_code)
        assert present != former
        assert target_of(site, former) == present
        assert ids() == ids_before
        assert check_links(site.directory.built_site.resolve(), ADDRESS).broken == []
    assert former not in site.page("sitemap.xml") + site.page("sitemaps/2022-05.xml")


def test_a_post_that_moves_twice_and_back_has_neither_chains_nor_loops(site: Site) -> None:
    media = ["", "海港晨报", "河岸日报", "海港晨报"]
    urls = []
    for at, name in enumerate(media):
        site.store(*few(), article(90, DAY, name, is_refetched=at > 0))
        site.build()
        urls.append(url_of(site, article(90, DAY).info_code))
        others = dict.fromkeys(url for url in urls if url != urls[-1])
        assert [target_of(site, url) for url in others] == [urls[-1]] * len(others)
    assert urls[1] == urls[3]
    assert site.build().files == 0


def test_a_new_post_at_a_former_url_replaces_the_redirect(site: Site) -> None:
    site.store(*few(), article(90, DAY, ""))
    site.build()
    former = url_of(site, article(90, DAY).info_code)
    site.store(article(90, DAY, "海港晨报"))
    site.build()
    assert target_of(site, former)
    name = former.rpartition("/")[2].removesuffix(".html")
    other = site.directory.posts / f"{DAY}-{name}.md"
    other.write_text(f'---\nlayout: post\ntitle: "mine"\ndate: {DAY} 10:00:00 +0800\ncategories: emnews\n---\nmine\n')
    site.build()
    assert "mine" in site.page(former.lstrip("/"))
    assert not target_of(site, former)
    site.build(full=True)
    assert "mine" in site.page(former.lstrip("/"))
    other.unlink()
    site.build()
    assert target_of(site, former) == url_of(site, article(90, DAY).info_code)


def test_other_permalinks_redirect_from_all_former_urls(site: Site) -> None:
    site.store(*few())
    site.build()
    former = [f"/{path}" for path in site.served() if "/NW" in path]
    file = site.directory.site / "_config.yml"
    file.write_text(file.read_text("utf-8") + '\npermalink: "/articles/:title.html"\n', "utf-8")
    site.build()
    assert len(former) == 6
    assert [target_of(site, url) for url in former] == [f"/articles/{url.rpartition('/')[2]}" for url in former]


def test_a_post_that_is_gone_has_no_redirect(site: Site) -> None:
    site.store(*few(), article(90, DAY, ""))
    site.build()
    former = url_of(site, article(90, DAY).info_code)
    site.store(article(90, DAY, "海港晨报"))
    site.build()
    (post,) = site.directory.posts.glob("*NW*0090.md")
    post.unlink()
    site.build()
    assert not any("0000000090" in path for path in site.served())
    assert former.lstrip("/") not in site.served()

"""Builds with the real Jekyll: what they rebuild, and what each list contains."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import fromstring

import pytest

from finews_crawler.articles.links import PostUrls
from finews_crawler.content.safe_names import folder_of, outlet_folder
from finews_crawler.content.slug import slug
from finews_crawler.exceptions import BuildFailed
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.site import build, build_context, jekyll, listings, post_stage
from finews_crawler.site.build_state import built_address
from finews_crawler.site.post_render import read_manifest
from finews_crawler.site.theme_install import install_theme
from finews_crawler.utils.files import write_whole
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.sites import Site, article, few, links

pytestmark = NEEDS_JEKYLL


def test_an_empty_archive_has_a_site(site: Site) -> None:
    install_theme(site.directory.site)
    assert site.build().posts == 0
    assert "index.html" in site.served()
    address = built_address(site.directory.site_build / build.STATE)
    assert f"<loc>{address}/" in site.served()["sitemap.xml"].decode()


def test_old_posts_with_spaces_in_their_slug_are_listed_under_their_own_outlet(site: Site) -> None:
    """Jekyll splits an unquoted slug, as older posts spell it, into several categories."""
    media = {"21世纪经济报道  南财理财通": [], "21世纪经济报道 21财经APP": []}
    for at, name in enumerate(media):
        one = article(at, "2022-05-26", name)
        written = render_post(one, PostUrls())
        spelt = b"\n".join(
            f"categories: {one.slug}".encode() if line.startswith(b"categories:") else line
            for line in written.split(b"\n")
        )
        assert spelt != written
        write_whole(site.directory.posts / post_name(one), spelt)
        media[name].append(one.info_code)
        site.store(one)
    site.build()
    for name, codes in media.items():
        page = site.page(f"category/{slug(name)}.html")
        assert [link.rpartition("/")[2] for link in links(page)] == [f"{code}.html" for code in codes]
        assert f">{name}</h1>" in page


def test_titles_in_the_feed_have_their_quotation_marks(site: Site) -> None:
    title = "他说\"见好就收\"，市场'观望'情绪浓"
    site.store(article(1, "2022-05-26", title=title))
    site.build()
    (entry,) = fromstring(site.served()["feed.xml"]).iter("{http://www.w3.org/2005/Atom}entry")
    assert entry.findtext("{http://www.w3.org/2005/Atom}title") == title


def test_slugs_that_differ_only_in_case_or_contain_spaces_list_exactly_their_posts(site: Site) -> None:
    media = ["TechWeb", "Techweb", "Career In投行PEVC", "21世纪经济报道  南财理财通", "安信国际证券(香港)", ""]
    stored = {name: [article(10 * at + n, "2022-05-26", name) for n in range(3)] for at, name in enumerate(media)}
    site.store(*(one for articles in stored.values() for one in articles))
    site.build()
    pages = {
        "TechWeb": "category/TechWeb.html",
        "Techweb": "category/!techweb/index.html",
        "Career In投行PEVC": "category/Career IntouxingPEVC.html",
        "21世纪经济报道  南财理财通": "category/21shijijingjibaodao  nancailicaitong.html",
        "安信国际证券(香港)": "category/anxinguojizhengquan(xianggang).html",
        "": "emnews/index.html",
    }
    for name, page in pages.items():
        codes = {link.rpartition("/")[2].removesuffix(".html")[-10:] for link in links(site.page(page))}
        assert codes == {one.info_code[-10:] for one in stored[name]}, name
    files = site.served()
    assert len({path.casefold() for path in files}) == len(files)
    # The footer of the second leads to its own page, not to the first's.
    post = site.page(f"techweb/2022/05/26/{stored['Techweb'][0].info_code}.html")
    assert '<a href="/category/!techweb/">返回Techweb新闻</a>' in post
    assert '"/category/!techweb/"' in site.page("404.html")


RESERVED = ["robots.txt", "Media.html", "feed.xml", "媒体.", "nul", "con.a", "a..b", "emnews", "İ" * 100, "a/b"]


def test_outlets_named_like_files_of_the_site_or_of_a_system_have_pages_and_posts(site: Site) -> None:
    site.store(*(article(at, "2022-05-26", name) for at, name in enumerate(RESERVED)))
    site.build()
    for at, name in enumerate(RESERVED):
        (url,) = links(site.page(f"category/{slug(name)}.html"))
        assert f"江城重工第{at}次公告" in site.page(unquote(url)[1:])


def test_outlets_with_one_slug_have_a_page_each_and_one_for_both(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "POSTS_A_PAGE", 3)
    both = {"重庆在线": range(4), "中青在线": range(4, 6)}
    only_one = article(0, "2022-05-26", "重庆在线")
    site.store(only_one)
    site.build()
    assert '<h1 id="重庆在线新闻">' in site.page("category/zhongqingzaixian.html")
    site.store(*(article(n, "2022-05-26", name) for name, numbers in both.items() for n in numbers))
    site.build()
    page = site.page("category/zhongqingzaixian.html")
    assert '<h1 id="中青在线新闻、重庆在线新闻">' in page
    assert page.count('<span class="by">重庆在线</span>') + page.count('<span class="by">中青在线</span>') == 3
    assert len(links(site.page("category/zhongqingzaixian/2022-05.html"))) == 6
    for name, numbers in both.items():
        folder = outlet_folder("zhongqingzaixian", f"{name}新闻")
        for shown in ("index.html", "media.html", "category/zhongqingzaixian.html"):
            assert f'href="/category/{folder}/">' in site.page(shown)
        own = site.page(f"category/{folder}/index.html")
        assert f'<h1 id="{name}新闻">' in own
        assert {link[-7:-5] for link in links(own)} <= {f"{n:02}" for n in numbers}
    assert len(links(site.page(f"category/{outlet_folder('zhongqingzaixian', '重庆在线新闻')}/2022-05.html"))) == 4
    assert site.build().listings == 0


def test_a_page_of_an_outlet_goes_when_no_other_has_its_slug(site: Site) -> None:
    one, other = article(1, "2022-05-26", "重庆在线"), article(2, "2022-05-26", "中青在线")
    site.store(one, other)
    site.build()
    (site.directory.posts / post_name(other)).unlink()
    site.build()
    assert [path for path in site.served() if "~" in path] == []
    assert '<h1 id="重庆在线新闻">' in site.page("category/zhongqingzaixian.html")


def test_posts_of_other_programs_in_categories_that_cannot_be_folders_are_built(site: Site) -> None:
    categories = ["robots.txt", "meiti.", "İ" * 100]
    site.store(*(article(at, "2022-05-26", slug=name) for at, name in enumerate(categories)))
    note = "---\nlayout: post\ntitle: 通知\ncategories: Media.html\ntags: 通知\n---\n\n<p>通知</p>\n"
    (site.directory.posts / "2022-05-26-note.md").write_text(note, "utf-8")
    site.build()
    pages = [f"category/{folder_of(name)}/index.html" for name in categories]
    for at, page in enumerate(pages):
        (url,) = links(site.page(page))
        post = site.page(unquote(url)[1:])
        assert f"江城重工第{at}次公告" in post
        assert f'/{page.removesuffix("index.html")}">返回证券时报新闻' in post
    assert "通知" in site.page("media-html/2022/05/26/note.html")
    assert "<h1>媒体</h1>" in site.page("media.html")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The actions of Jekyll that builds run."""
    run: list[str] = []

    def output(command: list[str], folder: Path | None = None) -> str:
        run.append(command[1])
        return original(command, folder)

    original = jekyll._output
    monkeypatch.setattr(jekyll, "_output", output)
    return run


def test_new_posts_are_two_runs_of_jekyll_and_no_change_is_none(small: Site, commands: list[str]) -> None:
    small.store(article(7, "2022-05-27"), article(8, "2022-05-28", "第一财经"))
    report = small.build()
    assert (report.posts, report.rendered) == (8, 2)
    assert commands == ["build", "build"], "the posts with the feed, then the lists"
    assert small.build().rendered == 0
    assert len(commands) == 2


def test_the_posts_of_a_site_are_rendered_in_runs_of_bounded_size(
    site: Site, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_stage, "POSTS_A_RUN", 2)
    site.store(*few())
    assert site.build().rendered == 6
    assert commands.count("build") == 5, "three for the posts, one for the feed of all of them, one for the lists"
    assert site.page("feed.xml").count("<entry>") == 6


def test_another_version_of_jekyll_renders_everything_again(small: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = small.served()
    monkeypatch.setattr(build_context, "jekyll_version", lambda: "jekyll 99")
    monkeypatch.setattr(build, "jekyll_version", lambda: "jekyll 99")
    assert small.build().rendered == 0, "nothing has to be rendered, so Jekyll is not asked"
    small.store(article(7, "2022-05-27"))
    assert small.build().rendered == 7
    assert small.served().keys() > before.keys()
    assert small.build().rendered == 0


def test_a_build_directory_of_an_earlier_version_is_built_again(small: Site) -> None:
    before, folder = small.served(), small.directory.site_build
    with closing(sqlite3.connect(folder / "state.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 3")
    (folder / "parts" / "recent.0").mkdir(parents=True)
    (folder / "posts" / "obsolete.html").touch()
    assert small.build().rendered == 6
    assert small.served() == before
    assert not (folder / "parts").exists()
    assert not (folder / "posts" / "obsolete.html").exists()


def test_removed_files_are_forgotten_when_no_release_has_them(small: Site) -> None:
    for name in ("海港晨报", "河岸日报", "江城商报", "南城日报"):
        small.store(article(1, "2022-05-26", name, is_refetched=True))
        small.build()
    with closing(sqlite3.connect(small.directory.site_build / "state.sqlite")) as connection:
        (generation,) = connection.execute("SELECT value FROM fact WHERE name = 'generation'").fetchone()
        (oldest,) = connection.execute("SELECT min(generation) FROM file WHERE source = ''").fetchone()
    assert oldest >= int(generation) - 2


def test_a_handwritten_post_can_link_to_any_other_post(small: Site) -> None:
    note = (
        "---\nlayout: post\ntitle: 甲\ncategories: notes\n---\n[江城]({% post_url 2022-05-26-NW202205260000000003 %})\n"
    )
    (small.directory.posts / "2022-05-28-note.md").write_text(note, "utf-8")
    (small.directory.posts / "2022-05-29-next.md").write_text(
        "---\ntitle: 乙\ncategories: notes\n---\n{% post_url 2022-05-28-note %}\n", "utf-8"
    )
    assert small.build().rendered == 2
    assert '"/zhengquanshibao/2022/05/26/NW202205260000000003.html"' in small.page("notes/2022/05/28/note.html")
    assert "/notes/2022/05/28/note.html" in small.page("notes/2022/05/29/next.html")


def test_any_path_of_the_data_directory_can_be_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jekyll and Ruby treat commas, brackets and braces in some paths as lists and patterns."""
    monkeypatch.chdir(tmp_path)
    with closing(Site(Path("a,b [c]*?{d,e} %20#\n"))) as site:  # relative, as in the default settings
        site.store(article(1, "2022-05-26"), article(2, "2022-04-30"))
        (site.directory.site / "about.md").write_text("---\nlayout: default\n---\n{% nonsense %}\n")
        with pytest.raises(BuildFailed, match=r"about\.md") as failed:
            site.build()
        assert "{d,e}" not in str(failed.value)
        (site.directory.site / "about.md").unlink()
        assert site.build().posts == 2
        assert len(links(site.page("category/zhengquanshibao.html"))) == 2


def test_a_jekyll_that_lists_no_posts_is_not_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="Jekyll wrote no list of posts"):
        read_manifest(tmp_path / "manifest.json")

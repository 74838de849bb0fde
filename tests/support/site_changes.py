"""Changes of every kind to an archive and its site folder, for tests of incremental builds."""

from __future__ import annotations

from collections.abc import Callable

from finews_crawler.items import Ticker
from tests.support.sites import Site, article


class Changes:
    """Changes of the archive of ``many`` articles, each made once, in the order of ``rounds``."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.posts = site.directory.posts

    def rounds(self) -> tuple[list[Callable[[], None]], ...]:
        """Return the groups of changes, each made between two builds."""
        return (
            [self.new_day, self.old_month_revised, self.page_of_ones_own, self.files_of_no_medium],
            [self.other_medium_and_ticker, self.twin_of_a_medium, self.one_address_for_two_posts],
            [self.new_day_without_rolling_posts, self.category_file_changed_by_hand, self.files_of_no_medium_changed],
            [self.twin_gone, self.the_later_of_the_two_gone],
            [self.removed_by_hand, self.written_by_hand, self.page_removed, self.twin_written_by_hand],
            [self.that_twin_gone],
            [self.theme_changed_by_hand],
        )

    def new_day(self) -> None:
        self.site.store(*(article(100 + n, "2022-05-27", "TechWeb") for n in range(5)))

    def other_medium_and_ticker(self) -> None:
        tickers = [Ticker("NIO.US", "", "kline")]
        self.site.store(article(100, "2022-05-27", "第一财经", is_refetched=True, tickers=tickers))

    def old_month_revised(self) -> None:
        self.site.store(article(2, "2022-03-01", title="更正公告", is_refetched=True, revision=1))

    def twin_of_a_medium(self) -> None:
        """It takes the address of the one that was there first."""
        self.site.store(article(200, "2022-04-30", "TECHWEB"))

    def twin_gone(self) -> None:
        for path in self.posts.glob("2022-04-30-NW202204300000000200.md"):
            path.unlink()

    def category_file_changed_by_hand(self) -> None:
        file = self.site.directory.categories / "zhengquanshibao.html"
        file.write_bytes(file.read_bytes() + "\n本刊\n".encode())

    def new_day_without_rolling_posts(self) -> None:
        self.site.store(*(article(300 + n, "2022-05-28", "第一财经") for n in range(9)))

    def removed_by_hand(self) -> None:
        for path in self.posts.glob("2022-05-24-*"):
            path.unlink()

    def written_by_hand(self) -> None:
        (self.posts / "2021-12-01-init.md").write_text('---\nlayout: post\ntitle: "hello"\ncategories: sitenews\n---\n')

    def files_of_no_medium(self) -> None:
        (self.site.directory.categories / "about.html").write_text("---\nlayout: category\ntitle: About\n---\n")
        (self.site.directory.categories / "logos").mkdir()
        (self.site.directory.categories / "logos" / "a.txt").write_text("a")
        (self.site.directory.site / ".htaccess").write_text("Options +FollowSymLinks\n")

    def files_of_no_medium_changed(self) -> None:
        (self.site.directory.categories / "about.html").unlink()
        (self.site.directory.categories / "logos" / "a.txt").write_text("bb")
        (self.site.directory.site / ".htaccess").write_text("Options +SymLinksIfOwnerMatch\n")

    def one_address_for_two_posts(self) -> None:
        post = self.posts / "2022-03-01-NW202203010000000002.md"
        (self.posts / "2021-11-01-NW202203010000000002.md").write_bytes(post.read_bytes().replace(b"NW2022", b"NW2021"))

    def the_later_of_the_two_gone(self) -> None:
        (self.posts / "2022-03-01-NW202203010000000002.md").unlink()

    def twin_written_by_hand(self) -> None:
        """It takes the address of the one that was there first."""
        (self.posts / "2021-12-02-twin.md").write_text("---\nlayout: post\ntitle: hello\ncategories: TECHWEB\n---\n")

    def that_twin_gone(self) -> None:
        (self.posts / "2021-12-02-twin.md").unlink()

    def theme_changed_by_hand(self) -> None:
        layout = self.site.directory.site / "_layouts" / "post.html"
        layout.write_text(layout.read_text("utf-8") + "<!-- mine -->", "utf-8")

    def page_of_ones_own(self) -> None:
        (self.site.directory.site / "about.md").write_text("---\nlayout: default\ntitle: About\n---\nAbout\n")

    def page_removed(self) -> None:
        (self.site.directory.site / "about.md").unlink()

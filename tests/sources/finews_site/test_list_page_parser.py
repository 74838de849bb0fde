"""The event-driven parser of pages with lists agrees with a parser that builds the tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from finews_crawler.sources.finews_site.list_page_parser import Heading, read_list_page

MONTHS = "(//nav[contains(concat(' ', normalize-space(@class), ' '), ' months ')])[1]//a[@rel='section']/@href"
EMPTY_LISTS = "(//section)[1]//ul[not(li)]"
PIECES = """\
<ul> | </ul> | <li> | </li> | <a href="/x"> | <a href=y rel=section> | <a> | </a> | <p> | </p> | <h2 id=q> | <h2>
</h2> | <h2 id="\x01"> | <nav class="a months"> | </nav> | <section> | </section> | <frameset> | <table> | <tr><td>
</table> | <html> | </html> | <body> | </body>
<head> | <title> | </title> | <script> | </script> | <!-- | --> | <svg> | &#0;
""".replace("\n", " | ").split(" | ")


@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=60))
def test_parser_agrees_with_the_tree(pieces: list[str]) -> None:
    text = "".join(pieces)
    found, tree = read_list_page(text), Selector(text=text, type="html")
    assert sorted(found.hrefs) == sorted(tree.xpath("//ul/li/a/@href").getall())
    headings = tree.xpath("//h2[@id]")
    assert found.headings == [Heading(h2.root.get("id"), h2.xpath("a/@href").getall()) for h2 in headings]
    assert found.months == tree.xpath(MONTHS).getall()
    assert found.has_section == bool(tree.xpath("//section"))
    assert found.has_empty_list == bool(tree.xpath(EMPTY_LISTS))


def test_nested_rows_keep_the_order_of_the_page() -> None:
    page = read_list_page("<ul><li><a href=1></a><ul><li><a href=2></a></li></ul><a href=3></a></li></ul>")
    assert page.hrefs == ["1", "2", "3"]

"""The usual front matter is read as YAML parsers read it, both as an article's and as Jekyll's."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.exceptions import InvalidData
from finews_crawler.exporters.front_matter import front_matter, one_of_list, quoted
from finews_crawler.operate.audit.jekyll_yaml import load_front_matter, usual_values
from finews_crawler.posts.front_matter_reader import LOADER, read_front_matter
from finews_crawler.posts.usual_front_matter import read_usual_front_matter
from finews_crawler.testing.origin.text_generator import MEDIA

CHARACTERS = (
    "江城重工：，。（）“”%+-*_:;/#~|`$^=!?@.,'\"&\\{}[]()<> 0123456789abcXYZe\n\t\r\u3000\xa0\x85\u2028\x00\x7f\ufeff😀"
)
texts = (
    st.text(CHARACTERS, max_size=12)
    | st.text(max_size=6)
    | st.sampled_from([*MEDIA, "5", "1e5", "no", "null", "[", "---"])
)
dates = st.sampled_from(["2022-05-18 16:48:06 +0800"] * 3 + ["2022-05-18", "", "2022-05-18 16:48:06 +0800 # x"])


@st.composite
def heads(draw: st.DrawFn) -> str:
    """Generate front matter, as posts have it or with values that are not escaped."""
    title, category, tag = draw(texts), draw(texts), draw(texts)
    spell_title = draw(st.sampled_from([quoted, quoted, "{}".format, '"{}"'.format]))
    spell = draw(st.sampled_from([one_of_list, one_of_list, "{}".format]))
    return (
        f"layout: post\ntitle: {spell_title(title)}\ndate: {draw(dates)}\n"
        f"categories: {spell(category)}\ntags: {spell(tag)}\n"
    )


@given(head=heads())
def test_the_usual_front_matter_has_the_values_that_yaml_parsers_read(head: str) -> None:
    text = f"---\n{head}---\n<p>正文</p>"
    found = read_usual_front_matter(text)
    if found is None:
        return
    usual, length = found
    assert (text[:length], text[length:]) == (f"---\n{head}---\n", "<p>正文</p>")
    assert usual._asdict() == read_front_matter(head).values == yaml.load(head, Loader=LOADER)
    assert usual_values(usual) == load_front_matter(f"---\n{head}")


@pytest.mark.parametrize("name", MEDIA)
def test_the_front_matter_of_outlets_is_usual(name: str) -> None:
    lines = (
        ("layout", "post"),
        ("title", quoted(f"{name}：一季度'净利'增长5%，称\"超预期\"")),
        ("date", "2022-05-18 16:48:06 +0800"),
    )
    block = front_matter(*lines, ("categories", one_of_list("TechWeb")), ("tags", one_of_list(name)))
    found = read_usual_front_matter(block)
    assert found is not None
    assert found[0]._asdict() == yaml.load(block.removesuffix("---\n"), Loader=LOADER)


@pytest.mark.parametrize("line", ["tags: :symbol", "tags: !ruby/object:A {}", "tags: [甲", 'tags: "甲"x'])
def test_what_jekyll_refuses_is_not_usual(line: str) -> None:
    head = f'layout: post\ntitle: "题"\ndate: 2022-05-18 16:48:06 +0800\ncategories: jia\n{line}\n'
    assert read_usual_front_matter(f"---\n{head}---\n") is None
    with pytest.raises(InvalidData):
        load_front_matter(f"---\n{head}")


@pytest.mark.parametrize("text", ["\n{}", " {}", "{}", "---\n{}", "---\n{}--- \n", "---\n{}----\n", "--- \n{}---\n"])
def test_front_matter_is_usual_only_between_two_lines_of_three_dashes(text: str) -> None:
    head = 'layout: post\ntitle: "题"\ndate: 2022-05-18 16:48:06 +0800\ncategories: jia\ntags: 甲新闻\n'
    assert read_usual_front_matter(f"---\n{head}---\n") is not None
    assert read_usual_front_matter(text.format(head)) is None

"""CR LF between the paragraphs of a body stays byte for byte, from the crawl to the audit."""

from __future__ import annotations

import pytest

from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer
from tests.support.scripted_share_site import CODES, news_text, share

HIDDEN = '<p style="display:none;height:1px;overflow:hidden;"> </p>'
SOURCE = '<p class="em_media">（文章来源：海港晨报）</p>'


@pytest.mark.parametrize("separator", ["\r\n ", "\r\n", ""], ids=repr)
def test_line_ends_of_a_body_stay(scrapy: Scrapy, separator: str) -> None:
    paragraphs = separator.join(["<p>\u3000\u3000港区新增航线。</p>", "<p>\u3000\u3000首航定于六月。</p>"])
    body = f"{HIDDEN}{paragraphs}{SOURCE}"
    run, _ = share(scrapy, lambda _: Answer(news_text(CODES[0], text=body)), number=1)
    assert run.status == 0, run.log
    (post,) = scrapy.posts.iterdir()
    written = post.read_bytes()
    assert f"---\n{body.replace(chr(0x3000) * 2, '')}\n\n<http".encode() in written

    (scrapy.data / "index.sqlite").unlink()
    assert "new 1, " in scrapy("reindex", str(scrapy.data)).log
    post.unlink()
    assert scrapy("rebuild").status == 0
    assert post.read_bytes() == written
    assert scrapy("audit").status == 0

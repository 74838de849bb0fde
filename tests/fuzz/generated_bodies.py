"""Bodies of articles, damaged at random, for the invariant of cleaning. The same seed gives the same bodies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from finews_crawler.testing.origin.articles import generate
from tests.content.body.attack_bodies import NAMES, attack_bodies
from tests.support.bodies import HIDDEN, IMAGE, K_LINE, SEEN, TABLE, TICKER
from tests.support.today_bodies import TODAY

LONGEST = 6_000
MOST_CHANGES = 5
HTML_NAMES = """
a abbr address area article aside audio b base bdi big blockquote body br button canvas center cite code col colgroup
datalist dd del details dialog div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h6
head header hr html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee
menu meta meter nav nobr noembed noframes noscript object ol optgroup option output p param picture plaintext pre
progress q rp rt ruby s samp script section select slot small source span strike strong style sub summary sup table
tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp
""".split()  # noqa: SIM905 (a literal would quote every name)
FOREIGN_NAMES = """
svg g text tspan path line rect circle use view switch symbol defs desc title metadata foreignObject style script a
image mask marker pattern stop set animate math mi mn mo ms mtext mrow mfrac msqrt mstyle annotation annotation-xml
semantics mglyph malignmark
""".split()  # noqa: SIM905 (a literal would quote every name)
UNKNOWN_NAMES = ["in", "x", "o:p", "st1:chmetcnv", "x-ticker", "zh", "font2", "bgsound", "layer", "P", "SPAN", "TexT"]
NAMES_OF_ELEMENTS = HTML_NAMES + FOREIGN_NAMES * 2 + UNKNOWN_NAMES * 3
ATTRIBUTES = [
    "", "", "", " hidden", ' style="display:none"', ' style="display:none/**/"', ' title="甲>乙"', " title='甲<乙'",
    ' alt="涨>5%"', ' data-code="1,600999"', " class=a>b", ' id="x" id="y"', ' onclick="a>b"', " /", ' title="a', " =x",
    ' href="//a.cn/?a=1&b=2"', ' src="//a.cn/1.jpg"', ' title="</p>"', " title=\"'\"", ' a="b"c="d"', " '", ' "',
]  # fmt: skip
PIECES = [
    "<!--", "-->", "--!>", "<!-- a -->", "<!-->", "<![CDATA[", "]]>", "<?x ?>", "</", "<", ">", "<<", "</ p>", "</>",
    "&",    "&lt", "&lt;", "&amp", "&#60;", "&nbsp;", "&copy=1", "&#x0;", "&#150;", '"', "'", "<1", "a<b，c", "<http://a.cn>",
    "\x00", "\x0c", "\x0b", "\r\n", "\ud83d", "\u3000\u3000", "{{", "{%", "</p>", "</br>", "<br>", "<p", "<img alt='>'",
    '<img alt="涨幅>5%" src="//a.cn/2.jpg">', "<image src=//a.cn/3.jpg>", "<td>丑</td>", TABLE, IMAGE, K_LINE, TICKER,
    HIDDEN, "<!DOCTYPE html>", "<html>", "<body>", "</body>", "</html>", "<frameset>", "<a><a>", "<table>", "<tr><td>",
]  # fmt: skip


@cache
def seeds() -> list[str]:
    """Return bodies of the origin, recorded shapes, and hostile bodies that are not long."""
    articles = [body for article in generate(60, seed=3) for body in (article.text_html, article.content_html)]
    attacks = [body for name in NAMES for body in attack_bodies(name) if len(body) < LONGEST]
    return articles + [*SEEN.values(), *TODAY.values()] * 5 + attacks


def generated_bodies(count: int, seed: int) -> Iterator[str]:
    """Yield *count* damaged bodies."""
    rolls = Random(seed)
    for _ in range(count):
        body = rolls.choice(seeds())
        start = rolls.randrange(len(body) + 1)
        if rolls.random() < 0.5:  # short ones, in which little else is damaged
            body = body[start : start + rolls.choice([30, 100, 400])]
        for _ in range(rolls.randint(1, MOST_CHANGES)):
            body = _changed(body, rolls)
        yield body[:LONGEST]


def _changed(body: str, rolls: Random) -> str:
    start, end = sorted((rolls.randrange(len(body) + 1), rolls.randrange(len(body) + 1)))
    if rolls.random() < 0.7:
        end = min(end, start + rolls.randint(0, 40))
    before, inside, after = body[:start], body[start:end], body[end:]
    name, attributes = rolls.choice(NAMES_OF_ELEMENTS), rolls.choice(ATTRIBUTES)
    kind = rolls.randrange(10)
    if kind < 4:
        return f"{before}<{name}{attributes}>{inside}</{name}>{after}"
    if kind < 6:
        return f"{before}<{name}{attributes}>{inside}{after}"
    if kind == 6:
        return f"{before}</{name}>{inside}{after}"
    if kind == 7:
        return before + after if len(inside) < 60 else before + inside[:60] + after
    return before + rolls.choice(PIECES) + inside + (rolls.choice(PIECES) if kind == 9 else "") + after

"""The two bodies of an article, generated on demand: a run opens only some of 100,000 articles.

The main blocks are separated by a newline and a space, as in the source document, and by nothing in every twelfth
article. Comments, the hidden paragraph, the K-line and the source line are never separated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from finews_crawler.testing.origin.seeded_random import seeded_random
from finews_crawler.testing.origin.text_generator import (
    ENTITY_SENTENCES,
    SECURITIES_BOARD,
    SENTENCES,
    SUBHEADS,
    Sentence,
    Story,
    Ticker,
    story,
)

QUOTE_URL = "http://quote.eastmoney.com/unify/r"

# code, market, kind and second kind of the two K-line images seen
K_LINES = (("600050", "1", "1", "2"), ("NIO", "106", "7", "3"))


def k_line(code: str, market: str, kind: str, second_kind: str) -> str:
    """Return the K-line image, between its comments."""
    return (
        '<!-- EM_StockImg_Start --><p style="text-align:center;">'
        f'<a href="{QUOTE_URL}/{market}.{code}" data-code="{code}|{market}|{kind}" '
        f'data-code2="{code}|{market}|{second_kind}|" class="EmImageRemark" target="_blank">'
        f'<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid={market}.{code}&imageType=k'
        '&token=00000000000000000000000000000000&at=1" border="0" '
        f'alt="K图 {code}_0" data-code="K {code}|{market}|{kind}" data-code2="K {code}|{market}|{second_kind}|" '
        'style="border:#d1d1d1 1px solid;" width="578" height="276" /></a></p><!-- EM_StockImg_End -->'
    )


def keytip(ticker: Ticker) -> str:
    """Return the mark-up of a first mention: a linked name, and an empty span for the quote.

    >>> keytip(Ticker("巨化股份", "600160", "1"))  # doctest: +NORMALIZE_WHITESPACE
    '<span id="stock_1.600160"><a href="http://quote.eastmoney.com/unify/r/1.600160" class="keytip"
    data-code="1,600160">巨化股份</a></span><span id="quote_1.600160"></span>'
    """
    key = f"{ticker.market}.{ticker.code}"
    name, quote = ("bk", "bkquote") if ticker.market == "90" else ("stock", "quote")
    return (
        f'<span id="{name}_{key}"><a href="{QUOTE_URL}/{key}" class="keytip" '
        f'data-code="{ticker.market},{ticker.code}">{ticker.name}</a></span><span id="{quote}_{key}"></span>'
    )


def stock_key(ticker: Ticker) -> str:
    """Return the mark-up of a later mention.

    >>> stock_key(Ticker("新能源", "BK0493", "90"))  # doctest: +NORMALIZE_WHITESPACE
    '<span web="1" href="http://quote.eastmoney.com/unify/r/90.BK0493" class="em_stock_key_common"
    data-code="90,BK0493">新能源</span>'
    """
    return (
        f'<span web="1" href="{QUOTE_URL}/{ticker.market}.{ticker.code}" class="em_stock_key_common" '
        f'data-code="{ticker.market},{ticker.code}">{ticker.name}</span>'
    )


def bare_code(ticker: Ticker) -> str:
    """Return the newer mark-up, whose code has no market."""
    key = f"{ticker.market}.{ticker.code}"
    return (
        f'<span id="stock_{key}"><a href="http://quote.eastmoney.com/r/{key}" class="keytip" '
        f'data-code="{ticker.code}">{ticker.name}</a></span>'
    )


@dataclass(slots=True)
class Marker:
    """Marks up one article's tickers in reading order: the first mention and the later ones differ."""

    newer: bool
    seen: set[Ticker] = field(default_factory=set)

    def __call__(self, ticker: Ticker) -> str:
        if ticker in self.seen:
            return stock_key(ticker)
        self.seen.add(ticker)
        return bare_code(ticker) if self.newer and ticker.market != "90" else keytip(ticker)


def paragraph(inner: str) -> str:
    """Return an ordinary paragraph, indented by two ideographic spaces."""
    return f"<p>\u3000\u3000{inner}</p>"


def image(number: int) -> str:
    return (
        f'<center><img src="https://dfscdn.dfcfw.com/download/D{number:020}_w800h555.jpg" alt="Image" '
        'width="552" style="border:#d1d1d1 1px solid;padding:3px;margin:5px 0;" /></center>'
    )


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table whose first row is the head.

    >>> table([("代码",), ("609801",)])
    '<table border="0"><tbody><tr><th>代码</th></tr><tr><td>609801</td></tr></tbody></table>'
    """
    tags = ["th"] + ["td"] * (len(rows) - 1)
    lines = ("".join(f"<{tag}>{cell}</{tag}>" for cell in row) for tag, row in zip(tags, rows, strict=True))
    return f'<table border="0"><tbody>{"".join(f"<tr>{line}</tr>" for line in lines)}</tbody></table>'


SPACED = "\n "
UNSPACED = ""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The plain body and the one with inline tickers."""

    text: str
    content: str
    separator: str = SPACED
    """Text between the main blocks. The rendered page is the same without it."""


@dataclass(frozen=True, slots=True)
class DrawnBodies:
    """The bodies of article *index* of *seed*, not generated yet."""

    seed: int
    index: int
    day: int
    media_name: str

    @property
    def text(self) -> str:
        return build(self).text

    @property
    def content(self) -> str:
        return build(self).content

    @property
    def separator(self) -> str:
        return UNSPACED if self.index % 12 == 11 else SPACED


@lru_cache(maxsize=4096)
def build(drawn: DrawnBodies) -> Bodies:
    rolls = seeded_random(drawn.seed, drawn.index, "body")
    blocks = main_blocks(story(drawn.seed, drawn.index, drawn.day), drawn.index, rolls)
    top, marker = opening(drawn.index), Marker(newer=drawn.index % 5 == 4)
    text = drawn.separator.join(block.plain() for block in blocks)
    content = drawn.separator.join(block.write(marker) for block in blocks)
    return Bodies(f"{top}{text}{closing(drawn, marked=False)}", f"{top}{content}{closing(drawn, marked=True)}")


def opening(index: int) -> str:
    """Return what precedes the main blocks: the hidden paragraph, and a K-line in two of five articles."""
    inside = "<br />" if index % 13 == 6 else " "
    hidden = f'<p style="display:none;height:1px;overflow:hidden;">{inside}</p>'
    return hidden + (k_line(*K_LINES[index % 2]) if index % 5 < 2 else "")


def closing(drawn: DrawnBodies, *, marked: bool) -> str:
    """Return the source line; articles that are only in rolling have no outlet, and so no source line.

    >>> closing(DrawnBodies(1, 0, 26, "上海证券报"), marked=True).count("<span")
    2
    """
    medium = drawn.media_name
    if marked:  # in the wild, too, upstream links the board's name inside a medium's
        medium = medium.replace("证券", keytip(SECURITIES_BOARD), 1)
    return f'<p class="em_media">（文章来源：{medium}）</p>' if medium else ""


def main_blocks(tale: Story, index: int, rolls: Random) -> list[Sentence]:
    """Draw the blocks between the opening and the source line, each a Sentence of HTML."""
    # Upstream leaves a line break at the end of some first paragraphs.
    lead = paragraph(tale.lead.template + ("<br />" if index % 4 == 0 else ""))
    blocks = [Sentence(lead, tale.lead.drawn), *body_paragraphs(tale, rolls)]
    if index % 3 == 1:
        blocks[2:2] = [tale.sentence(paragraph(f"<strong>{rolls.choice(SUBHEADS)}</strong>"), rolls)]
    if index % 4 == 2:
        picture = Sentence(image(rolls.randrange(10**20)), {})
        caption = tale.sentence('<p style="text-align:center;">图片来源：{company}官网</p>', rolls)
        blocks[3:3] = [picture, caption]
    if index % 7 == 3:
        blocks += [figures_table(tale, rolls)]
    if index % 6 == 5:
        blocks += [tale.sentence(paragraph(rolls.choice(ENTITY_SENTENCES)), rolls)]
    return blocks


def body_paragraphs(tale: Story, rolls: Random) -> Iterator[Sentence]:
    """Draw three to seven paragraphs of one to three sentences, none of which comes twice in an article."""
    untold = rolls.sample(SENTENCES, len(SENTENCES))
    for _ in range(rolls.randrange(3, 8)):
        place = rolls.randrange(1, 4)
        told, untold = untold[:place], untold[place:]
        if told:
            yield tale.sentence(paragraph("".join(told)), rolls)


def figures_table(tale: Story, rolls: Random) -> Sentence:
    """Draw a small table; its cells name companies, which ``content`` marks up as anywhere else."""
    head = ("证券简称", "产品", "调研家数")
    rows = [head, ("{company}", "{product}", "{count}"), ("{other}", "{product}", "{small}")]
    return tale.sentence(table(rows), rolls)
